// Tested by condition_test.cpp.
#include "evaluator/policy/condition_operators.h"

#include <algorithm>
#include <array>
#include <vector>

#include "evaluator/policy/pattern.h"
#include "evaluator/policy/values.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::array operator_names{
    ConditionOperator{"StringEquals", Comparison::string_equals, false},
    ConditionOperator{"StringNotEquals", Comparison::string_equals, true},
    ConditionOperator{"StringEqualsIgnoreCase", Comparison::string_equals_ignore_case, false},
    ConditionOperator{"StringNotEqualsIgnoreCase", Comparison::string_equals_ignore_case, true},
    ConditionOperator{"StringLike", Comparison::string_like, false},
    ConditionOperator{"StringNotLike", Comparison::string_like, true},
    ConditionOperator{"NumericEquals", Comparison::numeric_equals, false},
    ConditionOperator{"NumericNotEquals", Comparison::numeric_equals, true},
    ConditionOperator{"NumericLessThan", Comparison::numeric_less, false},
    ConditionOperator{"NumericLessThanEquals", Comparison::numeric_less_equals, false},
    ConditionOperator{"NumericGreaterThan", Comparison::numeric_greater, false},
    ConditionOperator{"NumericGreaterThanEquals", Comparison::numeric_greater_equals, false},
    ConditionOperator{"DateEquals", Comparison::date_equals, false},
    ConditionOperator{"DateNotEquals", Comparison::date_equals, true},
    ConditionOperator{"DateLessThan", Comparison::date_less, false},
    ConditionOperator{"DateLessThanEquals", Comparison::date_less_equals, false},
    ConditionOperator{"DateGreaterThan", Comparison::date_greater, false},
    ConditionOperator{"DateGreaterThanEquals", Comparison::date_greater_equals, false},
    ConditionOperator{"Bool", Comparison::bool_, false},
    ConditionOperator{"BinaryEquals", Comparison::binary_equals, false},
    ConditionOperator{"IpAddress", Comparison::ip_address, false},
    ConditionOperator{"NotIpAddress", Comparison::ip_address, true},
    ConditionOperator{"ArnEquals", Comparison::arn_like, false},
    ConditionOperator{"ArnNotEquals", Comparison::arn_like, true},
    ConditionOperator{"ArnLike", Comparison::arn_like, false},
    ConditionOperator{"ArnNotLike", Comparison::arn_like, true},
    ConditionOperator{"Null", Comparison::null_, false},
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

const ConditionOperator* find_operator(std::string_view name) {
  const auto found = std::ranges::find_if(operator_names, [&](const ConditionOperator& known) {
    return equal_ignoring_case(known.name, name);
  });
  return found == operator_names.end() ? nullptr : &*found;
}

std::string unknown_operator(std::string_view text) {
  const std::string message = "unknown condition operator `" + std::string(text) + "`";
  std::vector<std::string_view> names;
  for (const ConditionOperator& known : operator_names) names.push_back(known.name);
  return message + did_you_mean(nearest(text, names), "");
}

bool is_text(Comparison comparison) {
  return comparison <= Comparison::string_like || comparison == Comparison::arn_like;
}

bool is_readable(Comparison comparison, std::string_view value) {
  switch (comparison) {
    case Comparison::string_equals:
    case Comparison::string_equals_ignore_case:
    case Comparison::string_like:
      return true;
    case Comparison::numeric_equals:
    case Comparison::numeric_less:
    case Comparison::numeric_less_equals:
    case Comparison::numeric_greater:
    case Comparison::numeric_greater_equals:
      return read_number(value).has_value();
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals:
      return read_instant(value).has_value();
    case Comparison::bool_:
    case Comparison::null_:
      return read_bool(value).has_value();
    case Comparison::binary_equals:
      return is_base64(value);
    case Comparison::ip_address:
      return read_address_block(value).has_value();
    case Comparison::arn_like:
      return split_fields(value, arn_fields).size() == arn_fields;
  }
  return false;
}

}  // namespace auditor
