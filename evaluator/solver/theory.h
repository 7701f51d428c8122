// One variable of a request, and a value for it that passes every test put on it.
//
// The variables of a request are independent once facts are expressed as projections and
// clauses, so each can be decided alone. choose() is complete within each kind of test: strings
// by automata, numbers and instants by one point of every interval that the constants cut,
// addresses by the ends of every block, truth values by trying both. Only a text that must pass
// string tests *and* numeric, date or address tests may come back as unknown.
// Tested by theory_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/solver/budget.h"
#include "evaluator/solver/language.h"
#include "evaluator/solver/predicate.h"

namespace auditor {

struct Variable {
  enum class Domain : std::uint8_t { text, choice, amount, instant, address };

  std::string name;  // for the witness
  Domain domain = Domain::text;
  bool can_be_absent = true;
  bool can_be_present = true;
  bool is_set = false;              // a multivalued key: a list of one or more elements
  std::vector<std::string> plain;   // values to try first; for `choice` all there are
  std::function<Language()> valid;  // text: the language of possible values; empty: all strings
  // Text: subsets of it that people like to read, the best first; each may be empty.
  std::vector<std::function<Language()>> readable;
};

// What is asked of a variable. For sets, inside and outside ask for *some* element.
enum class Ask : std::uint8_t { present, inside, outside };

// Which elements of a set are asked: some of them, or the one at an end (aws:CalledViaFirst is the
// first of aws:CalledVia).
enum class Element : std::uint8_t { some, first, last };

struct Constraint {
  Ask ask = Ask::present;
  const Predicate* predicate = nullptr;  // null for `present`
  bool positive = true;
  Element element = Element::some;
};

// Absent: nullopt. Otherwise the elements, one for a single-valued key.
using Value = std::optional<std::vector<std::string>>;

bool satisfies(const Value& value, const Constraint& constraint);

struct Choice {
  enum class Kind : std::uint8_t { found, none, unknown };
  Kind kind = Kind::none;
  Value value;
  std::string reason;  // unknown: the bound or the mixture
};

Choice choose(const Variable& variable, std::span<const Constraint> constraints, Budget& budget);

}  // namespace auditor
