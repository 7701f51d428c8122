// One condition clause, read and then asked about one context.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Conditions with
// multiple context keys or values". Where public documentation leaves a reading open, the answer is
// `open`, which the caller sets to what suits its question.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/condition.h"
#include "tests/oracle/reference/pattern.h"

namespace auditor::reference {

enum class Type { string, number, date, boolean, binary, address, arn, null };
enum class Relation { equal, equal_ignoring_case, like, less, less_equal, greater, greater_equal };
enum class Set { none, all, any };

struct Clause {
  Type type = Type::string;
  Relation relation = Relation::equal;
  bool negated = false;
  bool if_exists = false;
  Set set = Set::none;
  bool unusual_case = false;  // the operator's name is not spelled as documented [?]
  std::string key;            // lower case
  std::vector<std::string> values;
};

// Nothing when the operator is unknown or cannot read one of the values.
std::optional<Clause> read_clause(std::string_view operator_text, std::string_view key,
                                  const std::vector<std::string>& values, bool variables);

// The clause of a guardrail, which arrives already read.
Clause from_guardrail(const ConditionClause& clause);

// By AWS's list of global keys, in lower case: its value in a request is a list.
bool is_multivalued(const std::string& key);

// Is the clause true? `variables`: the document's Version knows `${...}`.
bool holds(const Clause& clause, const Context& context, bool variables, bool open);

// Does the value fit one of the clause's values, before any negation?
bool fits_values(const Clause& clause, const std::string& value, const Context& context,
                 bool variables, bool open);

// Do the clause's values together match every text that is not empty?
bool fits_every_text(const Clause& clause, const Context& context, bool variables);

}  // namespace auditor::reference
