// When something happened, as far as the order of entities goes: (eventTime, eventID).
//
// eventTime has whole seconds, so order inside a second is chance; the id makes it the same chance
// everywhere. An addendum with reason UPDATED_DATA has the stamp of the event that it corrects,
// with a higher revision: it takes that event's place and beats it, whichever arrives first.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "evaluator/account/event_id.h"

namespace auditor {

// The id of the stamp of all that a seed says.
inline constexpr std::string_view seed_event_id = "seed";

struct Stamp {
  std::int64_t time = 0;  // seconds since 1970; 0: unknown
  EventId event_id;
  std::uint32_t revision = 0;

  auto operator<=>(const Stamp&) const = default;
};

// Between seconds since 1970 and YYYY-MM-DDThh:mm:ssZ, the one spelling of CloudTrailEvent::time.
// A text of another form is 0, a time outside the years 1970 to 9999 the empty text.
std::int64_t seconds_of_time(std::string_view text);
std::string time_of_seconds(std::int64_t seconds);

}  // namespace auditor
