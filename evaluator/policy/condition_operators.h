// The operators of IAM's Condition element: their names, what each compares, and which texts it can
// read.
//
// One row an operator. Whoever reads a clause or compiles one looks at the columns, never at the
// name: so an operator over a known type of value is a row, and nothing else.
// Source: "IAM JSON policy elements: Condition operators".
// Tested by condition_operators_test.cpp and condition_compiler_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/policy/pattern.h"

namespace auditor {

// What an operator takes both sides for.
enum class ValueType : std::uint8_t {
  text,
  arn,
  binary,  // base64, compared as text
  number,
  date,
  boolean,
  address,
  presence,  // Null: whether the key is there at all
};

// For what has an order.
enum class Relation : std::uint8_t { equals, less, less_equals, greater, greater_equals };

struct Comparison {
  ValueType type = ValueType::text;
  Matching matching = Matching::exact;   // of what is compared as text
  Relation relation = Relation::equals;  // of numbers and dates

  bool operator==(const Comparison&) const = default;
};

enum class SetOperator : std::uint8_t { none, for_all_values, for_any_value };

// An operator as a document names it, without its set operator and `IfExists`.
struct ConditionOperator {
  std::string_view name;
  Comparison comparison;
  bool negated = false;  // ...NotEquals, NotLike, NotIpAddress
};

std::span<const ConditionOperator> condition_operators();

// Ignores case; null: there is none of that name.
const ConditionOperator* find_operator(std::string_view name);

// "unknown condition operator `X`, did you mean `Y`"
std::string unknown_operator(std::string_view text);

// Whether a value may hold policy variables.
bool reads_variables(ValueType type);

// Whether values are compared character by character, by a pattern.
bool is_compared_as_text(ValueType type);

// Whether a text of a policy reads as a value of the type; one that does not makes the document
// malformed.
bool is_readable(ValueType type, std::string_view value);

}  // namespace auditor
