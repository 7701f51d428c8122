// When something happened, as far as the order of entities goes: (eventTime, eventID).
//
// eventTime has whole seconds, so order inside a second is chance; the id makes it the same chance
// everywhere. An addendum with reason UPDATED_DATA has the stamp of the event that it corrects,
// with a higher revision: it takes that event's place and beats it, whichever arrives first.
//
// INVARIANT: a time is one that was understood. There is no EventTime and no Stamp that stands for
// "not known", since it would be compared and come before or after all others.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evaluator/account/event_id.h"

namespace auditor {

// The id of the stamp of all that a seed says.
inline constexpr std::string_view seed_event_id = "seed";

// A second of the years 1970 to 9999.
class EventTime {
 public:
  // Nullopt: of another year.
  static std::optional<EventTime> at(std::int64_t seconds_since_1970);
  // YYYY-MM-DDThh:mm:ssZ, as it is published; nullopt: another form. What pipelines make of it is
  // read in consumer/decoding/event_time.
  static std::optional<EventTime> read(std::string_view text);

  std::int64_t seconds() const { return seconds_; }
  std::string text() const;  // YYYY-MM-DDThh:mm:ssZ

  auto operator<=>(const EventTime&) const = default;

 private:
  explicit constexpr EventTime(std::int64_t seconds) : seconds_(seconds) {}
  friend struct Stamp;

  std::int64_t seconds_;
};

struct Stamp {
  EventTime time;
  EventId event_id;
  std::uint32_t revision = 0;

  // Of notes that no event led to: they have no order among themselves.
  static Stamp of_no_event() { return {EventTime(0), EventId(), 0}; }

  auto operator<=>(const Stamp&) const = default;
};

}  // namespace auditor
