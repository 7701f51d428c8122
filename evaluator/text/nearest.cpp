// Tested by ecr_actions_test.cpp.
#include "evaluator/text/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t prefix_bytes_min = 3;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (to_lower(a[i]) == to_lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

std::optional<std::string_view> nearest(std::string_view text,
                                        std::span<const std::string_view> candidates) {
  if (text.empty() || text.size() > nearest_text_max) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, text.size() / 2) + 1;
  for (const std::string_view candidate : candidates) {
    std::size_t distance = edit_distance(text, candidate);
    // `age` means `age_ms`: what is only missing at the end counts as one mistake.
    if (text.size() >= prefix_bytes_min && distance + text.size() == candidate.size() &&
        edit_distance(text, candidate.substr(0, text.size())) == 0) {
      distance = 1;
    }
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace auditor
