// Times for tests, in few words.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "evaluator/account/stamp.h"

namespace auditor {

inline EventTime second_of(std::int64_t seconds) { return EventTime::at(seconds).value(); }
inline EventTime instant_of(std::string_view text) { return EventTime::read(text).value(); }

inline Stamp stamp(std::int64_t seconds, EventId event_id, std::uint32_t revision = 0) {
  return {second_of(seconds), std::move(event_id), revision};
}

}  // namespace auditor
