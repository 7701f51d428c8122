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
//     with IfExists                the same, or not present: open
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
// A list of values is asked for as its parts: those with policy variables each by itself, so that
// the same text in another list is the same test (alternatives_of()); and "a equals ${b}" as one
// with "b equals ${a}" (turned_round()).
//
// Four things are open. Whether ForAnyValue with IfExists holds of an absent key, whether an empty
// list of values does, and whether a date of four digits is a year. A multivalued key without a set
// operator may mean what it says of one value, ForAnyValue or ForAllValues; a match is then any of
// the readings or all of them, as Approximation wants. Besides, a number or date inside a part of a
// value (of an ARN, say) has no theory: the test may be anything, and
// Observations::has_opaque_tests says so.
//
// Tested by condition_compiler_test.cpp, cases_test.cpp and differential_test.cpp.
#include <algorithm>
#include <tuple>

#include "evaluator/symbolic/compilation.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

Predicate anything() {
  return open_predicate(Projection::whole, {make_pattern("*", Matching::glob)}, {});
}

// "2030" as a year, in seconds since 1970. Nullopt: not of four digits.
std::optional<double> read_year(std::string_view text) {
  const bool is_year =
      text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return is_year ? read_instant(std::string(text) + "-01-01") : std::nullopt;
}

// A value with two readings: towards a match whichever of them holds does, else both have to.
void add_in_either_reading(double one, double other, bool wants_match, OrderTest& order) {
  if (wants_match) {
    order.values.push_back(one);
    order.values.push_back(other);
    return;
  }
  switch (order.relation) {
    case Relation::equals:
      return;  // no instant is both
    case Relation::less:
    case Relation::less_equals:
      return order.values.push_back(std::min(one, other));
    case Relation::greater:
    case Relation::greater_equals:
      return order.values.push_back(std::max(one, other));
  }
}

// The texts with policy variables, each by itself, and the others together: any of them may match.
std::vector<std::vector<std::string>> alternatives_of(const ConditionClause& clause,
                                                      bool has_variables) {
  constexpr std::size_t alone_max = 8;
  std::vector<std::vector<std::string>> alternatives;
  std::vector<std::string> plain;
  for (const std::string& value : clause.values) {
    const bool has_variable = has_variables && value.find("${") != std::string::npos;
    if (has_variable) {
      alternatives.push_back({value});
    } else {
      plain.push_back(value);
    }
  }
  // The owner rule asks what a list of a tag's values accepts together.
  if (alternatives.size() > alone_max || is_resource_tag(clause.key)) return {clause.values};
  if (!plain.empty() || alternatives.empty()) alternatives.push_back(std::move(plain));
  return alternatives;
}

// Equal for equal comparisons: part of what tells two open tests apart.
std::string digits_of(const Comparison& comparison) {
  return std::to_string(static_cast<int>(comparison.type)) +
         std::to_string(static_cast<int>(comparison.matching)) +
         std::to_string(static_cast<int>(comparison.relation));
}

}  // namespace

