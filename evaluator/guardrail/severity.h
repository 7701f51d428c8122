// How bad it is that a guardrail is broken, as its file says.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace auditor {

enum class Severity { informational, low, medium, high, critical };

// In the order of the enumerators.
inline constexpr std::array<std::string_view, 5> severity_names{"informational", "low", "medium",
                                                                "high", "critical"};
static_assert(severity_names.size() == std::to_underlying(Severity::critical) + 1);

constexpr std::string_view to_string(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}

std::optional<Severity> parse_severity(std::string_view text);

}  // namespace auditor
