// What was used or tried, as against what is possible: guarded calls, and calls that failed.
#pragma once

#include "evaluator/account/account_state.h"
#include "evaluator/audit/audit_rules.h"
#include "evaluator/audit/verdict_cache.h"
#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

// A guarded call, or an attempt of one or of a policy change that failed.
AuditResult audit_use(const CloudTrailEvent& event, const AccountKey& account, AccountState& state,
                      const AuditRules& rules, VerdictCache& cache);

}  // namespace auditor
