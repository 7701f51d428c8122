// What is to be said of a subject, as its account is known: for each guardrail whether it is kept.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "evaluator/account/subject_view.h"
#include "evaluator/audit/guardrail_result.h"
#include "evaluator/audit/verdict_cache.h"
#include "evaluator/aws/managed_policies.h"
#include "evaluator/events/account_change.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

// Whether a document can matter: one of its statements, Allow or Deny, may match an action that one
// of the guardrails guards for this kind of policy.
CanMatter matters_under(std::span<const Guardrail> guardrails);

struct SubjectEvaluation {
  SubjectView view;
  GuardrailResults results;
};

// A subject without documents that matter keeps every guardrail; the engine is not asked then, nor
// for what `cache` has seen already.
SubjectEvaluation evaluate(SubjectView view, std::span<const Guardrail> guardrails,
                           const ManagedPolicies& managed_policies, VerdictCache& cache);

// Between two views of one subject that violate a guardrail: whether the set of forbidden requests
// that are allowed differs. What cannot be decided counts as a difference.
struct ForbiddenAccessChange {
  bool changed = false;
  std::optional<GainedAccess> added;  // what is possible now and was not before
  std::string undecided_because;      // not empty: the engine could not say what was added or taken
};
ForbiddenAccessChange forbidden_access_change(const SubjectView& before, const SubjectView& after,
                                              const Guardrail& guardrail,
                                              const ManagedPolicies& managed_policies);

}  // namespace auditor
