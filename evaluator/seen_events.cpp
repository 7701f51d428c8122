#include "evaluator/seen_events.h"

#include "evaluator/account_notes.h"
#include "evaluator/event_names.h"

namespace auditor {

bool was_seen(const CloudTrailEvent& event, const AccountState& state) {
  return !event.id.empty() && find_note(state, Register::seen, event.id) != nullptr;
}

void note_seen(const CloudTrailEvent& event, AccountState& state,
               std::vector<StateChange>& changes) {
  if (event.id.empty() || was_seen(event, state)) return;
  make_room_for_note(Register::seen, seen_events_max, state, changes);
  put_note(Register::seen, event.id, stamp_of(event), {}, state, changes);
}

}  // namespace auditor
