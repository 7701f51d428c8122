// What an event made possible that was undone before the event arrived: an attachment that is
// delivered after its role's deletion. Nothing is open because of it now, but for a while something
// was, and short grants are how attackers work.
#pragma once

#include <vector>

#include "evaluator/audit/audit_rules.h"
#include "evaluator/audit/finding_builder.h"
#include "evaluator/audit/transitions.h"
#include "evaluator/events/account_change.h"

namespace auditor {

// After the merge of `change`. `before` and `after` are the views of what the merge affected: what
// is open in one of them is told by the transitions. Each finding stands twice: open, and resolved
// by the event that undid it first, of which id and time are known. `state` is left as it was.
std::vector<Finding> late_findings(const AccountChange& change, const Views& before,
                                   const Views& after, AccountState& state, const AuditRules& rules,
                                   VerdictCache& cache, const Occasion& occasion);

}  // namespace auditor
