// What is to be said of a subject, as its account is known: for each guardrail whether it is kept.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/account_view.h"
#include "evaluator/decision.h"
#include "evaluator/finding.h"
#include "evaluator/guardrail.h"
#include "evaluator/managed_policies.h"
#include "evaluator/verdict_memory.h"

namespace auditor {

// Under one guardrail. Both can be said at once: a known document grants, another is unreadable.
struct Standing {
  std::optional<Verdict> violation;      // kind is violation
  std::vector<GrantedBy> granted_by;     // of the violation
  std::optional<std::string> unverifiable;  // why, and what is needed
  std::vector<std::string> notes;

  bool is_compliant() const { return !violation && !unverifiable; }
};

struct Judgement {
  SubjectView view;
  // One for each guardrail, in their order; nullopt where a guardrail does not concern the subject.
  std::vector<std::optional<Standing>> standings;
};

Judgement judge(SubjectView view, std::span<const Guardrail> guardrails,
                const ManagedPolicies& managed_policies, VerdictMemory& memory);

// Between two judgements of one subject that violate a guardrail: whether the set of forbidden
// requests that are allowed differs.
struct ForbiddenAccessChange {
  bool changed = false;
  std::optional<GainedAccess> added;  // what is possible now and was not before
};
ForbiddenAccessChange forbidden_access_change(const SubjectView& before, const SubjectView& after,
                                              const Guardrail& guardrail,
                                              const ManagedPolicies& managed_policies);

}  // namespace auditor
