#include "evaluator/policy/condition_operators.h"

#include <algorithm>
#include <array>
#include <vector>

#include "evaluator/policy/values.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr Comparison text(Matching matching) {
  return {.type = ValueType::text, .matching = matching};
}
constexpr Comparison arn() { return {.type = ValueType::arn, .matching = Matching::arn}; }
constexpr Comparison number(Relation relation) {
  return {.type = ValueType::number, .relation = relation};
}
constexpr Comparison date(Relation relation) {
  return {.type = ValueType::date, .relation = relation};
}
constexpr Comparison of(ValueType type) { return {.type = type}; }

constexpr std::array operator_rows{
    ConditionOperator{"StringEquals", text(Matching::exact)},
    ConditionOperator{"StringNotEquals", text(Matching::exact), true},
    ConditionOperator{"StringEqualsIgnoreCase", text(Matching::exact_ignore_case)},
    ConditionOperator{"StringNotEqualsIgnoreCase", text(Matching::exact_ignore_case), true},
    ConditionOperator{"StringLike", text(Matching::glob)},
    ConditionOperator{"StringNotLike", text(Matching::glob), true},
    ConditionOperator{"NumericEquals", number(Relation::equals)},
    ConditionOperator{"NumericNotEquals", number(Relation::equals), true},
    ConditionOperator{"NumericLessThan", number(Relation::less)},
    ConditionOperator{"NumericLessThanEquals", number(Relation::less_equals)},
    ConditionOperator{"NumericGreaterThan", number(Relation::greater)},
    ConditionOperator{"NumericGreaterThanEquals", number(Relation::greater_equals)},
    ConditionOperator{"DateEquals", date(Relation::equals)},
    ConditionOperator{"DateNotEquals", date(Relation::equals), true},
    ConditionOperator{"DateLessThan", date(Relation::less)},
    ConditionOperator{"DateLessThanEquals", date(Relation::less_equals)},
    ConditionOperator{"DateGreaterThan", date(Relation::greater)},
    ConditionOperator{"DateGreaterThanEquals", date(Relation::greater_equals)},
    ConditionOperator{"Bool", of(ValueType::boolean)},
    ConditionOperator{"BinaryEquals", of(ValueType::binary)},
    ConditionOperator{"IpAddress", of(ValueType::address)},
    ConditionOperator{"NotIpAddress", of(ValueType::address), true},
    ConditionOperator{"ArnEquals", arn()},  // the same as ArnLike
    ConditionOperator{"ArnNotEquals", arn(), true},
    ConditionOperator{"ArnLike", arn()},
    ConditionOperator{"ArnNotLike", arn(), true},
    ConditionOperator{"Null", of(ValueType::presence)},
};

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const auto padding = text.find('=');
  const std::string_view tail = padding == std::string_view::npos ? "" : text.substr(padding);
  if (tail.size() > 2 || tail.find_first_not_of('=') != std::string_view::npos) return false;
  return std::ranges::all_of(text.substr(0, padding), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

}  // namespace

std::span<const ConditionOperator> condition_operators() { return operator_rows; }

const ConditionOperator* find_operator(std::string_view name) {
  const auto found = std::ranges::find_if(operator_rows, [&](const ConditionOperator& known) {
    return equal_ignoring_case(known.name, name);
  });
  return found == operator_rows.end() ? nullptr : &*found;
}

std::string unknown_operator(std::string_view text) {
  const std::string message = "unknown condition operator `" + std::string(text) + "`";
  std::vector<std::string_view> names;
  for (const ConditionOperator& known : operator_rows) names.push_back(known.name);
  return message + did_you_mean(nearest(text, names), "");
}

bool reads_variables(ValueType type) { return type == ValueType::text || type == ValueType::arn; }

bool is_compared_as_text(ValueType type) {
  return type == ValueType::text || type == ValueType::arn || type == ValueType::binary;
}

bool is_readable(ValueType type, std::string_view value) {
  switch (type) {
    case ValueType::text:
      return true;
    case ValueType::arn:
      return split_fields(value, arn_fields).size() == arn_fields;
    case ValueType::binary:
      return is_base64(value);
    case ValueType::number:
      return read_number(value).has_value();
    case ValueType::date:
      return read_instant(value).has_value();
    case ValueType::boolean:
    case ValueType::presence:
      return read_bool(value).has_value();
    case ValueType::address:
      return read_address_block(value).has_value();
  }
  return false;
}

}  // namespace auditor
