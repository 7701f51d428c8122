// The verdict: is there a request that these policies allow and the guardrail forbids?
//
// This is the seam between the auditor and the engine: everything outside asks decide() and sees
// only this header. decide() is pure and deterministic: the same query has the same verdict
// and the same witness.
#pragma once

#include "evaluator/decision/query.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

Verdict decide(const Query& query, const Guardrail& guardrail);

}  // namespace auditor
