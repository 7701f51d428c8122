// What a Condition block asks: one literal, seldom two, for every clause.
//
// A key has no value, one, or (a multivalued key) several. So a test of it, "is in this list", can
// be put to it in more ways than true and false, and IAM's operators are the ways. Three asks are
// enough for all of them, each with its negation (solver/theory.h):
//
//   present   the key has a value
//   inside    some value of it is in the list
//   outside   some value of it is not in the list
//
//   clause                         asks for           when the key is absent
//   Op                             inside             does not hold
//   NotOp, NotOp...IfExists        not inside         holds
//   Op...IfExists                  not outside        holds
//   ForAnyValue:Op                 inside             does not hold
//   ForAnyValue:NotOp              outside            does not hold
//     with IfExists                the same, or not present: holds
//   ForAllValues:Op                not outside        holds       (with IfExists the same)
//   ForAllValues:NotOp             not inside         holds       (with IfExists the same)
//   Null true                      not present        holds
//   Null false                     present            does not hold
//
// The column on the right is not a rule of its own: an absent key has no value inside and none
// outside, so it meets exactly the negated asks. That is what the documentation says of each
// operator ("if the key is not present ..."), and it is why no clause needs to ask for presence
// besides, but ForAnyValue with IfExists, the one that takes two literals.
//
// "inside" and "outside" are not each other's opposites. A key with one value is in exactly one of
// the two, an absent one in neither, and a set can be in both: aws:TagKeys = {team, cost} against
// the list "team" has an element inside and one outside. Negation flips a literal and nothing else
// (Literal::negated), so a Deny's failure is asked for as precisely as its match.
//
// Example. Deny with ForAnyValue:StringNotEquals aws:TagKeys "team" matches when some key is
// another one. It fails, which is what an allowed request needs, when none is: not outside, so
// {team} passes, and so does a request without tags.
//
// Counter-example. Reading the same clause as "not inside" would be wrong twice: {team, cost} would
// not be denied, although cost is another key; and a request without tags would be.
//
// Sound and complete: satisfies() holds a literal against a value by these definitions, and
// choose() finds a value for a list of literals whenever there is one, or says that it cannot tell.
// For a set it gives each positive ask an element that meets it and all negated ones: elements do
// not disturb each other, so no combination is missed.
// tests/evaluator/symbolic/condition_compiler_test.cpp holds the table above for every operator.
//
// Two things are open. A multivalued key without a set operator may mean what it says of one value,
// ForAnyValue or ForAllValues; a match is then any of the readings or all of them, as
// Approximation wants. And a number or date inside a part of a value (of an ARN, say) has no
// theory: the test may be anything, and Observations::has_opaque_tests says so.
//
// Tested by condition_compiler_test.cpp, cases_test.cpp and differential_test.cpp.
#include <algorithm>

#include "evaluator/symbolic/compilation.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

Predicate anything() {
  return open_predicate(Projection::whole, {make_pattern("*", Matching::glob)}, {});
}

// Equal for equal comparisons: part of what tells two open tests apart.
std::string digits_of(const Comparison& comparison) {
  return std::to_string(static_cast<int>(comparison.type)) +
         std::to_string(static_cast<int>(comparison.matching)) +
         std::to_string(static_cast<int>(comparison.relation));
}

}  // namespace

