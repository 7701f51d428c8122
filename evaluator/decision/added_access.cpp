// What a change of a subject's documents opened: decide()'s search with one more demand, that the
// former documents do not let the request through.
// Tested by added_access_cases_test.cpp.
#include "evaluator/decision/added_access.h"

#include <algorithm>
#include <iterator>

#include "evaluator/decision/forbidden_requests.h"
#include "evaluator/decision/prepared_query.h"
#include "evaluator/symbolic/counterexample_search.h"

namespace auditor {
namespace {

using Kind = Solution::Kind;

constexpr std::size_t combined_clauses_max = 500'000;

std::size_t count_clauses(const Alternatives& alternatives) {
  std::size_t count = alternatives.size();
  for (const std::vector<Clause>& alternative : alternatives) count += alternative.size();
  return count;
}

// The requests that are in both sets. Nullopt: past the bound.
std::optional<Alternatives> both(const Alternatives& left, const Alternatives& right) {
  if (left.size() * count_clauses(right) + right.size() * count_clauses(left) >
      combined_clauses_max) {
    return std::nullopt;
  }
  Alternatives result;
  for (const std::vector<Clause>& one : left) {
    for (const std::vector<Clause>& other : right) {
      result.push_back(one);
      result.back().insert(result.back().end(), other.begin(), other.end());
    }
  }
  return result;
}

class AddedAccessSearch {
 public:
  AddedAccessSearch(const Query& before, const Query& after, const Guardrail& guardrail)
      : guardrail_(guardrail),
        before_(before),
        after_(after),
        forbidden_requests_(guardrail, budget_) {}

  AddedAccess run() {
    for (const auto& [side, name] : {std::pair(&before_, "before"), std::pair(&after_, "after")}) {
      if (side->malformed()) return unknown(std::string(name) + ": " + *side->malformed());
    }
    const auto actions = after_.guarded_actions(guardrail_);
    if (!actions) return unknown("the guardrail's actions could not be listed");
    for (const std::string& action : *actions) judge(action);
    if (!added_.actions.empty()) {
      added_.kind = AddedAccess::Kind::some;
      return std::move(added_);
    }
    if (!reason_.empty()) return unknown(reason_);
    if (!forbidden_requests_.reason().empty()) return unknown(forbidden_requests_.reason());
    return {};
  }

 private:
  static AddedAccess unknown(std::string reason) {
    AddedAccess added;
    added.kind = AddedAccess::Kind::unknown;
    added.reason = std::move(reason);
    return added;
  }

  void judge(const std::string& action) {
    if (!after_.some_allow_names(action)) return;
    Counterexample answer = search_reading(action, Approximation::all_match);
    note_unknown(answer);
    if (answer.kind != Kind::satisfiable && !answer.assumptions.empty()) {
      answer = search_reading(action, Approximation::none_match);
      note_unknown(answer);
    }
    if (answer.kind != Kind::satisfiable) return;
    added_.actions.push_back(action);
    if (added_.witness) return;
    added_.witness = std::move(answer.witness);
    added_.witness->action = action;  // as the guardrail spells it
  }

  void note_unknown(const Counterexample& answer) {
    if (answer.kind == Kind::unknown && reason_.empty()) reason_ = answer.reason;
  }

  // Both sides in one reading: an open point means the same in the same text.
  Counterexample search_reading(const std::string& action, Approximation approximation) {
    const StatementSet& policies = after_.policies(action);
    // Either side may name a session: the one to keep it out, the other to let it in.
    StatementSet naming = policies;
    const StatementSet& former = before_.policies(action);
    naming.allows.insert(naming.allows.end(), former.allows.begin(), former.allows.end());
    naming.denies.insert(naming.denies.end(), former.denies.begin(), former.denies.end());
    std::vector<RequestEnv> envs = after_.envs(action, naming);
    for (RequestEnv& env : envs) env.former_tags = before_.tags();
    return find_counterexample_in_each(
        std::move(envs),
        {.env = {},
         .policies = &policies,
         .boundary = after_.boundary(),
         .forbidden =
             [&](SymbolicRequest& request, StatementCompiler& compiler, const Observations& seen) {
               return wanted(action, approximation, request, compiler, seen);
             },
         .approximation = approximation,
         .own_account_needs_identity = true,
         .budget = &budget_});
  }

  // Forbidden by the guardrail, and not allowed before.
  CompiledSet wanted(const std::string& action, Approximation approximation,
                     SymbolicRequest& request, StatementCompiler& compiler,
                     const Observations& policies) {
    // What the former documents single out is no part of what is forbidden.
    CompiledSet result = forbidden_requests_.forbidden(request, compiler, policies, approximation);
    if (!result.alternatives || result.alternatives->empty()) return result;
    request.read_former_tags(true);
    CompiledSet former = not_allowed(before_.policies(action), compiler);
    result.observations.add(std::move(former.observations));
    if (former.alternatives && before_.boundary() != nullptr) {
      CompiledSet outside = not_allowed(*before_.boundary(), compiler);
      result.observations.add(std::move(outside.observations));
      if (outside.alternatives) {
        std::ranges::move(*outside.alternatives, std::back_inserter(*former.alternatives));
      } else {
        former.alternatives.reset();
      }
    }
    request.read_former_tags(false);
    result.alternatives =
        former.alternatives ? both(*result.alternatives, *former.alternatives) : std::nullopt;
    return result;
  }

  const Guardrail& guardrail_;
  Budget budget_;
  PreparedQuery before_;
  PreparedQuery after_;
  ForbiddenRequests forbidden_requests_;
  AddedAccess added_;
  std::string reason_;
};

}  // namespace

AddedAccess added_access(const Query& before, const Query& after, const Guardrail& guardrail) {
  return AddedAccessSearch(before, after, guardrail).run();
}

}  // namespace auditor
