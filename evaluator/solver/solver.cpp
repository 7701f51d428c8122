#include "evaluator/solver/solver.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace auditor {
namespace {

class Search {
 public:
  Search(const Problem& problem, std::span<const Clause> extra, Budget& budget)
      : problem_(problem),
        budget_(budget),
        constraints_(problem.variables.size()),
        model_(problem.variables.size()),
        versions_(problem.variables.size(), 0) {
    clauses_.reserve(problem.clauses.size() + extra.size());
    for (const Clause& clause : problem.clauses) clauses_.push_back(&clause);
    for (const Clause& clause : extra) clauses_.push_back(&clause);
    witnesses_.resize(clauses_.size());
  }

  Solution run() {
    if (!ask_units()) return give_up();
    while (true) {
      const auto broken = find_broken_clause();
      if (!broken) {
        settle_types();
        return {.kind = Solution::Kind::satisfiable, .model = std::move(model_), .reason = {}};
      }
      decisions_.push_back({.clause = *broken, .next_literal = 0, .variable = {}, .before = {}});
      if (!advance()) return give_up();
    }
  }

 private:
  // A broken clause and the literal of it that is being tried.
  struct Decision {
    std::size_t clause;
    std::size_t next_literal;
    std::optional<std::uint32_t> variable;  // what the current literal constrains
    Value before;                           // its value before
  };

  // Which literal made a clause true, for which version of its variable.
  struct Witness {
    std::size_t literal = 0;
    std::uint64_t version = ~std::uint64_t{0};
  };

  Solution give_up() const {
    return {.kind = reason_.empty() ? Solution::Kind::unsatisfiable : Solution::Kind::unknown,
            .model = {},
            .reason = reason_};
  }

  // A text that is right by chance is chosen again with all in view that it is right for: what is
  // compared with numbers is a number then, and right all the same.
  void settle_types() {
    const auto is_of_type = [&](const Literal& literal) {
      const Predicate* predicate = literal.constraint.predicate;
      return predicate != nullptr && !std::holds_alternative<TextTest>(predicate->test) &&
             problem_.variables[literal.variable].domain == Variable::Domain::text;
    };
    const auto has_type = [&](const Clause* clause) {
      return std::ranges::any_of(*clause, is_of_type);
    };
    if (std::ranges::none_of(clauses_, has_type)) return;
    std::map<std::uint32_t, std::vector<Constraint>> met;
    std::set<std::uint32_t> typed;
    for (const Clause* clause : clauses_) {
      for (const Literal& literal : *clause) {
        const Predicate* predicate = literal.constraint.predicate;
        const bool is_of_text =
            problem_.variables[literal.variable].domain == Variable::Domain::text;
        if (predicate == nullptr || !is_of_text || !model_[literal.variable]) continue;
        if (!is_true(literal)) continue;
        met[literal.variable].push_back(literal.constraint);
        if (is_of_type(literal)) typed.insert(literal.variable);
      }
    }
    for (const std::uint32_t variable : typed) {
      std::vector<Constraint>& constraints = met[variable];
      constraints.insert(constraints.end(), constraints_[variable].begin(),
                         constraints_[variable].end());
      constraints.push_back({.ask = Ask::present});
      Choice choice = choose(problem_.variables[variable], constraints, budget_);
      if (choice.kind == Choice::Kind::found) model_[variable] = std::move(choice.value);
    }
  }

  void set_value(std::uint32_t variable, Value value) {
    model_[variable] = std::move(value);
    versions_[variable] = ++clock_;
  }

  // False when no value is left; remembers when that is not sure.
  bool choose_again(std::uint32_t variable) {
    Choice choice = choose(problem_.variables[variable], constraints_[variable], budget_);
    if (choice.kind == Choice::Kind::unknown && reason_.empty()) reason_ = choice.reason;
    if (choice.kind != Choice::Kind::found) return false;
    set_value(variable, std::move(choice.value));
    return true;
  }

  // Every step looks at all clauses and may look at all variables. False: the budget is spent.
  bool spend_a_pass() {
    if (budget_.spend(8 + clauses_.size() / 8 + model_.size() / 4)) return true;
    reason_ = "the search tried more combinations than " + std::to_string(verdict_work_max) +
              " steps allow";
    return false;
  }

  // Clauses of one literal leave no choice: ask for all of them at once.
  bool ask_units() {
    if (!spend_a_pass()) return false;
    for (const Clause* clause : clauses_) {
      if (clause->empty()) return false;
      if (clause->size() == 1) {
        constraints_[clause->front().variable].push_back(clause->front().constraint);
      }
    }
    // What has few values is quickly seen to have none.
    for (const bool is_text : {false, true}) {
      for (std::uint32_t variable = 0; variable < model_.size(); ++variable) {
        const bool is_of_text = problem_.variables[variable].domain == Variable::Domain::text;
        if (is_of_text == is_text && !choose_again(variable)) return false;
      }
    }
    return true;
  }

  bool is_true(const Literal& literal) const {
    const Predicate* predicate = literal.constraint.predicate;
    if (predicate != nullptr && predicate->is_open()) {
      // What a text with a policy variable matches is open: only an asked literal counts.
      return std::ranges::any_of(constraints_[literal.variable], [&](const Constraint& asked) {
        return asked.predicate == predicate && asked.ask == literal.constraint.ask &&
               asked.positive == literal.constraint.positive &&
               asked.element == literal.constraint.element;
      });
    }
    return satisfies(model_[literal.variable], literal.constraint);
  }

  bool holds_still(const Clause& clause, Witness& witness) const {
    if (witness.version == versions_[clause[witness.literal].variable]) return true;
    for (std::size_t i = 0; i < clause.size(); ++i) {
      if (!is_true(clause[i])) continue;
      witness = {.literal = i, .version = versions_[clause[i].variable]};
      return true;
    }
    return false;
  }

  std::optional<std::size_t> find_broken_clause() {
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
      const Clause& clause = *clauses_[i];
      if (clause.size() > 1 && !holds_still(clause, witnesses_[i])) return i;
    }
    return std::nullopt;
  }

  void undo(Decision& decision) {
    if (!decision.variable) return;
    constraints_[*decision.variable].pop_back();
    set_value(*decision.variable, std::move(decision.before));
    decision.variable.reset();
  }

  // Moves on to the next literal that some value allows, going back when a clause has none left.
  bool advance() {
    while (!decisions_.empty()) {
      Decision& decision = decisions_.back();
      undo(decision);
      const Clause& clause = *clauses_[decision.clause];
      if (decision.next_literal == clause.size()) {
        decisions_.pop_back();
        continue;
      }
      if (!spend_a_pass()) return false;
      const Literal& literal = clause[decision.next_literal++];
      decision.variable = literal.variable;
      decision.before = model_[literal.variable];
      constraints_[literal.variable].push_back(literal.constraint);
      if (choose_again(literal.variable)) return true;
    }
    return false;
  }

  const Problem& problem_;
  Budget& budget_;
  std::vector<const Clause*> clauses_;
  std::vector<std::vector<Constraint>> constraints_;  // asked so far, by variable
  std::vector<Value> model_;
  std::vector<std::uint64_t> versions_;  // of the values, to see which clauses to look at again
  std::vector<Witness> witnesses_;
  std::vector<Decision> decisions_;
  std::uint64_t clock_ = 0;
  std::string reason_;
};

}  // namespace

Solution solve(const Problem& problem, std::span<const Clause> extra, Budget& budget) {
  return Search(problem, extra, budget).run();
}

}  // namespace auditor
