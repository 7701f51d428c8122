// What the calls on managed policies change: IAM's own, and Identity Center's on permission sets,
// which are policies that live elsewhere.
#pragma once

#include <span>

#include "evaluator/events/known_call.h"

namespace auditor {

std::span<const KnownCall> managed_policy_calls();  // of IAM
std::span<const KnownCall> permission_set_calls();  // of Identity Center

// Gives `holder` the managed policy that the call names, or takes it away.
void attach_to(FactWriter& out, const EntityKey& holder);
void detach_from(FactWriter& out, const EntityKey& holder);

}  // namespace auditor
