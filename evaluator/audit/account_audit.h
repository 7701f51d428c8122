// A whole account judged again: after a seed, under another catalogue or other guardrails. No event
// tells of these, so what was open is read from the account's own notes.
#pragma once

#include "evaluator/account/account_state.h"
#include "evaluator/audit/audit_rules.h"
#include "evaluator/audit/verdict_cache.h"

namespace auditor {

// After a restore: judges a whole account again where it was seeded since, or judged by other
// guardrails or another catalogue; says what differs from what is noted as open.
AuditResult audit_account(const AccountKey& account, AccountState& state, const AuditRules& rules,
                          VerdictCache& cache);

}  // namespace auditor
