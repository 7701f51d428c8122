// What a Condition block asks: one literal, seldom two, for every clause.
// Tested by cases_test.cpp and differential_test.cpp.
#include <algorithm>

#include "evaluator/symbolic/statement_compiler.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

Predicate anything() {
  return open_predicate(Projection::whole, {make_pattern("*", Matching::glob)}, {});
}

Matching matching_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::string_like:
      return Matching::glob;
    case Comparison::arn_like:
      return Matching::arn;
    case Comparison::string_equals_ignore_case:
      return Matching::exact_ignore_case;
    default:
      return Matching::exact;
  }
}

bool is_text_comparison(Comparison comparison) {
  return comparison == Comparison::string_equals || comparison == Comparison::string_like ||
         comparison == Comparison::string_equals_ignore_case ||
         comparison == Comparison::binary_equals || comparison == Comparison::arn_like;
}

}  // namespace

Predicate StatementCompiler::condition_predicate(const ConditionClause& clause,
                                                 const KeyReading& reading, bool has_variables,
                                                 bool wants_match, Predicate& emptied) {
  const bool value_wants_match = entries_want_match(clause.negated, wants_match);
  TextTest text{.projection = reading.projection, .patterns = {}};
  TextTest emptied_text = text;
  OrderTest order{.comparison = clause.comparison, .values = {}};
  BoolTest truth;
  AddressTest address;
  std::vector<Pattern> sure;
  bool is_open = false;
  const bool is_text = is_text_comparison(clause.comparison);
  for (const std::string& written : clause.values) {
    const auto filled = fill(written, is_text ? matching_of(clause.comparison) : Matching::exact,
                             has_variables, is_text ? reading : nothing_compared);
    if (!filled) continue;  // a variable without a value matches nothing
    is_open |= filled->is_open;
    if (is_text) {
      record_naming_text(*filled, reading, written);
      if (!filled->is_open) sure.push_back(filled->pattern);
      text.patterns.push_back(filled->pattern);
      emptied_text.patterns.push_back(filled->emptied);
      continue;
    }
    if (filled->is_open) continue;
    const std::string value = encode_utf8(filled->pattern.symbols);
    if (clause.comparison == Comparison::bool_) {
      const auto read = read_bool(value);
      if (read) (*read ? truth.accepts_true : truth.accepts_false) = true;
    } else if (clause.comparison == Comparison::ip_address) {
      const auto block = read_address_block(value);
      if (!block ||
          (block->host_bits_set && doubt("host bits behind the prefix of an address block") &&
           !value_wants_match)) {
        continue;
      }
      address.blocks.push_back(*block);
    } else {
      const bool is_number = clause.comparison < Comparison::date_equals;
      if (const auto read = is_number ? read_number(value) : read_instant(value))
        order.values.push_back(*read);
    }
  }
  if (is_text) {
    emptied = {.test = std::move(emptied_text)};
    return is_open ? open_predicate(text.projection, std::move(text.patterns), std::move(sure))
                   : Predicate{.test = std::move(text)};
  }
  emptied = text_predicate(Projection::whole, {});
  if (is_open) return anything();
  if (clause.comparison == Comparison::bool_) return {.test = truth};
  if (clause.comparison == Comparison::ip_address) return {.test = std::move(address)};
  return {.test = std::move(order)};
}

void StatementCompiler::record_tag_list(const ConditionClause& clause, bool has_variables) {
  if (clause.comparison == Comparison::null_) return;
  const bool is_tag = clause.key.find(":resourcetag/") != std::string::npos;
  const auto value_holds = [&](std::string_view part) {
    return has_variables && std::ranges::any_of(clause.values, [&](const std::string& value) {
             return to_lower(value).find(part) != std::string::npos;
           });
  };
  if (request_.env().tags != nullptr && (is_tag || value_holds(":resourcetag/"))) {
    const KeyReading reading =
        request_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
    Predicate emptied;
    Predicate made = condition_predicate(clause, reading, has_variables, true, emptied);
    if (!is_tag) return;
    key_of_variable_.try_emplace(reading.variable, clause.key);
    problem_.predicates.push_back(std::move(made));
    tests_[reading.variable].push_back({&problem_.predicates.back(), std::move(emptied)});
    return;
  }
  if (!is_tag || value_holds("${") || !is_text_comparison(clause.comparison)) return;
  TextTest list;
  for (const std::string& value : clause.values) {
    list.patterns.push_back(make_pattern(value, matching_of(clause.comparison)));
  }
  const KeyReading reading = request_.key(clause.key, clause.written_key, false);
  key_of_variable_.try_emplace(reading.variable, clause.key);
  problem_.predicates.push_back({.test = list});
  tests_[reading.variable].push_back({&problem_.predicates.back(), {.test = std::move(list)}});
}

bool StatementCompiler::compile_clause(const ConditionClause& clause, bool has_variables,
                                       bool wants_match, Conjunction& groups) {
  const KeyReading reading =
      request_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
  const std::uint32_t variable = reading.variable;
  key_of_variable_.try_emplace(variable, clause.key);
  if (clause.operator_case_differs) doubt(std::string(operator_case_assumption));
  const auto presence = [&](bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  if (clause.comparison == Comparison::null_) {
    Clause any;
    for (const std::string& value : clause.values)
      any.push_back(presence(!read_bool(value).value_or(false)));
    // A part that the value does not have (a role's user name) is absent: such keys are constants.
    return !any.empty() && require(groups, std::move(any));
  }
  std::string identity = clause.key + "\n" + std::to_string(static_cast<int>(clause.comparison));
  for (const std::string& value : clause.values) identity += "\n" + value;
  Predicate emptied;
  Predicate made = condition_predicate(clause, reading, has_variables, wants_match, emptied);
  const bool is_part =
      reading.projection != Projection::whole && reading.projection != Projection::iso_time;
  if (is_part && std::holds_alternative<OrderTest>(made.test)) {
    made = anything();  // a number inside an ARN: no theory here, so it stays open
    has_opaque_tests_ = true;
  }
  const Predicate* predicate = keep(std::move(made), identity);
  if (is_policy_) {
    tests_[variable].push_back({.predicate = predicate, .emptied = std::move(emptied)});
  }
  const auto ask = [&](Ask what, bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = what, .predicate = predicate, .positive = positive}};
  };
  switch (clause.set) {
    case SetOperator::for_all_values:  // true without any value; negation applies per value
      return require(groups, ask(clause.negated ? Ask::inside : Ask::outside, false));
    case SetOperator::for_any_value: {
      Clause any{ask(clause.negated ? Ask::outside : Ask::inside, true)};
      if (clause.if_exists) any.push_back(presence(false));
      return require(groups, std::move(any));
    }
    case SetOperator::none:
      break;
  }
  if (is_multivalued(clause.key)) {
    // Open: it may mean what it says of one value, ForAnyValue or ForAllValues.
    doubt("a multivalued key without a set operator");
    const Literal none_inside = ask(Ask::inside, false);
    const Literal some_inside = ask(Ask::inside, true);
    const Literal some_outside = ask(Ask::outside, true);
    const Literal none_outside = ask(Ask::outside, false);
    const Literal any = clause.negated ? some_outside : some_inside;
    const Literal all = clause.negated ? none_inside : none_outside;
    if (wants_match) return require(groups, Clause{all, any});
    return require(groups, all) && require(groups, any);
  }
  if (clause.negated) return require(groups, ask(Ask::inside, false));
  if (clause.if_exists) return require(groups, ask(Ask::outside, false));
  return require(groups, ask(Ask::inside, true));
}

}  // namespace auditor
