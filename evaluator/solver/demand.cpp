// Tested by theory_test.cpp.
#include "evaluator/solver/demand.h"

#include <algorithm>
#include <variant>

namespace auditor {

bool passes(std::string_view value, const Demand& demand) {
  return holds(*demand.predicate, value) == demand.inside;
}

bool passes(std::string_view value, std::span<const Demand> demands) {
  return std::ranges::all_of(demands, [&](const Demand& demand) { return passes(value, demand); });
}

bool tests_text(const Demand& demand) {
  return std::holds_alternative<TextTest>(demand.predicate->test);
}

}  // namespace auditor
