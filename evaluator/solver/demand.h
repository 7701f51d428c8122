// What is asked of a present value: to be in the set of a test, or not to be in it.
#pragma once

#include <span>
#include <string_view>

#include "evaluator/solver/predicate.h"

namespace auditor {

struct Demand {
  const Predicate* predicate;
  bool inside;
};

bool passes(std::string_view value, const Demand& demand);
bool passes(std::string_view value, std::span<const Demand> demands);

bool tests_text(const Demand& demand);

}  // namespace auditor
