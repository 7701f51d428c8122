// Every operator, compiled and held against values: the table below is written apart from the rows
// of the product, and a row that it lacks fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/symbolic/statement_compiler.h"

namespace auditor::condition_compiler_test {
namespace {

constexpr auto key = "aws:FreeKey";  // no key that AWS documents: nothing is known of it

// Whether a clause is met by a value of its key. Empty `values`: the key is absent.
bool holds_for(std::string_view operation, const std::vector<std::string>& written,
               const std::vector<std::string>& values) {
  const auto clause = make_condition_clause(operation, key, written, true);
  EXPECT_TRUE(clause.has_value()) << operation << ": " << (clause ? "" : clause.error());
  if (!clause) return false;
  Problem problem;
  SymbolicRequest request(problem, {});
  StatementCompiler compiler(request, problem, {});
  const auto groups = compiler.compile({*clause}, true).conjunction;
  const Value value = values.empty() ? Value() : Value(values);
  return groups && std::ranges::all_of(*groups, [&](const Clause& group) {
           return std::ranges::any_of(
               group, [&](const Literal& literal) { return satisfies(value, literal.constraint); });
         });
}

struct Row {
  const char* name;
  const char* written;
  const char* passes;
  const char* fails;  // of a negated operator: what it keeps out
};

constexpr Row table[] = {
    {"StringEquals", "a*", "a*", "ab"},
    {"StringNotEquals", "a*", "ab", "a*"},
    {"StringEqualsIgnoreCase", "Ab", "aB", "abc"},
    {"StringNotEqualsIgnoreCase", "Ab", "abc", "aB"},
    {"StringLike", "a*", "abc", "Abc"},
    {"StringNotLike", "a*", "Abc", "abc"},
    {"NumericEquals", "1", "1.0", "2"},
    {"NumericNotEquals", "1", "2", "1.0"},
    {"NumericLessThan", "1", "0", "1"},
    {"NumericLessThanEquals", "1", "1", "2"},
    {"NumericGreaterThan", "1", "2", "1"},
    {"NumericGreaterThanEquals", "1", "1", "0"},
    {"DateEquals", "2026-01-01", "1767225600", "2026-01-02"},
    {"DateNotEquals", "2026-01-01", "2026-01-02", "1767225600"},
    {"DateLessThan", "2026-01-01", "2025-12-31", "2026-01-01"},
    {"DateLessThanEquals", "2026-01-01", "2026-01-01", "2026-01-02"},
    {"DateGreaterThan", "2026-01-01", "2026-01-02", "2026-01-01"},
    {"DateGreaterThanEquals", "2026-01-01", "2026-01-01", "2025-12-31"},
    {"Bool", "true", "True", "false"},
    {"BinaryEquals", "YQ==", "YQ==", "yq=="},
    {"IpAddress", "10.0.0.0/8", "10.1.2.3", "11.0.0.0"},
    {"NotIpAddress", "10.0.0.0/8", "11.0.0.0", "10.1.2.3"},
    {"ArnEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", "arn:aws:iam:::1:role/x"},
    {"ArnNotEquals", "arn:aws:iam::*:role/x", "arn:aws:iam:::1:role/x", "arn:aws:iam::1:role/x"},
    {"ArnLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a:b", "arn:aws:iam::1:user/x"},
    {"ArnNotLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:user/x", "arn:aws:iam::1:role/a:b"},
};

bool is_negated(const Row& row) {
  return std::string_view(row.name).find("Not") != std::string::npos;
}

TEST(ConditionCompiler, TheTableHasEveryOperatorButNull) {
  for (const ConditionOperator& row : condition_operators()) {
    const bool has_row =
        std::ranges::any_of(table, [&](const Row& expected) { return row.name == expected.name; });
    EXPECT_EQ(has_row, row.name != "Null") << row.name;
  }
}

TEST(ConditionCompiler, EveryOperatorTellsTwoValuesApart) {
  for (const Row& row : table) {
    EXPECT_TRUE(holds_for(row.name, {row.written}, {row.passes})) << row.name;
    EXPECT_FALSE(holds_for(row.name, {row.written}, {row.fails})) << row.name;
  }
}

// "If the key is not present": a negated operator holds, every other one does not.
TEST(ConditionCompiler, AnAbsentKeyMeetsNegatedOperatorsAndIfExists) {
  for (const Row& row : table) {
    const std::string name = row.name;
    EXPECT_EQ(holds_for(name, {row.written}, {}), is_negated(row)) << name;
    EXPECT_TRUE(holds_for(name + "IfExists", {row.written}, {})) << name;
    EXPECT_TRUE(holds_for(name + "IfExists", {row.written}, {row.passes})) << name;
    EXPECT_FALSE(holds_for(name + "IfExists", {row.written}, {row.fails})) << name;
  }
}

TEST(ConditionCompiler, SetOperatorsAskEveryElementOrOne) {
  for (const Row& row : table) {
    const std::string any = std::string("ForAnyValue:") + row.name;
    const std::string all = std::string("ForAllValues:") + row.name;
    EXPECT_TRUE(holds_for(any, {row.written}, {row.fails, row.passes})) << row.name;
    EXPECT_FALSE(holds_for(any, {row.written}, {row.fails})) << row.name;
    EXPECT_FALSE(holds_for(any, {row.written}, {})) << row.name;
    EXPECT_TRUE(holds_for(any + "IfExists", {row.written}, {})) << row.name;
    EXPECT_FALSE(holds_for(any + "IfExists", {row.written}, {row.fails})) << row.name;
    EXPECT_FALSE(holds_for(all, {row.written}, {row.fails, row.passes})) << row.name;
    EXPECT_TRUE(holds_for(all, {row.written}, {row.passes})) << row.name;
    EXPECT_TRUE(holds_for(all, {row.written}, {})) << row.name;
    EXPECT_TRUE(holds_for(all + "IfExists", {row.written}, {})) << row.name;
  }
}

TEST(ConditionCompiler, NullAsksForPresence) {
  EXPECT_TRUE(holds_for("Null", {"true"}, {}));
  EXPECT_FALSE(holds_for("Null", {"true"}, {"x"}));
  EXPECT_TRUE(holds_for("Null", {"false"}, {"x"}));
  EXPECT_FALSE(holds_for("Null", {"false"}, {}));
  EXPECT_TRUE(holds_for("Null", {"true", "false"}, {}));
}

}  // namespace
}  // namespace auditor::condition_compiler_test
