// One scene's question: is there a request of this scene that the policies allow and that falls
// into a forbidden set?
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

#include "evaluator/decision.h"
#include "evaluator/statement_compiler.h"

namespace auditor {

// A statement with its place and what its document says about variables.
struct PlacedStatement {
  std::size_t policy = 0;
  const Statement* statement = nullptr;
  bool has_variables = false;
  bool is_repository_policy = false;
};

struct PolicySide {
  std::vector<PlacedStatement> allows;
  std::vector<PlacedStatement> denies;
};

// A set of requests as alternatives of clauses; none: nothing is forbidden.
using Alternatives = std::vector<std::vector<Clause>>;

// Called once the policies are compiled. Nullopt: too many alternatives to look at.
using ForbiddenSide = std::function<std::optional<Alternatives>(World&, StatementCompiler&)>;

struct SceneQuestion {
  Scene scene;
  const PolicySide* policies = nullptr;
  const PolicySide* boundary = nullptr;  // null: none
  ForbiddenSide forbidden;
  Leaning leaning = Leaning::lenient;
  bool own_account_needs_identity = false;
  Budget* budget = nullptr;  // the verdict's
};

struct SceneAnswer {
  Solution::Kind kind = Solution::Kind::unsatisfiable;
  std::optional<Request> witness;
  std::vector<PlacedStatement> granted_by;
  std::string reason;              // unknown
  std::set<std::string> readings;  // open points that were met, also when unsatisfiable
};

// Bounds; past either the answer is unknown.
inline constexpr std::size_t allow_pairs_max = 50'000;   // an Allow and one of the boundary
inline constexpr std::size_t pin_assignments_max = 256;  // values tried for policy variables

SceneAnswer search(const SceneQuestion& question);

// The clauses under which a conjunction does not hold. Nullopt: past the bound.
std::optional<std::vector<Clause>> negate(const Conjunction& conjunction);

// A statement of a resource policy that names no principal is ignored.
void drop_without_principal(PolicySide& side);

// Scenes for every session that a statement names: no other principal stands for it. A session's
// ARN lacks the path of its role, so there is one scene for the role without a path and one for
// each role of that name that a statement spells out. The rest of each scene is `like`.
std::vector<Scene> named_session_scenes(const PolicySide& policies, const Scene& like);

// Sorts the statements of `document` into `side`.
void place(const PolicyDocument& document, std::size_t policy, bool is_repository_policy,
           PolicySide& side);

}  // namespace auditor
