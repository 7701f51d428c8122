// The single entry of the evaluator: a change and the guardrails in, findings out.
//
// Pure: no clock, no file, no log. Findings are ordered by subject ARN, guardrail id, kind.
#pragma once

#include <span>
#include <vector>

#include "evaluator/cloudtrail_event.h"
#include "evaluator/finding.h"
#include "evaluator/guardrail.h"
#include "evaluator/managed_policies.h"
#include "evaluator/policy_change.h"

namespace auditor {

std::vector<Finding> audit(const CloudTrailEvent& event, const PolicyChange& change,
                           std::span<const Guardrail> guardrails,
                           const ManagedPolicies& managed_policies);

}  // namespace auditor
