// Whether a call that was made is one that guardrails accept.
#pragma once

#include <span>

#include "evaluator/audit/verdict_cache.h"
#include "evaluator/events/guarded_call.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

// The guardrails of the call that do not accept it. One accepts it when it accepts every request
// that fits what is known of the call: by the allow-list, or because an accepted_when entry holds
// for this principal and MFA. What the event does not say (tags, the organization) is taken against
// it.
Refusals refusals_of(const GuardedCall& call, std::span<const Guardrail> guardrails,
                     VerdictCache& cache);

}  // namespace auditor
