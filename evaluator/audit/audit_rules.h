// What an audit goes by, and what it leads to: plain data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/audit/finding.h"
#include "evaluator/aws/managed_policies.h"
#include "evaluator/guardrail/guardrail.h"

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

}  // namespace auditor
