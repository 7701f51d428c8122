// Remarks on documents that are no verdict: grants that do nothing, names that do not exist.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "evaluator/decision.h"

namespace auditor {

inline constexpr std::size_t notes_max = 20;  // of one verdict

// In the order of the documents; each says policy and statement.
std::vector<std::string> notes_on(const Question& question, std::span<const std::string> actions);

}  // namespace auditor
