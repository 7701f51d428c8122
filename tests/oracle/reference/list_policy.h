// Policies that are long lists, with a verdict that is known from how they are made.
//
// Principals, accounts, statements, condition values: up to 400 of them, within the 10,240
// characters that ECR takes. One odd entry among them is what makes a violation.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/oracle/reference/trial.h"

namespace auditor::reference {

struct ListPolicy {
  std::string shape;  // how it is made
  Trial trial;
  Guardrail guardrail;
  VerdictKind expected = VerdictKind::compliant;
};

// The same seed and number make the same one.
ListPolicy make_list_policy(std::uint64_t seed, std::uint64_t number);

}  // namespace auditor::reference
