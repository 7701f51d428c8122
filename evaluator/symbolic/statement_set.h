// The statements of one or more documents, sorted, and what they say about all requests of an
// environment: which of them they let through, and which not.
#pragma once

#include <optional>
#include <vector>

#include "evaluator/policy/policy_document.h"
#include "evaluator/symbolic/statement_compiler.h"

namespace auditor {

struct StatementSet {
  std::vector<PlacedStatement> allows;
  std::vector<PlacedStatement> denies;
};

// A set of requests as alternatives of clauses; none: nothing is forbidden.
using Alternatives = std::vector<std::vector<Clause>>;

// Such a set, and what was met in the texts that it was compiled from.
struct CompiledSet {
  std::optional<Alternatives> alternatives;  // nullopt: past a bound
  Observations observations;
};

// The clauses under which a conjunction does not hold. Nullopt: past the bound.
std::optional<std::vector<Clause>> negate(const Conjunction& conjunction);

// A statement of a resource policy that names no principal is ignored.
void drop_without_principal(StatementSet& side);

// Scenes for every session of a role that a statement names: no other principal stands for it. Its
// ARN lacks the path of the role, so there is one environment for the role without a path and one
// for each role of that name that a statement spells out. The rest of each environment is `like`.
// Where there are too many, the last one says so (RequestEnv::left_out).
std::vector<RequestEnv> named_session_scenes(const StatementSet& policies, const RequestEnv& like);

// Sorts the statements of `document` into `side`.
void place(const PolicyDocument& document, std::size_t policy, bool is_repository_policy,
           StatementSet& side);

// The requests that `side` does not let through: none of its Allow statements matches, or one Deny
// does.
CompiledSet not_allowed(const StatementSet& side, StatementCompiler& compiler);

}  // namespace auditor