Predicate Compilation::condition_predicate(const ConditionClause& clause, const KeyReading& reading,
                                           bool wants_match, Predicate& emptied,
                                           std::string& identity) {
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
    identity += "\n" + filled->identity;
    if (is_text) {
      record_naming_text(*filled, reading);
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
    } else if (const auto year = type == ValueType::date ? read_year(value) : std::nullopt) {
      const double seconds = *read_instant(value);
      doubt("a date of four digits: a year, or seconds since 1970");
      add_in_either_reading(seconds, *year, value_wants_match, order);
    } else {
      if (const auto read = type == ValueType::date ? read_instant(value) : read_number(value))
        order.values.push_back(*read);
    }
  }
  if (is_text) {
    emptied = {.test = std::move(emptied_text)};
    return is_open ? open_predicate(text.projection, std::move(text.patterns), std::move(sure))
                   : text_predicate(text.projection, std::move(text.patterns));
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
    std::string identity;
    Predicate made = condition_predicate(clause, reading, true, emptied, identity);
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

const Predicate* Compilation::compared_with(const ConditionClause& clause,
                                            const KeyReading& reading,
                                            std::vector<std::string> values) {
  ConditionClause part = clause;
  part.values = std::move(values);
  Predicate emptied;
  std::string identity = std::to_string(reading.variable) + "/" +
                         std::to_string(static_cast<int>(reading.projection)) + "\n" +
                         digits_of(clause.comparison);
  Predicate made = condition_predicate(part, reading, wants_match_, emptied, identity);
  const bool is_part =
      reading.projection != Projection::whole && reading.projection != Projection::iso_time;
  if (is_part && std::holds_alternative<OrderTest>(made.test)) {
    made = anything();  // a number inside an ARN: no theory here, so it stays open
    seen_.has_opaque_tests = true;
  }
  const Predicate* predicate = compiler_.keep(std::move(made), identity);
  if (is_policy_) {
    tested(reading.variable, clause.key)
        .tests.push_back({.predicate = predicate, .emptied = std::move(emptied)});
  }
  return predicate;
}

// "a equals ${b}" holds when both are there and equal, and so does "b equals ${a}": the two are
// written as one, so that a policy which asks for the one and not for the other is seen to ask for
// nothing. The key that is compared is the tag of what is called, else the one made first.
std::optional<ConditionClause> Compilation::turned_round(const ConditionClause& clause,
                                                         const KeyReading& reading) {
  const bool is_equality = clause.comparison.type == ValueType::text &&
                           clause.comparison.matching == Matching::exact &&
                           clause.set == SetOperator::none && !clause.if_exists;
  if (!is_equality || !has_variables_ || clause.values.size() != 1) return std::nullopt;
  const auto parsed = parse_template(clause.values.front(), Matching::exact, true);
  if (!parsed || parsed->pieces.size() != 1) return std::nullopt;
  const TextTemplate::Piece& piece = parsed->pieces.front();
  const std::string key = to_lower(piece.variable);
  if (key.empty() || piece.otherwise || is_multivalued(key) || is_multivalued(clause.key)) {
    return std::nullopt;
  }
  const KeyReading other = request_.key(key, piece.variable, false);
  if (is_list(reading) || is_list(other)) return std::nullopt;  // equal in some element only
  if (compiler_.value_of(other).is_known()) return std::nullopt;
  const bool is_known = compiler_.value_of(reading).is_known();
  if (is_known && is_resource_tag(clause.key)) return std::nullopt;
  const auto rank = [](const std::string& name, const KeyReading& of) {
    return std::tuple(!is_resource_tag(name), of.variable, of.projection, of.element);
  };
  if (!is_known && rank(clause.key, reading) <= rank(key, other)) return std::nullopt;
  ConditionClause turned = clause;
  turned.key = key;
  turned.written_key = piece.variable;
  turned.values = {"${" + clause.written_key + "}"};
  return turned;
}

bool Compilation::condition(const ConditionClause& clause) {
  if (clause.operator_case_differs) doubt(std::string(operator_case_assumption));
  if (clause.values.empty()) {
    doubt("an empty list of values");
    return wants_match_;
  }
  const KeyReading reading =
      request_.key(clause.key, clause.written_key, clause.set != SetOperator::none);
  const auto presence = [&](bool positive) {
    return Literal{.variable = reading.variable,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  if (is_policy_) tested(reading.variable, clause.key);
  if (clause.comparison.type == ValueType::presence) {
    Clause any;
    for (const std::string& value : clause.values)
      any.push_back(presence(!read_bool(value).value_or(false)));
    // A part that the value does not have (a role's user name) is absent: such keys are constants.
    return require(std::move(any));
  }
  if (const auto turned = turned_round(clause, reading)) return condition(*turned);

  const auto ask = [&](Ask what, const Predicate* predicate, bool positive) {
    return Literal{
        .variable = reading.variable,
        .constraint = {
            .ask = what, .predicate = predicate, .positive = positive, .element = reading.element}};
  };
  const bool is_open_list =
      clause.set == SetOperator::none && is_multivalued(clause.key);  // which reading is open
  const bool asks_inside =
      !is_open_list && (clause.set == SetOperator::none ||
                        (clause.set == SetOperator::for_any_value) != clause.negated);
  if (asks_inside) {
    // Inside the list is inside one of its parts.
    Clause inside;
    for (std::vector<std::string>& values : alternatives_of(clause, has_variables_)) {
      inside.push_back(ask(Ask::inside, compared_with(clause, reading, std::move(values)), true));
    }
    if (clause.negated) {
      return std::ranges::all_of(
          inside, [&](const Literal& literal) { return require(literal.negated()); });
    }
    if (clause.set == SetOperator::for_any_value && clause.if_exists) {
      doubt("ForAnyValue with IfExists, where the key is absent");
      if (wants_match_) inside.push_back(presence(false));
    } else if (clause.if_exists) {
      if (inside.size() == 1) {
        return require(ask(Ask::outside, inside.front().constraint.predicate, false));
      }
      inside.push_back(presence(false));
    }
    return require(std::move(inside));
  }
  const Predicate* predicate = compared_with(clause, reading, clause.values);
  if (is_open_list) {
    // Open: it may mean what it says of one value, ForAnyValue or ForAllValues.
    doubt("a multivalued key without a set operator");
    const Literal any = ask(clause.negated ? Ask::outside : Ask::inside, predicate, true);
    const Literal all = ask(clause.negated ? Ask::inside : Ask::outside, predicate, false);
    if (wants_match_) return require(Clause{all, any});
    return require(all) && require(any);
  }
  if (clause.set == SetOperator::for_all_values) {  // true without any value
    return require(ask(Ask::outside, predicate, false));
  }
  Clause outside{ask(Ask::outside, predicate, true)};  // ForAnyValue, negated per value
  if (clause.if_exists) {
    doubt("ForAnyValue with IfExists, where the key is absent");
    if (wants_match_) outside.push_back(presence(false));
  }
  return require(std::move(outside));
}

}  // namespace auditor
