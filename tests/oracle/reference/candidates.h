// The values worth trying for each part of a request: what the documents name, and next to it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/oracle/reference/evaluator.h"

namespace auditor::reference {

struct Candidates {
  std::vector<Principal> principals;
  std::vector<std::string> actions;
  std::vector<std::string> resources;
  std::map<std::string, std::vector<ContextValue>> keys;  // absence comes on top
  Context fixed;                                          // what every request has
};

Candidates collect_candidates(const Subject& subject, const Documents& documents,
                              const Guardrail& guardrail);

}  // namespace auditor::reference
