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

// In the order of the documents; each says policy and statement.
// `allows`: do the documents of the query allow some request for this action?
std::vector<std::string> lint_policies(
    const Query& query, const Guardrail& guardrail, std::span<const std::string> actions,
    const std::function<bool(const std::string& action)>& allows);

}  // namespace auditor
