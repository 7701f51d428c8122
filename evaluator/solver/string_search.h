// Is there a string in all of these languages and in none of those? The shortest, if there is one.
//
// shortest_common_string() walks the product of the automata breadth first, determinising each
// only where the walk goes. It is complete: every state it can reach is visited once, so when it
// ends without a string there is none; when a bound stops it, it says so.
// Tested by language_test.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "evaluator/solver/budget.h"
#include "evaluator/solver/language.h"

namespace auditor {

struct Membership {
  const Language* language = nullptr;
  bool inside = true;  // false: the string must not be in it
};

inline constexpr std::size_t search_states_max = 20'000;  // past it the answer is `bound_hit`

struct StringSearch {
  std::optional<std::string> found;
  bool bound_hit = false;
};

// The shortest string with all the memberships; among equals the plainest (letters first). Stable.
// Spends for the size of the languages and the characters they tell apart, then one unit for each
// automaton position it visits.
StringSearch shortest_common_string(std::span<const Membership> memberships, Budget& budget);

}  // namespace auditor
