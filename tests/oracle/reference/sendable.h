// Does a witness look like a request that somebody could send?
//
// What the policy forces is no fault: a part counts as wrong only when the same request with that
// part repaired does as well. So each check needs to know whether a changed request still shows
// what the witness shows.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluator/policy/request.h"
#include "tests/oracle/reference/clause.h"
#include "tests/oracle/reference/evaluator.h"

namespace auditor::reference {

// Every clause that a witness may have been made for, and whether `${...}` means something there.
struct NamedClause {
  Clause clause;
  bool variables = false;
  std::size_t rule = 0;  // which rule it stands in
};
std::vector<NamedClause> clauses_of(const std::vector<const Document*>& documents,
                                    const Guardrail* guardrail);
std::vector<NamedClause> clauses_of(const Documents& documents, const Guardrail& guardrail);

// What is wrong with it. `shows`: does a changed request do what the witness does?
std::optional<std::string> find_oddity(const Request& witness,
                                       const std::vector<NamedClause>& clauses,
                                       const std::function<bool(const Request&)>& shows);

}  // namespace auditor::reference
