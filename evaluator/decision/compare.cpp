#include "evaluator/decision/compare.h"

#include <algorithm>

#include "evaluator/symbolic/counterexample_search.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

using Kind = Solution::Kind;

std::vector<RequestEnv> envs(PolicyKind kind, const StatementSet& reference,
                             const StatementSet& candidate) {
  std::vector<RequestEnv> principals;
  const auto add = [&](PrincipalKind principal) {
    principals.emplace_back().principal = principal;
    principals.back().partition.clear();  // any
  };
  if (kind == PolicyKind::resource) add(PrincipalKind::anonymous);
  add(PrincipalKind::role);
  add(PrincipalKind::user);
  add(PrincipalKind::federated_user);  // has its user's policies
  if (kind == PolicyKind::resource) {
    for (const auto other :
         {PrincipalKind::service, PrincipalKind::federated, PrincipalKind::root}) {
      add(other);
    }
    // Either side may name a session: the reference to keep it out, the candidate to let it in.
    StatementSet both = candidate;
    both.allows.insert(both.allows.end(), reference.allows.begin(), reference.allows.end());
    both.denies.insert(both.denies.end(), reference.denies.begin(), reference.denies.end());
    for (RequestEnv& session : named_session_scenes(both, RequestEnv{})) {
      principals.push_back(std::move(session));
    }
  }
  std::vector<RequestEnv> envs;
  for (const auto resource : {RequestEnv::Resource::regional, RequestEnv::Resource::global,
                              RequestEnv::Resource::account_wide, RequestEnv::Resource::region_wide,
                              RequestEnv::Resource::none}) {
    for (const RequestEnv& principal : principals) {
      envs.push_back(principal);
      envs.back().resource = resource;
    }
  }
  return envs;
}

StatementSet side_of(const PolicyDocument& document, PolicyKind kind) {
  StatementSet side;
  place(document, 0, false, side);
  if (kind == PolicyKind::resource) drop_without_principal(side);
  return side;
}

// Actions ignore case and are searched in lower case; a literal action is shown as it was written.
void spell_action(const StatementSet& candidate, Request& witness) {
  for (const PlacedStatement& placed : candidate.allows) {
    for (const std::string& text : placed.statement->action.texts) {
      if (equal_ignoring_case(text, witness.action)) {
        witness.action = text;
        return;
      }
    }
  }
}

AccessComparison compare_reading(const StatementSet& reference, const StatementSet& candidate,
                                 PolicyKind kind, Approximation approximation,
                                 bool& has_open_points, Budget& budget) {
  AccessComparison result;
  for (RequestEnv& env : envs(kind, reference, candidate)) {
    Counterexample answer = find_counterexample(
        {.env = std::move(env),
         .policies = &candidate,
         .boundary = nullptr,
         .forbidden = [&](SymbolicRequest&, StatementCompiler& compiler,
                          const Observations&) { return not_allowed(reference, compiler); },
         .approximation = approximation,
         .own_account_needs_identity = false,
         .allows_stand_alone = true,
         .budget = &budget});
    has_open_points |= !answer.assumptions.empty();
    if (answer.kind == Kind::satisfiable) {
      spell_action(candidate, *answer.witness);
      std::string assumptions;
      for (const std::string& reading : answer.assumptions) {
        assumptions += (assumptions.empty() ? "" : "; ") + reading;
      }
      return {.new_access = NewAccess::yes,
              .witness = std::move(answer.witness),
              .reason = assumptions};
    }
    if (answer.kind == Kind::unknown && result.new_access == NewAccess::no) {
      result = {.new_access = NewAccess::unknown, .witness = {}, .reason = answer.reason};
    }
  }
  return result;
}

}  // namespace

AccessComparison compare(const ParsedPolicy& reference, const ParsedPolicy& candidate,
                         PolicyKind kind) {
  for (const auto& [policy, name] :
       {std::pair(&reference, "reference"), std::pair(&candidate, "candidate")}) {
    if (!*policy) {
      return {.new_access = NewAccess::unknown,
              .witness = {},
              .reason = std::string(name) + ": " + policy->error().message};
    }
  }
  const StatementSet reference_side = side_of(*reference, kind);
  const StatementSet candidate_side = side_of(*candidate, kind);
  bool has_open_points = false;
  Budget budget;
  AccessComparison first = compare_reading(reference_side, candidate_side, kind,
                                           Approximation::all_match, has_open_points, budget);
  if (first.new_access == NewAccess::yes || !has_open_points) return first;
  AccessComparison second = compare_reading(reference_side, candidate_side, kind,
                                            Approximation::none_match, has_open_points, budget);
  return second.new_access == NewAccess::no ? first : second;
}

}  // namespace auditor
