// Tested by guardrail_test.cpp.
#include "evaluator/guardrail/severity.h"

#include <algorithm>

namespace auditor {

std::optional<Severity> parse_severity(std::string_view text) {
  const auto found = std::ranges::find(severity_names, text);
  if (found == severity_names.end()) return std::nullopt;
  return static_cast<Severity>(found - severity_names.begin());
}

}  // namespace auditor
