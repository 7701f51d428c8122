#include "tests/oracle/reference/clause.h"

#include <algorithm>
#include <array>

#include "tests/oracle/reference/values.h"

namespace auditor::reference {
namespace {

struct Operator {
  std::string_view name;
  Type type;
  Relation relation;
  bool negated;
};

constexpr std::array operators = {
    Operator{"StringEquals", Type::string, Relation::equal, false},
    Operator{"StringNotEquals", Type::string, Relation::equal, true},
    Operator{"StringEqualsIgnoreCase", Type::string, Relation::equal_ignoring_case, false},
    Operator{"StringNotEqualsIgnoreCase", Type::string, Relation::equal_ignoring_case, true},
    Operator{"StringLike", Type::string, Relation::like, false},
    Operator{"StringNotLike", Type::string, Relation::like, true},
    Operator{"NumericEquals", Type::number, Relation::equal, false},
    Operator{"NumericNotEquals", Type::number, Relation::equal, true},
    Operator{"NumericLessThan", Type::number, Relation::less, false},
    Operator{"NumericLessThanEquals", Type::number, Relation::less_equal, false},
    Operator{"NumericGreaterThan", Type::number, Relation::greater, false},
    Operator{"NumericGreaterThanEquals", Type::number, Relation::greater_equal, false},
    Operator{"DateEquals", Type::date, Relation::equal, false},
    Operator{"DateNotEquals", Type::date, Relation::equal, true},
    Operator{"DateLessThan", Type::date, Relation::less, false},
    Operator{"DateLessThanEquals", Type::date, Relation::less_equal, false},
    Operator{"DateGreaterThan", Type::date, Relation::greater, false},
    Operator{"DateGreaterThanEquals", Type::date, Relation::greater_equal, false},
    Operator{"Bool", Type::boolean, Relation::equal, false},
    Operator{"BinaryEquals", Type::binary, Relation::equal, false},
    Operator{"IpAddress", Type::address, Relation::equal, false},
    Operator{"NotIpAddress", Type::address, Relation::equal, true},
    Operator{"ArnEquals", Type::arn, Relation::like, false},
    Operator{"ArnLike", Type::arn, Relation::like, false},
    Operator{"ArnNotEquals", Type::arn, Relation::like, true},
    Operator{"ArnNotLike", Type::arn, Relation::like, true},
    Operator{"Null", Type::null, Relation::equal, false},
};

bool readable(Type type, const std::string& value) {
  switch (type) {
    case Type::string:
      return true;
    case Type::arn:
      return split_arn(value).has_value();
    case Type::number:
      return read_number(value).has_value();
    case Type::date:
      return read_instant(value).has_value();
    case Type::boolean:
    case Type::null:
      return read_boolean(value).has_value();
    case Type::binary:
      return is_base64(value);
    case Type::address:
      return read_address_range(value).has_value();
  }
  return false;
}

bool compare(Relation relation, double left, double right) {
  switch (relation) {
    case Relation::less:
      return left < right;
    case Relation::less_equal:
      return left <= right;
    case Relation::greater:
      return left > right;
    case Relation::greater_equal:
      return left >= right;
    default:
      return left == right;
  }
}

bool fits_arn(const Pattern& pattern, const std::string& value) {
  const auto fields = split_arn(value);
  const std::vector<Pattern> patterns = split_fields(pattern);
  if (!fields || patterns.size() < 6) return false;
  for (std::size_t index = 0; index < 6; ++index) {
    if (!matches(patterns[index], (*fields)[index])) return false;
  }
  return true;
}

// Item 27: four digits are a year or seconds.
bool fits_date(Relation relation, const std::string& wanted, double instant, bool open) {
  const bool as_seconds = compare(relation, instant, *read_instant(wanted));
  const auto year = read_year(wanted);
  if (!year) return as_seconds;
  const bool as_year = compare(relation, instant, *year);
  return as_seconds == as_year ? as_seconds : open;
}

bool fits_address(const std::string& wanted, const std::string& value, bool open) {
  const auto range = read_address_range(wanted);
  const auto address = read_address_range(value);
  if (!range || !address || address->has_prefix) return false;
  if (!contains(*range, *address)) return false;
  return has_host_bits(*range) ? open : true;  // item 27: the range may count as void
}

bool fits_value(const Clause& clause, const std::string& wanted, const std::string& value,
                const Context& context, bool variables, bool open) {
  const bool wildcards = clause.relation == Relation::like;
  switch (clause.type) {
    case Type::string:
    case Type::arn: {
      const auto pattern = make_pattern(wanted, {wildcards, variables}, context);
      if (!pattern) return false;
      if (clause.type == Type::arn) return fits_arn(*pattern, value);
      return matches(*pattern, value, clause.relation == Relation::equal_ignoring_case);
    }
    case Type::number: {
      const auto left = read_number(value);
      return left && compare(clause.relation, *left, *read_number(wanted));
    }
    case Type::date: {
      const auto left = read_instant(value);
      return left && fits_date(clause.relation, wanted, *left, open);
    }
    case Type::boolean:
      return read_boolean(value) == read_boolean(wanted);
    case Type::binary:
      return value == wanted;
    case Type::address:
      return fits_address(wanted, value, open);
    case Type::null:
      return false;
  }
  return false;
}

// `ForAnyValue:...IfExists` [?]: the suffix says yes, the set operator no.
bool holds_when_absent(const Clause& clause, Set set, bool open) {
  if (clause.if_exists && clause.set == Set::any) return open;
  if (clause.if_exists || set == Set::all) return true;
  if (set == Set::any) return false;
  return clause.negated;
}

bool holds_for(const Clause& clause, const std::vector<std::string>& values, Set set,
               const Context& context, bool variables, bool open) {
  const auto one = [&](const std::string& value) {
    const bool inner = clause.negated ? !open : open;
    return fits_values(clause, value, context, variables, inner) != clause.negated;
  };
  return set == Set::all ? std::ranges::all_of(values, one) : std::ranges::any_of(values, one);
}

}  // namespace

bool is_multivalued(const std::string& key) {
  constexpr std::array keys = {
      "aws:principalorgpaths",        "aws:tagkeys",          "aws:calledvia",
      "aws:sourceorgpaths",           "aws:resourceorgpaths", "aws:vpceorgpaths",
      "aws:principalservicenameslist"};
  return std::ranges::find(keys, key) != keys.end();
}

std::optional<Clause> read_clause(std::string_view operator_text, std::string_view key,
                                  const std::vector<std::string>& values, bool variables) {
  Clause clause;
  std::string_view rest = operator_text;
  const auto take_prefix = [&](std::string_view prefix, Set set) {
    if (!lower(rest).starts_with(lower(prefix))) return;
    clause.unusual_case = clause.unusual_case || !rest.starts_with(prefix);
    clause.set = set;
    rest.remove_prefix(prefix.size());
  };
  take_prefix("ForAllValues:", Set::all);
  if (clause.set == Set::none) take_prefix("ForAnyValue:", Set::any);
  constexpr std::string_view suffix = "IfExists";
  if (lower(rest).ends_with(lower(suffix))) {
    clause.unusual_case = clause.unusual_case || !rest.ends_with(suffix);
    clause.if_exists = true;
    rest.remove_suffix(suffix.size());
  }
  const auto found = std::ranges::find_if(
      operators, [&](const Operator& known) { return lower(known.name) == lower(rest); });
  if (found == operators.end()) return std::nullopt;
  clause.unusual_case = clause.unusual_case || rest != found->name;
  clause.type = found->type;
  clause.relation = found->relation;
  clause.negated = found->negated;
  if (clause.type == Type::null && (clause.if_exists || clause.set != Set::none))
    return std::nullopt;
  clause.key = lower(key);
  for (const std::string& value : values) {
    if (!readable(clause.type, value)) return std::nullopt;
    clause.values.push_back(value);
  }
  static_cast<void>(variables);  // a variable in a number or a date cannot be read either way
  return clause;
}

Clause from_guardrail(const ConditionClause& clause) {
  Clause result;
  switch (clause.comparison.type) {
    case ValueType::text:
      result.type = Type::string;
      break;
    case ValueType::arn:
      result.type = Type::arn;
      break;
    case ValueType::binary:
      result.type = Type::binary;
      break;
    case ValueType::number:
      result.type = Type::number;
      break;
    case ValueType::date:
      result.type = Type::date;
      break;
    case ValueType::boolean:
      result.type = Type::boolean;
      break;
    case ValueType::address:
      result.type = Type::address;
      break;
    case ValueType::presence:
      result.type = Type::null;
      break;
  }
  switch (clause.comparison.matching) {
    case Matching::exact:
      break;
    case Matching::exact_ignore_case:
      result.relation = Relation::equal_ignoring_case;
      break;
    case Matching::glob:
    case Matching::arn:
    case Matching::arn_reaching:  // of resources: no clause has it
      result.relation = Relation::like;
      break;
  }
  switch (clause.comparison.relation) {
    case auditor::Relation::equals:
      break;
    case auditor::Relation::less:
      result.relation = Relation::less;
      break;
    case auditor::Relation::less_equals:
      result.relation = Relation::less_equal;
      break;
    case auditor::Relation::greater:
      result.relation = Relation::greater;
      break;
    case auditor::Relation::greater_equals:
      result.relation = Relation::greater_equal;
      break;
  }
  result.negated = clause.negated;
  result.if_exists = clause.if_exists;
  result.set = clause.set == SetOperator::for_all_values  ? Set::all
               : clause.set == SetOperator::for_any_value ? Set::any
                                                          : Set::none;
  result.key = lower(clause.key);
  result.values = clause.values;
  return result;
}

bool fits_values(const Clause& clause, const std::string& value, const Context& context,
                 bool variables, bool open) {
  return std::ranges::any_of(clause.values, [&](const std::string& wanted) {
    return fits_value(clause, wanted, value, context, variables, open);
  });
}

bool fits_every_text(const Clause& clause, const Context& context, bool variables) {
  if (clause.type != Type::string || clause.relation != Relation::like) return false;
  std::vector<Pattern> patterns;
  for (const std::string& value : clause.values) {
    if (auto pattern = make_pattern(value, {true, variables}, context)) {
      patterns.push_back(std::move(*pattern));
    }
  }
  return match_every_text(patterns);
}

bool holds(const Clause& clause, const Context& context, bool variables, bool open) {
  if (clause.unusual_case) return open;    // item 6: whether IAM knows this spelling is open
  if (clause.values.empty()) return open;  // item 33: a list of no values
  const auto found = context.find(clause.key);
  const bool present = found != context.end();
  if (clause.type == Type::null) {
    return std::ranges::any_of(
        clause.values, [&](const std::string& value) { return read_boolean(value) == !present; });
  }
  const bool is_list = present && std::holds_alternative<std::vector<std::string>>(found->second);
  std::vector<std::string> values;
  if (is_list) values = std::get<std::vector<std::string>>(found->second);
  if (present && !is_list) values.push_back(std::get<std::string>(found->second));

  const auto under = [&](Set set) {
    return present && !values.empty() ? holds_for(clause, values, set, context, variables, open)
                                      : holds_when_absent(clause, set, open);
  };
  if (clause.set != Set::none || !(is_list || is_multivalued(clause.key))) return under(clause.set);
  // Item 29: without a set operator, a key of several values may be read either way.
  const bool all = under(Set::all);
  const bool any = under(Set::any);
  const bool plain = present ? any : holds_when_absent(clause, Set::none, open);
  return all == any && any == plain ? all : open;
}

}  // namespace auditor::reference
