// Which events have opened or changed a finding. CloudTrail delivers events more than once; what
// was undone since the first time must not be told again at the second.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

inline constexpr std::size_t seen_events_max = 1'024;  // of one account; past it the oldest go
inline constexpr std::size_t seen_id_bytes_max = 64;   // a UUID has 36

bool was_seen(const CloudTrailEvent& event, const AccountState& state);

// Appends what was written to `changes`.
void note_seen(const CloudTrailEvent& event, AccountState& state,
               std::vector<StateChange>& changes);

}  // namespace auditor
