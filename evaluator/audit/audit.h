// The single entry of the evaluator: an event and the cache of its account in, what is to be
// published and remembered out.
//
// No clock, no file, no log: the results depend on the arguments alone, whatever `cache` holds.
// Findings of one event are ordered by subject ARN, guardrail id, kind.
#pragma once

#include "evaluator/account/account_state.h"
#include "evaluator/audit/audit_rules.h"
#include "evaluator/audit/verdict_cache.h"
#include "evaluator/events/account_change.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

// A change of policies: merges it into `state`, judges what it touches, and says what became
// possible, what else is reachable now, and what is closed.
AuditResult audit(const CloudTrailEvent& event, const AccountChange& change, AccountState& state,
                  const AuditRules& rules, VerdictCache& cache);

}  // namespace auditor
