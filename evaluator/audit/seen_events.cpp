// Tested by audit_test.cpp.
#include "evaluator/audit/seen_events.h"

#include "evaluator/audit/audit_notes.h"
#include "evaluator/events/event_owner.h"

namespace auditor {
namespace {

// Without a valid id a change is told again rather than never.
bool has_lawful_id(const CloudTrailEvent& event) {
  return !event.id.empty() && event.id.size() <= seen_id_bytes_max;
}

}  // namespace

bool was_seen(const CloudTrailEvent& event, const AccountState& state) {
  return has_lawful_id(event) && find_note(state, Attribute::seen, event.id) != nullptr;
}

void note_seen(const CloudTrailEvent& event, AccountState& state,
               std::vector<StateChange>& changes) {
  if (!has_lawful_id(event) || was_seen(event, state)) return;
  make_room_for_note(Attribute::seen, seen_events_max, state, changes);
  put_note(Attribute::seen, event.id, stamp_of(event), {}, state, changes);
}

}  // namespace auditor
