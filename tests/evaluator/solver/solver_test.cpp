#include "evaluator/solver/solver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace auditor::solver_test {
namespace {

using Kind = Solution::Kind;

Variable choice(std::vector<std::string> values, bool can_be_absent) {
  Variable variable;
  variable.name = "key";
  variable.domain = Variable::Domain::choice;
  variable.plain = std::move(values);
  variable.can_be_absent = can_be_absent;
  return variable;
}

// A problem over choices, and literals for it.
class Choices {
 public:
  explicit Choices(std::size_t variables, bool can_be_absent = false) {
    for (std::size_t i = 0; i < variables; ++i) {
      problem.variables.push_back(choice({"a", "b", "c"}, can_be_absent));
    }
  }

  Literal is(std::uint32_t variable, std::string value, bool positive = true) {
    problem.predicates.push_back(
        {.test = TextTest{.projection = Projection::whole,
                          .patterns = {make_pattern(value, Matching::exact)}}});
    return {.variable = variable,
            .constraint = {
                .ask = Ask::inside, .predicate = &problem.predicates.back(), .positive = positive}};
  }

  Solution solve_now(const std::vector<Clause>& extra = {}) const {
    Budget budget;
    return solve(problem, extra, budget);
  }

  Problem problem;
};

bool holds_in(const Clause& clause, const std::vector<Value>& model) {
  return std::ranges::any_of(clause, [&](const Literal& literal) {
    return satisfies(model[literal.variable], literal.constraint);
  });
}

TEST(Solver, OfNoClausesHasThePlainestModel) {
  Choices choices(1);
  choices.problem.variables.push_back(choice({"x"}, true));
  const Solution solution = choices.solve_now();
  ASSERT_EQ(solution.kind, Kind::satisfiable);
  EXPECT_EQ(solution.model, (std::vector<Value>{Value{{"a"}}, std::nullopt}));
}

TEST(Solver, AnEmptyClauseHasNoSolution) {
  Choices choices(1);
  EXPECT_EQ(choices.solve_now({{}}).kind, Kind::unsatisfiable);
}

TEST(Solver, UnitsOfOneVariableHoldTogether) {
  Choices choices(1);
  choices.problem.clauses = {{choices.is(0, "a", false)}, {choices.is(0, "b", false)}};
  const Solution solution = choices.solve_now();
  ASSERT_EQ(solution.kind, Kind::satisfiable);
  EXPECT_EQ(solution.model[0], (Value{{"c"}}));
  choices.problem.clauses.push_back({choices.is(0, "c", false)});
  EXPECT_EQ(choices.solve_now().kind, Kind::unsatisfiable);
}

TEST(Solver, ExtraClausesHoldToo) {
  Choices choices(1);
  choices.problem.clauses = {{choices.is(0, "b")}};
  EXPECT_EQ(choices.solve_now().kind, Kind::satisfiable);
  EXPECT_EQ(choices.solve_now({{choices.is(0, "a")}}).kind, Kind::unsatisfiable);
  EXPECT_EQ(choices.solve_now().kind, Kind::satisfiable);  // and are forgotten
}

// The first literal of the first clause leads into a dead end that shows two clauses later.
TEST(Solver, GoesBackWhenAChoiceLeadsNowhere) {
  Choices choices(3);
  choices.problem.clauses = {{choices.is(0, "b"), choices.is(1, "b")},
                             {choices.is(0, "b", false), choices.is(2, "b")},
                             {choices.is(0, "b", false), choices.is(2, "c")}};
  const Solution solution = choices.solve_now();
  ASSERT_EQ(solution.kind, Kind::satisfiable);
  for (const Clause& clause : choices.problem.clauses) {
    EXPECT_TRUE(holds_in(clause, solution.model));
  }
  EXPECT_EQ(solution.model[1], (Value{{"b"}}));
}

TEST(Solver, NegatedTwiceIsTheSame) {
  Choices choices(1);
  const Literal literal = choices.is(0, "a");
  EXPECT_EQ(literal.negated().constraint.positive, false);
  EXPECT_EQ(literal.negated().negated().constraint.positive, true);
  EXPECT_EQ(choices.solve_now({{literal}, {literal.negated()}}).kind, Kind::unsatisfiable);
}

TEST(Solver, SpentBudgetIsUnknownWithAReason) {
  Choices choices(12);
  std::mt19937 random(3);
  for (int i = 0; i < 12; ++i) {
    for (const char* value : {"a", "b", "c"}) {
      choices.problem.clauses.push_back(
          {choices.is(static_cast<std::uint32_t>(i), value, false),
           choices.is(static_cast<std::uint32_t>((i + 1) % 12), value, false)});
    }
  }
  Budget budget{.left = 30};
  const Solution solution = solve(choices.problem, {}, budget);
  EXPECT_EQ(solution.kind, Kind::unknown);
  EXPECT_FALSE(solution.reason.empty());
}

TEST(Solver, WhatAVariableLeavesOpenIsUnknownNotUnsatisfiable) {
  Problem problem;
  Variable text;
  text.name = "aws:UserAgent";
  text.can_be_absent = false;
  problem.variables.push_back(text);
  problem.predicates.push_back(
      {.test = TextTest{.projection = Projection::whole,
                        .patterns = {make_pattern("*5?", Matching::glob)}}});
  problem.predicates.push_back(
      {.test =
           OrderTest{.type = ValueType::number, .relation = Relation::greater, .values = {1000}}});
  for (const Predicate& predicate : problem.predicates) {
    problem.clauses.push_back(
        {{.variable = 0,
          .constraint = {.ask = Ask::inside, .predicate = &predicate, .positive = true}}});
  }
  Budget budget;
  EXPECT_NE(solve(problem, {}, budget).kind, Kind::unsatisfiable);
}

// What a text with an open policy variable matches is not known: only an asked literal is true.
TEST(Solver, AnOpenTestIsTrueOnlyWhenItIsAskedFor) {
  Problem problem;
  problem.variables.push_back(choice({"a", "b"}, false));
  problem.variables.push_back(choice({"a", "b"}, false));
  problem.predicates.push_back(
      open_predicate(Projection::whole, {make_pattern("*", Matching::glob)}, {}));
  const Literal open{
      .variable = 0,
      .constraint = {
          .ask = Ask::inside, .predicate = &problem.predicates.back(), .positive = true}};
  problem.clauses = {{open}, {open.negated()}};
  Budget budget;
  EXPECT_EQ(solve(problem, {}, budget).kind, Kind::unsatisfiable);
  problem.clauses = {{open.negated()}};
  EXPECT_EQ(solve(problem, {}, budget).kind, Kind::satisfiable);
}

// Random clauses over three variables of three values or none, against all 64 models.
TEST(Solver, AgreesWithTryingEveryModelOnRandomClauses) {
  std::mt19937 random(4);
  const std::vector<Value> values{std::nullopt, Value{{"a"}}, Value{{"b"}}, Value{{"c"}}};
  std::size_t satisfiable = 0;
  constexpr std::size_t rounds = 5'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    Choices choices(3, true);
    for (std::size_t clauses = 2 + random() % 9; clauses > 0; --clauses) {
      Clause clause;
      for (std::size_t literals = 1 + random() % 3; literals > 0; --literals) {
        const auto variable = static_cast<std::uint32_t>(random() % 3);
        const bool positive = random() % 2 == 0;
        Literal literal = choices.is(variable, std::string(1, "abc"[random() % 3]), positive);
        if (random() % 4 == 0) literal.constraint.ask = Ask::outside;
        if (random() % 6 == 0) {
          literal.constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive};
        }
        clause.push_back(literal);
      }
      choices.problem.clauses.push_back(std::move(clause));
    }
    bool exists = false;
    for (std::size_t model = 0; model < 64 && !exists; ++model) {
      const std::vector<Value> tried{values[model % 4], values[model / 4 % 4], values[model / 16]};
      exists = std::ranges::all_of(choices.problem.clauses,
                                   [&](const Clause& clause) { return holds_in(clause, tried); });
    }
    const Solution solution = choices.solve_now();
    ASSERT_EQ(solution.kind, exists ? Kind::satisfiable : Kind::unsatisfiable) << "round " << round;
    if (!exists) continue;
    ++satisfiable;
    for (const Clause& clause : choices.problem.clauses) {
      ASSERT_TRUE(holds_in(clause, solution.model)) << "round " << round;
    }
  }
  EXPECT_GT(satisfiable, rounds / 10);
  EXPECT_LT(satisfiable, rounds * 9 / 10);
}

TEST(Solver, GivesTheSameModelTwice) {
  Choices choices(3, true);
  choices.problem.clauses = {{choices.is(0, "b"), choices.is(1, "c")},
                             {choices.is(2, "b"), choices.is(1, "b")}};
  EXPECT_EQ(choices.solve_now().model, choices.solve_now().model);
}

}  // namespace
}  // namespace auditor::solver_test
