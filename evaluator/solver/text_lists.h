// Long lists of texts and patterns, decided pattern by pattern where an automaton of all of them
// would be large: a list that a value must be in is made shorter by what other demands keep out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "evaluator/solver/budget.h"
#include "evaluator/solver/demand.h"

namespace auditor {

std::size_t count_patterns(std::span<const Demand> demands);

// The texts of the shortest list that the value must be in, where one has no wildcards; else null.
const TextTest* shortest_list(std::span<const Demand> demands);

// A list of texts that a part of the value must be in, less those that other demands keep out.
// Nullopt: `list` is none, or the budget is spent.
std::optional<TextTest> narrowed(const Demand& list, std::span<const Demand> demands,
                                 Budget& budget);

// Of a list of patterns that the value must match one of, those that no other demand keeps out
// whole. Nullopt: it is no such list, nothing is kept out, or the budget is spent.
std::optional<TextTest> without_covered(const Demand& list, std::span<const Demand> demands,
                                        Budget& budget);

}  // namespace auditor
