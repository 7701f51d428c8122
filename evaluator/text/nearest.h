// "Did you mean": the candidate that is closest to what a person wrote.
//
// Pure and bounded: texts beyond `nearest_text_max` are not compared, so hostile keys cost nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace auditor {

inline constexpr std::size_t nearest_text_max = 128;

// Levenshtein distance, ignoring ASCII case.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The closest candidate; the first of equals. Nullopt when nothing is near enough to be meant
// (more than half of the letters differ).
std::optional<std::string_view> nearest(std::string_view text,
                                        std::span<const std::string_view> candidates);

}  // namespace auditor
