#include "evaluator/decision/decision.h"

#include <algorithm>

#include "evaluator/decision/forbidden_requests.h"
#include "evaluator/decision/policy_lint.h"
#include "evaluator/decision/prepared_query.h"
#include "evaluator/symbolic/counterexample_search.h"

namespace auditor {
namespace {

using Kind = Solution::Kind;

// Which values single out an owner depends on all statements together.
bool names_owners(const Guardrail& guardrail) {
  return std::ranges::any_of(guardrail.accepted_when, [](const AcceptedWhen& entry) {
    return !entry.limited_to_owner_by.empty();
  });
}

// The last instant at which the statement can match, where it says so.
std::optional<double> closing_of(const Statement& statement) {
  std::optional<double> closing;
  for (const ConditionClause& clause : statement.conditions) {
    const bool is_time = clause.key == "aws:currenttime" || clause.key == "aws:epochtime";
    const bool is_end = clause.comparison.type == ValueType::date && !clause.negated &&
                        (clause.comparison.relation == Relation::less ||
                         clause.comparison.relation == Relation::less_equals);
    if (!is_time || !is_end) continue;
    std::optional<double> latest;
    for (const std::string& value : clause.values) {
      // Of four digits: a year, or seconds of 1970; the later one.
      const auto instant = read_instant(value.size() == 4 ? value + "-01-01" : value);
      if (!instant) return std::nullopt;
      latest = std::max(latest.value_or(*instant), *instant);
    }
    if (latest) closing = std::min(closing.value_or(*latest), *latest);
  }
  return closing;
}

std::optional<double> last_closing(const std::vector<PlacedStatement>& statements) {
  std::optional<double> last;
  for (const PlacedStatement& placed : statements) {
    const auto closing = closing_of(*placed.statement);
    if (!closing) return std::nullopt;
    last = std::max(last.value_or(*closing), *closing);
  }
  return last;
}

class Decider {
 public:
  Decider(const Query& query, const Guardrail& guardrail)
      : query_(query),
        guardrail_(guardrail),
        prepared_(query),
        forbidden_requests_(guardrail, budget_) {}

  Verdict run() {
    if (prepared_.malformed()) return unknown(*prepared_.malformed());
    const auto actions = prepared_.guarded_actions(guardrail_);
    if (!actions) return unknown("the guardrail's actions could not be listed");
    for (const std::string& action : *actions) judge(action);
    Verdict verdict = conclude();
    verdict.notes = lint_policies(
        query_, guardrail_, *actions,
        {.allows = [this](const std::string& action) { return is_allowed(action, any_request); },
         .allows_without_mfa =
             [this](const std::string& action) { return is_allowed(action, without_mfa); },
         .is_never_there =
             [this](const std::string& action, const ConditionClause& clause) {
               return is_never_there(action, clause);
             }});
    return verdict;
  }

 private:
  static Verdict unknown(std::string reason) {
    Verdict verdict;
    verdict.kind = VerdictKind::unknown;
    verdict.certainty = Certainty::unknown;
    verdict.reason = std::move(reason);
    return verdict;
  }

  void judge(const std::string& action) {
    if (!prepared_.some_allow_names(action)) return;
    Counterexample answer = search_envs(action, Approximation::over);
    assumptions_.insert(answer.assumptions.begin(), answer.assumptions.end());
    if (answer.kind == Kind::unknown && reason_.empty()) reason_ = answer.reason;
    if (answer.kind == Kind::unsatisfiable) doubt_texts_that_limit(action);
    if (answer.kind != Kind::satisfiable) return;
    reachable_.push_back(action);
    if (certain_) return;
    // Without open points both approximations are the same query.
    Counterexample under =
        answer.assumptions.empty() ? answer : search_envs(action, Approximation::under);
    certain_ = under.kind == Kind::satisfiable &&
               !under.assumptions.contains(std::string(operator_case_assumption));
    if (!certain_ && best_) return;
    best_ = under.kind == Kind::satisfiable ? std::move(under) : std::move(answer);
    best_->witness->action = action;  // as the guardrail spells it
  }

  // A text that names a tag limits its own statement to an owner, not the statements beside it:
  // what these allow was looked for without the tag only, and with it nothing was proven.
  void doubt_texts_that_limit(const std::string& action) {
    const auto& tags = forbidden_requests_.tags_in_texts();
    if (tags.empty()) return;
    StatementSet others = prepared_.policies(action);
    std::erase_if(others.allows,
                  [&](const PlacedStatement& placed) { return is_limited_by_text(placed, tags); });
    ForbiddenRequests without_texts(guardrail_, budget_,
                                    ForbiddenRequests::NamingTexts::do_nothing);
    const auto forbidden = [&](SymbolicRequest& request, StatementCompiler& compiler,
                               const Observations& seen) {
      return without_texts.forbidden(request, compiler, seen, Approximation::over);
    };
    const Counterexample answer = search_side(action, others, Approximation::over, forbidden);
    if (answer.kind == Kind::unsatisfiable || !reason_.empty()) return;
    reason_ = "whether the policies limit to an owner by the tag `" + *tags.begin() +
              "`, which a text names, was not decided";
  }

