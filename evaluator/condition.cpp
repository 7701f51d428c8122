#include "evaluator/condition.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "evaluator/nearest.h"
#include "evaluator/pattern.h"
#include "evaluator/values.h"

namespace auditor {
namespace {

struct OperatorName {
  std::string_view name;
  Comparison comparison;
  bool negated;
};

constexpr std::array operator_names{
    OperatorName{"StringEquals", Comparison::string_equals, false},
    OperatorName{"StringNotEquals", Comparison::string_equals, true},
    OperatorName{"StringEqualsIgnoreCase", Comparison::string_equals_ignore_case, false},
    OperatorName{"StringNotEqualsIgnoreCase", Comparison::string_equals_ignore_case, true},
    OperatorName{"StringLike", Comparison::string_like, false},
    OperatorName{"StringNotLike", Comparison::string_like, true},
    OperatorName{"NumericEquals", Comparison::numeric_equals, false},
    OperatorName{"NumericNotEquals", Comparison::numeric_equals, true},
    OperatorName{"NumericLessThan", Comparison::numeric_less, false},
    OperatorName{"NumericLessThanEquals", Comparison::numeric_less_equals, false},
    OperatorName{"NumericGreaterThan", Comparison::numeric_greater, false},
    OperatorName{"NumericGreaterThanEquals", Comparison::numeric_greater_equals, false},
    OperatorName{"DateEquals", Comparison::date_equals, false},
    OperatorName{"DateNotEquals", Comparison::date_equals, true},
    OperatorName{"DateLessThan", Comparison::date_less, false},
    OperatorName{"DateLessThanEquals", Comparison::date_less_equals, false},
    OperatorName{"DateGreaterThan", Comparison::date_greater, false},
    OperatorName{"DateGreaterThanEquals", Comparison::date_greater_equals, false},
    OperatorName{"Bool", Comparison::bool_, false},
    OperatorName{"BinaryEquals", Comparison::binary_equals, false},
    OperatorName{"IpAddress", Comparison::ip_address, false},
    OperatorName{"NotIpAddress", Comparison::ip_address, true},
    OperatorName{"ArnEquals", Comparison::arn_like, false},
    OperatorName{"ArnNotEquals", Comparison::arn_like, true},
    OperatorName{"ArnLike", Comparison::arn_like, false},
    OperatorName{"ArnNotLike", Comparison::arn_like, true},
    OperatorName{"Null", Comparison::null_, false},
};

const OperatorName* find_operator(std::string_view name) {
  const auto found = std::ranges::find_if(operator_names, [&](const OperatorName& known) {
    return equal_ignoring_case(known.name, name);
  });
  return found == operator_names.end() ? nullptr : &*found;
}

// Removes `part` from one end, ignoring case; notes when the case differs.
bool take_prefix(std::string_view& text, std::string_view part, bool& case_differs) {
  if (text.size() < part.size() || !equal_ignoring_case(text.substr(0, part.size()), part)) {
    return false;
  }
  case_differs |= !text.starts_with(part);
  text.remove_prefix(part.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view part, bool& case_differs) {
  if (text.size() < part.size() ||
      !equal_ignoring_case(text.substr(text.size() - part.size()), part)) {
    return false;
  }
  case_differs |= !text.ends_with(part);
  text.remove_suffix(part.size());
  return true;
}

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

std::string unknown_operator(std::string_view text) {
  std::string message = "unknown condition operator `" + std::string(text) + "`";
  std::vector<std::string_view> names;
  for (const OperatorName& known : operator_names) names.push_back(known.name);
  if (const auto near = nearest(text, names))
    message += ", did you mean `" + std::string(*near) + "`";
  return message;
}

}  // namespace

std::expected<ConditionClause, std::string> make_condition_clause(std::string_view operator_text,
                                                                  std::string_view key,
                                                                  std::vector<std::string> values,
                                                                  bool has_variables) {
  ConditionClause clause;
  std::string_view name = operator_text;
  bool case_differs = false;
  if (take_prefix(name, "ForAllValues:", case_differs)) {
    clause.set = SetOperator::for_all_values;
  } else if (take_prefix(name, "ForAnyValue:", case_differs)) {
    clause.set = SetOperator::for_any_value;
  }
  // No operator ends in "IfExists" by itself, so the suffix is unambiguous.
  clause.if_exists = take_suffix(name, "IfExists", case_differs);
  const OperatorName* known = find_operator(name);
  if (known == nullptr) return std::unexpected(unknown_operator(operator_text));
  clause.comparison = known->comparison;
  clause.negated = known->negated;
  clause.operator_case_differs = case_differs || known->name != name;
  if (known->comparison == Comparison::null_ &&
      (clause.if_exists || clause.set != SetOperator::none)) {
    return std::unexpected("`" + std::string(operator_text) +
                           "` is not an operator: `Null` stands alone");
  }
  if (key.empty())
    return std::unexpected("an empty condition key under `" + std::string(operator_text) + "`");
  for (const std::string& value : values) {
    // Policy variables are read with the String and Arn operators only.
    if (has_variables && is_text(known->comparison) && value.find("${") != std::string::npos) {
      const auto parsed = parse_template(value, Matching::glob, true);
      if (!parsed) return std::unexpected(parsed.error());
      if (parsed->has_variables()) continue;  // readable or not is seen when it is filled in
    }
    if (!is_readable(known->comparison, value)) {
      return std::unexpected("`" + std::string(operator_text) + "` cannot read the value `" +
                             value + "` of `" + std::string(key) + "`");
    }
  }
  clause.key = to_lower(key);
  clause.written_key = std::string(key);
  clause.values = std::move(values);
  return clause;
}

}  // namespace auditor
