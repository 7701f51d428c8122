// What the calls on roles, users and groups change.
#pragma once

#include <span>

#include "evaluator/events/known_call.h"

namespace auditor {

std::span<const KnownCall> iam_calls();

// Of any call: the caller's session says which path its role has.
void teach_role_of_session(FactWriter& out);

}  // namespace auditor
