// Whether one subject keeps one guardrail, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluator/audit/finding.h"
#include "evaluator/decision/query.h"

namespace auditor {

// Both can be said at once: a known document grants, another is unreadable.
struct GuardrailResult {
  std::optional<Verdict> violation;         // kind is violation
  std::vector<GrantedBy> granted_by;        // of the violation
  std::optional<std::string> unverifiable;  // why, and what is needed
  std::vector<std::string> notes;

  bool is_compliant() const { return !violation && !unverifiable; }
};

// One for each guardrail, in their order; nullopt where a guardrail does not concern the subject.
using GuardrailResults = std::vector<std::optional<GuardrailResult>>;

}  // namespace auditor