Predicate Compilation::condition_predicate(const ConditionClause& clause, const KeyReading& reading,
                                           bool wants_match, Predicate& emptied) {
  const bool value_wants_match = entries_want_match(clause.negated, wants_match);
  TextTest text{.projection = reading.projection, .patterns = {}};
  TextTest emptied_text = text;
  const ValueType type = clause.comparison.type;
  OrderTest order{.type = type, .relation = clause.comparison.relation, .values = {}};
  BoolTest truth;
  AddressTest address;
  std::vector<Pattern> sure;
  bool is_open = false;
  const bool is_text = is_compared_as_text(type);
  for (const std::string& written : clause.values) {
    const auto filled =
        fill(written, clause.comparison.matching, is_text ? reading : nothing_compared);
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
    if (type == ValueType::boolean) {
      const auto read = read_bool(value);
      if (read) (*read ? truth.accepts_true : truth.accepts_false) = true;
    } else if (type == ValueType::address) {
      const auto block = read_address_block(value);
      if (!block ||
          (block->host_bits_set && doubt("host bits behind the prefix of an address block") &&
           !value_wants_match)) {
        continue;
      }
      address.blocks.push_back(*block);
    } else {
      if (const auto read = type == ValueType::date ? read_instant(value) : read_number(value))
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
  if (type == ValueType::boolean) return {.test = truth};
  if (type == ValueType::address) return {.test = std::move(address)};
  return {.test = std::move(order)};
}

TestedKey& Compilation::tested(std::uint32_t variable, const std::string& key) {
  const auto [place, is_new] = seen_.tested_keys.try_emplace(variable);
  if (is_new) place->second.key = key;
  return place->second;
}

void Compilation::record_tag_list(const ConditionClause& clause) {
  if (clause.comparison.type == ValueType::presence) return;
  const bool is_tag = clause.key.find(":resourcetag/") != std::string::npos;
  const auto value_holds = [&](std::string_view part) {
    return has_variables_ && std::ranges::any_of(clause.values, [&](const std::string& value) {
             return to_lower(value).find(part) != std::string::npos;
           });
  };
  if (request_.env().tags != nullptr && (is_tag || value_holds(":resourcetag/"))) {
    const KeyReading reading =
        request_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
    Predicate emptied;
    Predicate made = condition_predicate(clause, reading, true, emptied);
    if (!is_tag) return;
    tested(reading.variable, clause.key)
        .tests.push_back(
            {.predicate = compiler_.add(std::move(made)), .emptied = std::move(emptied)});
    return;
  }
  if (!is_tag || value_holds("${") || !is_compared_as_text(clause.comparison.type)) return;
  TextTest list;
  for (const std::string& value : clause.values) {
    list.patterns.push_back(make_pattern(value, clause.comparison.matching));
  }
  const KeyReading reading = request_.key(clause.key, clause.written_key, false);
  const Predicate* predicate = compiler_.add({.test = list});
  tested(reading.variable, clause.key)
      .tests.push_back({.predicate = predicate, .emptied = {.test = std::move(list)}});
}

bool Compilation::condition(const ConditionClause& clause) {
  const KeyReading reading =
      request_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
  const std::uint32_t variable = reading.variable;
  TestedKey* policy_tests = is_policy_ ? &tested(variable, clause.key) : nullptr;
  if (clause.operator_case_differs) doubt(std::string(operator_case_assumption));
  const auto presence = [&](bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  if (clause.comparison.type == ValueType::presence) {
    Clause any;
    for (const std::string& value : clause.values)
      any.push_back(presence(!read_bool(value).value_or(false)));
    // A part that the value does not have (a role's user name) is absent: such keys are constants.
    return !any.empty() && require(std::move(any));
  }
  std::string identity = clause.key + "\n" + digits_of(clause.comparison);
  for (const std::string& value : clause.values) identity += "\n" + value;
  Predicate emptied;
  Predicate made = condition_predicate(clause, reading, wants_match_, emptied);
  const bool is_part =
      reading.projection != Projection::whole && reading.projection != Projection::iso_time;
  if (is_part && std::holds_alternative<OrderTest>(made.test)) {
    made = anything();  // a number inside an ARN: no theory here, so it stays open
    seen_.has_opaque_tests = true;
  }
  const Predicate* predicate = compiler_.keep(std::move(made), identity);
  if (policy_tests != nullptr) {
    policy_tests->tests.push_back({.predicate = predicate, .emptied = std::move(emptied)});
  }
  const auto ask = [&](Ask what, bool positive) {
    return Literal{.variable = variable,
                   .constraint = {.ask = what, .predicate = predicate, .positive = positive}};
  };
  switch (clause.set) {
    case SetOperator::for_all_values:  // true without any value; negation applies per value
      return require(ask(clause.negated ? Ask::inside : Ask::outside, false));
    case SetOperator::for_any_value: {
      Clause any{ask(clause.negated ? Ask::outside : Ask::inside, true)};
      if (clause.if_exists) any.push_back(presence(false));
      return require(std::move(any));
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
    if (wants_match_) return require(Clause{all, any});
    return require(all) && require(any);
  }
  if (clause.negated) return require(ask(Ask::inside, false));
  if (clause.if_exists) return require(ask(Ask::outside, false));
  return require(ask(Ask::inside, true));
}

}  // namespace auditor
