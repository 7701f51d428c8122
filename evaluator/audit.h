// The single entry of the evaluator: an event and the memory of its account in, what is to be
// published and remembered out.
//
// No clock, no file, no log: the results depend on the arguments alone, whatever `memory` holds.
// Findings of one event are ordered by subject ARN, guardrail id, kind.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "evaluator/account_change.h"
#include "evaluator/account_state.h"
#include "evaluator/cloudtrail_event.h"
#include "evaluator/finding.h"
#include "evaluator/guardrail.h"
#include "evaluator/managed_policies.h"
#include "evaluator/verdict_memory.h"

namespace auditor {

// The rules by which accounts are judged; immutable.
struct AuditRules {
  std::span<const Guardrail> guardrails;
  const ManagedPolicies& managed_policies;
  std::string_view guardrails_fingerprint;  // of the texts: a change re-judges what is known
  std::string_view catalogue_fingerprint;
  std::int64_t use_window_seconds = 3600;
};

struct AuditResult {
  std::vector<Finding> findings;
  std::vector<ComplianceRecord> compliance;  // of the subjects that were judged again
  std::vector<StateChange> changes;          // made to `state`, in this order
};

// A change of policies: merges it into `state`, judges what it touches, and says what became
// possible, what else is reachable now, and what is closed.
AuditResult audit(const CloudTrailEvent& event, const AccountChange& change, AccountState& state,
                  const AuditRules& rules, VerdictMemory& memory);

// A guarded call, or an attempt of one or of a policy change that failed.
AuditResult audit_use(const CloudTrailEvent& event, const AccountKey& account, AccountState& state,
                      const AuditRules& rules, VerdictMemory& memory);

// After a restore: judges a whole account again where it was seeded since, or judged by other
// guardrails or another catalogue; says what differs from what is noted as open.
AuditResult audit_account(const AccountKey& account, AccountState& state, const AuditRules& rules,
                          VerdictMemory& memory);

}  // namespace auditor
