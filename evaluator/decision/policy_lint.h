// Remarks on documents that are no verdict: grants that do nothing, names that do not exist, guards
// that can be taken away or that lock out more than was meant.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/decision/query.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

inline constexpr std::size_t lint_notes_max = 20;  // of one verdict

// What only the search can tell.
struct LintQuestions {
  // Do the documents of the query allow some request for this action?
  std::function<bool(const std::string& action)> allows;
  // ... one without the keys of MFA?
  std::function<bool(const std::string& action)> allows_without_mfa;
  // Is this condition key in no request for the action?
  std::function<bool(const std::string& action, const ConditionClause& clause)> is_never_there;
};

// In the order of the documents; each says policy and statement. `actions`: the guarded ones.
std::vector<std::string> lint_policies(const Query& query, const Guardrail& guardrail,
                                       std::span<const std::string> actions,
                                       const LintQuestions& questions);

// Names of actions that do not exist and are near to none that a guardrail of `guarded` guards: of
// the documents, not of a verdict. Those that are near to one are told with its verdict.
std::vector<std::string> lint_unguarded_names(const Query& query,
                                              std::span<const std::string> guarded);

}  // namespace auditor
