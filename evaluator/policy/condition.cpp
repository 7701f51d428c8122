#include "evaluator/policy/condition.h"

#include <optional>

#include "evaluator/policy/pattern.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

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
  const ConditionOperator* known = find_operator(name);
  if (known == nullptr) return std::unexpected(unknown_operator(operator_text));
  const ValueType type = known->comparison.type;
  clause.comparison = known->comparison;
  clause.negated = known->negated;
  clause.operator_case_differs = case_differs || known->name != name;
  if (type == ValueType::presence && (clause.if_exists || clause.set != SetOperator::none)) {
    return std::unexpected("`" + std::string(operator_text) +
                           "` is not an operator: `Null` stands alone");
  }
  if (key.empty())
    return std::unexpected("an empty condition key under `" + std::string(operator_text) + "`");
  for (const std::string& value : values) {
    if (has_variables && reads_variables(type) && value.find("${") != std::string::npos) {
      const auto parsed = parse_template(value, Matching::glob, true);
      if (!parsed) return std::unexpected(parsed.error());
      if (parsed->has_variables()) continue;  // readable or not is seen when it is filled in
    }
    if (!is_readable(type, value)) {
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
