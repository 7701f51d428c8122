// One clause of an IAM Condition block: operator, key, values.
//
// Source: "IAM JSON policy elements: Condition operators" and "Conditions with multiple context
// keys or values". Values are kept as text; make_condition_clause() has checked that the operator
// can read each of them.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/condition_operators.h"

namespace auditor {

struct ConditionClause {
  Comparison comparison;
  bool negated = false;  // ...NotEquals, NotLike, NotIpAddress
  bool if_exists = false;
  SetOperator set = SetOperator::none;
  bool operator_case_differs = false;  // written in another case than documented [?]
  std::string key;                     // lower case
  std::string written_key;             // as the document spells it
  std::vector<std::string> values;     // ORed; for negated comparisons none may match
};

// Builds a clause from its three parts, e.g. ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths",
// {"o-x/*"}). Error: an unknown operator (with the nearest known one), a value the operator cannot
// read, `NullIfExists`, a set operator on `Null`. `has_variables` as in PolicyDocument.
std::expected<ConditionClause, std::string> make_condition_clause(std::string_view operator_text,
                                                                  std::string_view key,
                                                                  std::vector<std::string> values,
                                                                  bool has_variables);

}  // namespace auditor
