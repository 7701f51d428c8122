#include "evaluator/policy/condition.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace auditor::condition_test {
namespace {

auto clause(std::string_view name, std::vector<std::string> values, bool has_variables = true) {
  return make_condition_clause(name, "aws:Key", std::move(values), has_variables);
}

std::string_view readable_value(ValueType type) {
  switch (type) {
    case ValueType::text:
      return "x*";
    case ValueType::arn:
      return "arn:aws:iam::1:role/*";
    case ValueType::binary:
      return "QmluYXJ5";
    case ValueType::number:
      return "1";
    case ValueType::date:
      return "2026-01-01";
    case ValueType::boolean:
    case ValueType::presence:
      return "true";
    case ValueType::address:
      return "10.0.0.0/8";
  }
  return "";
}

std::string error(std::string_view name, std::vector<std::string> values) {
  const auto made = clause(name, std::move(values));
  return made ? "" : made.error();
}

TEST(ConditionClause, TakesEveryOperatorApart) {
  for (const auto& known : condition_operators()) {
    if (known.comparison.type == ValueType::presence) continue;
    for (const auto& [prefix, set] :
         {std::pair("", SetOperator::none), std::pair("ForAllValues:", SetOperator::for_all_values),
          std::pair("ForAnyValue:", SetOperator::for_any_value)}) {
      for (const bool if_exists : {false, true}) {
        const std::string written =
            prefix + std::string(known.name) + (if_exists ? "IfExists" : "");
        const std::string value(readable_value(known.comparison.type));
        const auto made = clause(written, {value});
        ASSERT_TRUE(made.has_value()) << written << ": " << made.error();
        EXPECT_EQ(made->comparison, known.comparison) << written;
        EXPECT_EQ(made->negated, known.negated) << written;
        EXPECT_EQ(made->set, set) << written;
        EXPECT_EQ(made->if_exists, if_exists) << written;
        EXPECT_FALSE(made->operator_case_differs) << written;
        EXPECT_EQ(made->values, std::vector<std::string>{value}) << written;
      }
    }
  }
}

TEST(ConditionClause, NullStandsAlone) {
  EXPECT_TRUE(clause("Null", {"true"}).has_value());
  for (const char* name : {"NullIfExists", "ForAllValues:Null", "ForAnyValue:Null"}) {
    EXPECT_FALSE(clause(name, {"true"}).has_value()) << name;
  }
}

TEST(ConditionClause, RefusesUnknownOperatorsAndNamesTheNearest) {
  for (const char* name :
       {"", "StringMatches", "IfExists", "StringEqualsIfExistsIfExists",
        "ForAnyValue:", "ForSomeValue:StringLike", "ForAllValues:ForAnyValue:StringLike",
        "StringEquals ", " StringEquals", "NotBool", "BinaryNotEquals", "StringEqualsifexist"}) {
    EXPECT_FALSE(clause(name, {}).has_value()) << name;
  }
  EXPECT_NE(error("StringEqual", {"x"}).find("`StringEquals`"), std::string::npos);
}

TEST(ConditionClause, NotesAnOperatorInAnotherCase) {
  for (const char* name : {"stringequals", "STRINGEQUALS", "StringequalsIfExists",
                           "forAnyValue:StringEquals", "StringEqualsIFEXISTS"}) {
    const auto made = clause(name, {"x"});
    ASSERT_TRUE(made.has_value()) << name;
    EXPECT_EQ(made->comparison.matching, Matching::exact);
    EXPECT_TRUE(made->operator_case_differs) << name;
  }
}

TEST(ConditionClause, KeepsTheKeyInLowerCaseAndAsWritten) {
  const auto made = make_condition_clause("Bool", "AWS:SecureTransport", {"true"}, true);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->key, "aws:securetransport");
  EXPECT_EQ(made->written_key, "AWS:SecureTransport");
}

TEST(ConditionClause, RefusesAnEmptyKey) {
  EXPECT_FALSE(make_condition_clause("Bool", "", {"true"}, true).has_value());
}

TEST(ConditionClause, RefusesAValueThatItsOperatorCannotRead) {
  for (const auto& [name, value] :
       {std::pair("NumericLessThan", "abc"), std::pair("NumericEquals", ""),
        std::pair("NumericEquals", "1234567890123456"), std::pair("DateLessThan", "tomorrow"),
        std::pair("DateEquals", "2026-02-30"), std::pair("Bool", "yes"), std::pair("Bool", ""),
        std::pair("Null", "1"), std::pair("BinaryEquals", "a"), std::pair("BinaryEquals", "ab=c"),
        std::pair("BinaryEquals", "a==="), std::pair("IpAddress", "10.0.0.0/33"),
        std::pair("IpAddress", "everyone"), std::pair("ArnLike", "role/x"),
        std::pair("ArnLike", "*"), std::pair("ArnEquals", "arn:aws:iam::1")}) {
    const std::string message = error(name, {value});
    EXPECT_NE(message.find(name), std::string::npos) << name << " " << value;
    EXPECT_NE(message.find("aws:Key"), std::string::npos) << message;
  }
}

TEST(ConditionClause, RefusesOneBadValueAmongGoodOnes) {
  EXPECT_FALSE(clause("NumericEquals", {"1", "2", "x"}).has_value());
}

TEST(ConditionClause, TakesAnEmptyListOfValues) {
  const auto made = clause("StringEquals", {});
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(made->values.empty());
}

TEST(ConditionClause, ReadsDatesAsIsoOrEpochAndAddressesOfBothFamilies) {
  for (const char* value : {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00+02:00", "1767225600"}) {
    EXPECT_TRUE(clause("DateLessThan", {value}).has_value()) << value;
  }
  for (const char* value : {"10.0.0.1", "10.0.0.0/8", "10.0.0.1/8", "::1", "2001:db8::/32"}) {
    EXPECT_TRUE(clause("IpAddress", {value}).has_value()) << value;
  }
}

TEST(ConditionClause, VariablesStandInTextsAndArnsOnly) {
  constexpr auto variable = "${aws:PrincipalTag/limit}";
  for (const char* name : {"StringEquals", "StringNotLike", "StringEqualsIgnoreCase", "ArnLike"}) {
    EXPECT_TRUE(clause(name, {variable}).has_value()) << name;
  }
  for (const char* name :
       {"NumericLessThan", "DateLessThan", "Bool", "BinaryEquals", "IpAddress", "Null"}) {
    EXPECT_FALSE(clause(name, {variable}).has_value()) << name;
  }
  EXPECT_FALSE(clause("ArnLike", {variable}, false).has_value());
}

TEST(ConditionClause, RefusesAVariableThatIsNotClosed) {
  EXPECT_FALSE(clause("StringLike", {"${aws:username"}).has_value());
  EXPECT_TRUE(clause("StringLike", {"${aws:username"}, false).has_value());
}

}  // namespace
}  // namespace auditor::condition_test
