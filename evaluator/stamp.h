// When something happened, as far as the order of things goes: (eventTime, eventID).
//
// eventTime has whole seconds, so order inside a second is chance; the id makes it the same chance
// everywhere. An addendum with reason UPDATED_DATA has the stamp of the event that it corrects,
// with a higher revision: it takes that event's place and beats it, whichever arrives first.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace auditor {

struct Stamp {
  std::int64_t time = 0;  // seconds since 1970
  std::string event_id;
  std::uint32_t revision = 0;

  auto operator<=>(const Stamp&) const = default;
};

}  // namespace auditor
