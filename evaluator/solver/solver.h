// The search: one value for every variable so that every clause holds.
//
// A clause is a list of literals of which one must hold; a literal is one constraint on one
// variable. The search keeps a model, the plainest value of every variable under what has been
// asked so far, and looks for a clause that the model breaks. When there is none, the model is
// the answer. Otherwise one literal of that clause must be asked for; each is tried in turn. It
// is complete, because any solution satisfies some literal of the broken clause; and it is lazy:
// patterns that the plain model does not meet are never looked at. Tested by solver_test.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "evaluator/solver/theory.h"

namespace auditor {

struct Literal {
  std::uint32_t variable = 0;
  Constraint constraint;

  Literal negated() const {
    Literal other = *this;
    other.constraint.positive = !constraint.positive;
    return other;
  }
};

using Clause = std::vector<Literal>;

struct Problem {
  std::deque<Variable> variables;  // deque: literals and predicates keep their addresses
  std::deque<Predicate> predicates;
  std::vector<Clause> clauses;
};

struct Solution {
  enum class Kind : std::uint8_t { satisfiable, unsatisfiable, unknown };
  Kind kind = Kind::unsatisfiable;
  std::vector<Value> model;  // by variable, when satisfiable
  std::string reason;        // when unknown
};

// `extra` clauses hold too: so that one problem is asked several questions.
Solution solve(const Problem& problem, std::span<const Clause> extra, Budget& budget);

}  // namespace auditor
