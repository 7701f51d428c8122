// The operators of IAM's Condition element: their names, what each compares, and which texts it can
// read.
//
// Source: "IAM JSON policy elements: Condition operators".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace auditor {

enum class Comparison : std::uint8_t {
  string_equals,
  string_equals_ignore_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  bool_,
  binary_equals,
  ip_address,
  arn_like,  // ArnEquals is the same
  null_,
};

enum class SetOperator : std::uint8_t { none, for_all_values, for_any_value };

// An operator as a document names it, without its set operator and `IfExists`.
struct ConditionOperator {
  std::string_view name;
  Comparison comparison;
  bool negated;  // ...NotEquals, NotLike, NotIpAddress
};

// Ignores case; null: there is none of that name.
const ConditionOperator* find_operator(std::string_view name);

// "unknown condition operator `X`, did you mean `Y`"
std::string unknown_operator(std::string_view text);

// Compares texts: its values may hold policy variables.
bool is_text(Comparison comparison);

// Whether the operator can read the value; one that it cannot makes a document malformed.
bool is_readable(Comparison comparison, std::string_view value);

}  // namespace auditor
