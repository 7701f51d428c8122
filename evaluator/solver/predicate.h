// One test of one value: what a condition clause, a Resource element or a principal list asks.
//
// Values are text, as IAM has them; a test that needs a number, an instant, a truth value or an
// address reads the text and fails when it cannot.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evaluator/policy/condition_operators.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/policy/values.h"
#include "evaluator/solver/language.h"

namespace auditor {

// Which part of a variable's value is tested. Keys that follow from another value are projections
// of it, so that facts such as "the account is the fifth field of the ARN" cannot be violated.
enum class Projection {
  whole,
  arn_region,       // aws:RequestedRegion, of the resource
  arn_account,      // aws:PrincipalAccount, aws:ResourceAccount
  user_name,        // aws:username: the last part of a user's ARN
  federated_user,   // aws:userid of a federated user: "ACCOUNT:NAME", of its ARN
  organization_id,  // aws:PrincipalOrgID: the first part of the path
  iso_time,         // aws:CurrentTime, of epoch seconds
};

// Nullopt when the value has no such part.
std::optional<std::string> project(std::string_view value, Projection projection);

// `value` with another part there. Nullopt: it has no such part.
std::optional<std::string> with_part(std::string_view value, Projection projection,
                                     std::string_view part);

// Any pattern matches.
struct TextTest {
  Projection projection = Projection::whole;
  std::vector<Pattern> patterns;

  bool operator==(const TextTest&) const = default;
};

// Any comparison holds. Of numbers or of dates: what is compared is read as `type` says.
struct OrderTest {
  ValueType type = ValueType::number;
  Relation relation = Relation::equals;
  std::vector<double> values;

  bool operator==(const OrderTest&) const = default;
};

struct BoolTest {
  bool accepts_true = false;
  bool accepts_false = false;

  bool operator==(const BoolTest&) const = default;
};

struct AddressTest {
  std::vector<AddressBlock> blocks;

  bool operator==(const AddressTest&) const = default;
};

struct Predicate {
  std::variant<TextTest, OrderTest, BoolTest, AddressTest> test;
  // Not null: a text with a policy variable that is not filled in. The true test accepts no more
  // than `test` and no less than this one.
  std::shared_ptr<const Predicate> at_least = nullptr;

  bool is_open() const { return at_least != nullptr; }
};

// Patterns that match one text only become exact: a list of them is a set, not an automaton.
Predicate text_predicate(Projection projection, std::vector<Pattern> patterns);

// `sure` are the patterns without an open variable.
Predicate open_predicate(Projection projection, std::vector<Pattern> patterns,
                         std::vector<Pattern> sure);

bool holds(const Predicate& predicate, std::string_view value);

// The values (whole, not projected) that pass, as a language.
Language language_of(const TextTest& test);

}  // namespace auditor
