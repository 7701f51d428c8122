#include "evaluator/policy/condition_operators.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace auditor::condition_operators_test {
namespace {

struct Expected {
  ValueType type;
  bool negated;
  Matching matching = Matching::exact;
  Relation relation = Relation::equals;
};

// What the documentation says of each operator, a second time: a row that is added to the product
// needs one here.
const std::map<std::string, Expected>& documented() {
  using enum ValueType;
  using enum Relation;
  constexpr Matching exact = Matching::exact;
  constexpr Matching arns = Matching::arn;
  static const std::map<std::string, Expected> table{
      {"StringEquals", {text, false}},
      {"StringNotEquals", {text, true}},
      {"StringEqualsIgnoreCase", {text, false, Matching::exact_ignore_case}},
      {"StringNotEqualsIgnoreCase", {text, true, Matching::exact_ignore_case}},
      {"StringLike", {text, false, Matching::glob}},
      {"StringNotLike", {text, true, Matching::glob}},
      {"NumericEquals", {number, false}},
      {"NumericNotEquals", {number, true}},
      {"NumericLessThan", {number, false, exact, less}},
      {"NumericLessThanEquals", {number, false, exact, less_equals}},
      {"NumericGreaterThan", {number, false, exact, greater}},
      {"NumericGreaterThanEquals", {number, false, exact, greater_equals}},
      {"DateEquals", {date, false}},
      {"DateNotEquals", {date, true}},
      {"DateLessThan", {date, false, exact, less}},
      {"DateLessThanEquals", {date, false, exact, less_equals}},
      {"DateGreaterThan", {date, false, exact, greater}},
      {"DateGreaterThanEquals", {date, false, exact, greater_equals}},
      {"Bool", {boolean, false}},
      {"BinaryEquals", {binary, false}},
      {"IpAddress", {address, false}},
      {"NotIpAddress", {address, true}},
      {"ArnEquals", {arn, false, arns}},
      {"ArnNotEquals", {arn, true, arns}},
      {"ArnLike", {arn, false, arns}},
      {"ArnNotLike", {arn, true, arns}},
      {"Null", {presence, false}},
  };
  return table;
}

TEST(ConditionOperators, AreThoseOfTheDocumentation) {
  EXPECT_EQ(condition_operators().size(), documented().size());
  for (const auto& [name, expected] : documented()) {
    const ConditionOperator* found = find_operator(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->comparison.type, expected.type) << name;
    EXPECT_EQ(found->comparison.matching, expected.matching) << name;
    EXPECT_EQ(found->comparison.relation, expected.relation) << name;
    EXPECT_EQ(found->negated, expected.negated) << name;
  }
}

TEST(ConditionOperators, AreFoundInAnyCase) {
  ASSERT_NE(find_operator("NUMERICLESSTHAN"), nullptr);
  EXPECT_EQ(find_operator("NUMERICLESSTHAN")->name, "NumericLessThan");
  EXPECT_EQ(find_operator("StringMatches"), nullptr);
  EXPECT_EQ(find_operator(""), nullptr);
}

TEST(ConditionOperators, AnUnknownOneIsToldWithTheNearest) {
  EXPECT_NE(unknown_operator("IpAdress").find("`IpAddress`"), std::string::npos);
}

// Every type of value can be read, and but for texts there is something that cannot.
TEST(ConditionOperators, EachTypeReadsItsOwnValuesOnly) {
  struct Row {
    ValueType type;
    const char* readable;
    const char* unreadable;  // null: every text is one
  };
  for (const auto& [type, readable, unreadable] :
       {Row{ValueType::text, "anything", nullptr}, Row{ValueType::arn, "a:b:c:d:e:f", "a:b:c:d:e"},
        Row{ValueType::binary, "YQ==", "YQ="}, Row{ValueType::number, "-1.5", "1e3"},
        Row{ValueType::date, "2026-01-01T00:00:00Z", "yesterday"},
        Row{ValueType::boolean, "FALSE", "0"}, Row{ValueType::address, "::/0", "10.0.0"},
        Row{ValueType::presence, "true", "present"}}) {
    EXPECT_TRUE(is_readable(type, readable)) << readable;
    if (unreadable == nullptr) continue;
    EXPECT_FALSE(is_readable(type, unreadable)) << unreadable;
  }
}

TEST(ConditionOperators, VariablesStandInWhatIsComparedAsText) {
  for (const ConditionOperator& row : condition_operators()) {
    const bool reads = reads_variables(row.comparison.type);
    EXPECT_EQ(reads, row.name.starts_with("String") || row.name.starts_with("Arn")) << row.name;
    EXPECT_TRUE(!reads || is_compared_as_text(row.comparison.type)) << row.name;
  }
  EXPECT_TRUE(is_compared_as_text(ValueType::binary));
  EXPECT_FALSE(reads_variables(ValueType::binary));
}

}  // namespace
}  // namespace auditor::condition_operators_test
