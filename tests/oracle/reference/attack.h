// Looks for a request that the documents allow and the guardrail forbids, by trying many.
//
// The candidates are built from the constants that the documents and the guardrail name, their
// neighbours, and absence: where a verdict of `compliant` is wrong, the request that shows it is
// nearly always made of these. Finding nothing proves nothing; finding one proves a violation.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "tests/oracle/reference/evaluator.h"

namespace auditor::reference {

struct Attack {
  std::size_t requests_max = 400;  // tried at random when there are more combinations
  std::uint64_t seed = 1;
  Reading reading = Reading::lenient;
  const Documents* naming = nullptr;         // whose constants are tried; null: those judged
  std::function<bool(const Request&)> also;  // what else the request must be; empty: nothing
};

std::optional<Request> find_violation(const Subject& subject, const Documents& documents,
                                      const Guardrail& guardrail, const Attack& attack);

}  // namespace auditor::reference