  Counterexample search_envs(const std::string& action, Approximation approximation) {
    return search_envs(action, approximation,
                       [this, approximation](SymbolicRequest& request, StatementCompiler& compiler,
                                             const Observations& policies) {
                         return forbidden_requests_.forbidden(request, compiler, policies,
                                                              approximation);
                       });
  }

  // Some request for the action, whether the guardrail forbids it or not.
  bool is_allowed(const std::string& action, const CompileForbidden& which) {
    return prepared_.some_allow_names(action) &&
           search_envs(action, Approximation::under, which).kind == Kind::satisfiable;
  }

  static CompiledSet any_request(SymbolicRequest&, StatementCompiler&, const Observations&) {
    return {.alternatives = Alternatives{{}}, .observations = {}};
  }

  static CompiledSet without_mfa(SymbolicRequest& request, StatementCompiler&,
                                 const Observations&) {
    const KeyReading mfa =
        request.key("aws:multifactorauthpresent", "aws:MultiFactorAuthPresent", false);
    const Literal absent{
        .variable = mfa.variable,
        .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = false}};
    return {.alternatives = Alternatives{{Clause{absent}}}, .observations = {}};
  }

  bool is_never_there(const std::string& action, const ConditionClause& clause) const {
    const auto envs = prepared_.envs(action, prepared_.policies(action));
    return !envs.empty() && std::ranges::all_of(envs, [&](const RequestEnv& env) {
      Problem problem;
      SymbolicRequest request(problem, env);
      return request.constant(request.key(clause.key, clause.written_key, false)).is_absent();
    });
  }

  Counterexample search_envs(const std::string& action, Approximation approximation,
                             const CompileForbidden& forbidden) {
    return search_side(action, prepared_.policies(action), approximation, forbidden);
  }

  Counterexample search_side(const std::string& action, const StatementSet& policies,
                             Approximation approximation, const CompileForbidden& forbidden) {
    return find_counterexample_in_each(prepared_.envs(action, policies),
                                       {.env = {},
                                        .policies = &policies,
                                        .boundary = prepared_.boundary(),
                                        .forbidden = forbidden,
                                        .approximation = approximation,
                                        .own_account_needs_identity = true,
                                        .allows_stand_alone = !names_owners(guardrail_),
                                        .budget = &budget_});
  }

  Verdict conclude() {
    Verdict verdict;
    std::string assumptions;
    for (const std::string& reading : assumptions_)
      assumptions += (assumptions.empty() ? "" : "; ") + reading;
    if (best_) {
      verdict.kind = VerdictKind::violation;
      verdict.certainty = certain_ ? Certainty::certain : Certainty::ambiguous;
      if (!certain_) verdict.reason = assumptions;
      verdict.witness = best_->witness;
      verdict.actions = reachable_;
      for (const PlacedStatement& placed : best_->granted_by) {
        verdict.granted_by.push_back({.policy = placed.policy,
                                      .statement = placed.statement->index,
                                      .sid = placed.statement->sid,
                                      .pointer = json_pointer(*placed.statement)});
      }
      verdict.closes_at = last_closing(best_->granted_by);
      std::ranges::sort(verdict.granted_by, {}, [](const GrantingStatement& granting) {
        return std::pair(granting.policy, granting.statement);
      });
      return verdict;
    }
    if (!reason_.empty()) return unknown(reason_);
    if (!forbidden_requests_.reason().empty()) return unknown(forbidden_requests_.reason());
    if (assumptions_.contains(std::string(operator_case_assumption))) {
      return unknown("open in the documentation: " + std::string(operator_case_assumption));
    }
    return verdict;
  }

  const Query& query_;
  const Guardrail& guardrail_;
  Budget budget_;
  PreparedQuery prepared_;
  ForbiddenRequests forbidden_requests_;
  std::vector<std::string> reachable_;
  std::optional<Counterexample> best_;
  bool certain_ = false;
  std::set<std::string> assumptions_;
  std::string reason_;
};

}  // namespace

Verdict decide(const Query& query, const Guardrail& guardrail) {
  return Decider(query, guardrail).run();
}

}  // namespace auditor
