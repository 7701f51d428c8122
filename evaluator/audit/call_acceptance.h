// Whether a call that was made is one that guardrails accept.
#pragma once

#include <span>

#include "evaluator/audit/guardrail_result.h"
#include "evaluator/audit/verdict_cache.h"
#include "evaluator/events/guarded_call.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

// For each guardrail of the call a result, which is compliant when every request that fits what
// is known of the call is accepted: by the allow-list, or because an accepted_when entry holds for
// this principal and MFA. What the event does not say (tags, the organization) is taken against it.
GuardrailResults acceptance_of(const GuardedCall& call, std::span<const Guardrail> guardrails,
                               VerdictCache& cache);

}  // namespace auditor
