// eventTime, as pipelines deliver it -> an instant.
//
// CloudTrail writes 2026-03-01T10:05:00Z; exporters re-spell it. What is read is what says for
// certain which second it means. Everything else is not understood, and is no time at all.
#pragma once

#include <optional>
#include <string_view>

#include "evaluator/account/stamp.h"

namespace auditor {

// Reads
//   2026-03-01T10:05:00Z, with a blank or `t` in the middle, with a fraction, 24:00:00, a second 60
//   20260301T100500Z, the same in ISO's basic form
//   Sun, 01 Mar 2026 10:05:00 +0000, as in mails; without the day of the week, with ` 1 Mar`
//   1772359500, in seconds, milliseconds, microseconds or nanoseconds since 1970: 10, 13, 16 or 19
//   digits; with a fraction, or as 1.7723595E9
// with the zones Z, UTC, GMT, +01, +0100, +01:00, `+0000 UTC` and none, which is UTC but for mails.
// Nullopt: another form, an impossible date, or a year that has no CloudTrail event.
std::optional<EventTime> read_event_time(std::string_view text);

}  // namespace auditor
