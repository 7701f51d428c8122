// One environment's query: is there a request of this environment that the policies allow and
// that falls into a forbidden set?
//
// The forbidden set is given by its caller as alternatives, each a list of clauses: the guardrail
// of decide(), or "the reference does not allow it" of compare(). Here stands what both share:
// pick an Allow (and one of the boundary), let every Deny fail, fill in policy variables.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/symbolic/statement_set.h"

namespace auditor {

// Called once the policies are compiled, with what was met in them.
using CompileForbidden =
    std::function<CompiledSet(SymbolicRequest&, StatementCompiler&, const Observations& policies)>;

struct CounterexampleQuery {
  RequestEnv env;
  const StatementSet* policies = nullptr;
  const StatementSet* boundary = nullptr;  // null: none
  CompileForbidden forbidden;
  Approximation approximation = Approximation::over;
  bool own_account_needs_identity = false;
  bool allows_stand_alone = false;  // what is forbidden does not depend on which Allows there are
  Budget* budget = nullptr;         // the verdict's
};

struct Counterexample {
  Solution::Kind kind = Solution::Kind::unsatisfiable;
  std::optional<Request> witness;
  std::vector<PlacedStatement> granted_by;
  std::string reason;                 // unknown
  std::set<std::string> assumptions;  // open points that were met, also when unsatisfiable
};

// Bounds; past either the answer is unknown.
inline constexpr std::size_t allow_pairs_max = 50'000;       // an Allow and one of the boundary
inline constexpr std::size_t binding_assignments_max = 256;  // values tried for policy variables

Counterexample find_counterexample(const CounterexampleQuery& query);

// In each of the environments instead of `query.env`, until one has such a request.
Counterexample find_counterexample_in_each(std::vector<RequestEnv> envs,
                                           const CounterexampleQuery& query);

}  // namespace auditor
