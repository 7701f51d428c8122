// The single entry of the evaluator: a change and the guardrails in, findings out.
//
// No clock, no file, no log: the findings depend on the arguments alone, whatever `memory` holds.
// Findings are ordered by subject ARN, guardrail id, kind.
#pragma once

#include <span>
#include <vector>

#include "evaluator/cloudtrail_event.h"
#include "evaluator/finding.h"
#include "evaluator/guardrail.h"
#include "evaluator/managed_policies.h"
#include "evaluator/policy_change.h"
#include "evaluator/verdict_memory.h"

namespace auditor {

std::vector<Finding> audit(const CloudTrailEvent& event, const PolicyChange& change,
                           std::span<const Guardrail> guardrails,
                           const ManagedPolicies& managed_policies, VerdictMemory& memory);

}  // namespace auditor
