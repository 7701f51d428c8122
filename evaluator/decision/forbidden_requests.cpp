// What is forbidden, and the owner rule.
//
// Forbidden is a request whose principal is not authorized and for which no entry of
// `accepted_when` holds. Each entry can fail in one or two ways, its condition or its tags, so the
// forbidden set is a list of alternatives: one way for each entry, in all combinations.
//
// A condition is a question about one request: it is compiled like a statement's and negated. The
// owner rule is not. `limited_to_owner_by: [ecr:ResourceTag/*]` accepts a grant that demands a
// value of one of these tags, and whether policies demand something cannot be seen from one
// request: with ecr:ResourceTag/team = payments it may be allowed because of that value or
// regardless of it. Nor can it be seen from the text, by looking for a condition on the tag:
// StringNotEquals,
// ...IfExists, StringLike "*" and a second statement without the condition all demand nothing.
//
// So the rule asks for a stranger: a request whose named tags are absent, or have a value that
// nothing in the policies singles out. If the policies allow a stranger, they did so without regard
// to an owner, and the stranger is the witness. If they allow none, every request that they allow
// has a value that they single out: they demanded one. add_strangers() says what a stranger is:
//
// - A list of values that a policy compares the tag with singles its values out: a stranger's value
//   is outside the list, or absent. All lists count, those of Denies and of negated operators too,
//   and of statements that cannot match in this environment: a value singled out there is no
//   stranger's. A list that accepts every non-empty text, such as "*", singles nothing out
//   (accepts_every_value()).
// - A text that names the tag, such as aws:PrincipalTag/team: "${ecr:ResourceTag/team}", singles
//   out whatever value the tag has. Where the tag's value is known, the filled-in text must not
//   match what it is compared with. Where it is not, a stranger has no such tag.
//
// Example. One Allow, with StringEquals ecr:ResourceTag/team "payments". A stranger's team is
// absent or not "payments", the Allow matches no stranger: compliant. With StringNotEquals in its
// place the list is the same, so is the stranger, and now the Allow matches: a violation, the
// witness has no tag. With StringLike "*" the list is not one, a stranger may have any value: a
// violation.
//
// What it does not decide it says:
//
// - No list covers all values, but several together may. Then no value is a stranger's, and that no
//   stranger is allowed means little: reason() is set, and what would be compliant is unknown.
// - A text limits its own statement only, but where it makes strangers lack the tag, they lack it
//   for all statements. An Allow with StringLike ecr:ResourceTag/team "*" demands nothing, and yet,
//   beside one that names ${ecr:ResourceTag/team}, it would pass: without the tag it matches
//   nothing. So tags_in_texts() tells decide(), which asks again about the Allows that no text
//   limits (is_limited_by_text()), with such texts doing nothing (NamingTexts::do_nothing). Only if
//   that finds nothing either are the policies compliant; else they are unknown.
//
// The lists come from all statements together, so a statement cannot be judged without the others:
// that is why Observations are handed in, of the documents that are judged and of no others.
// Tested by decision_test.cpp and cases_test.cpp.
#include "evaluator/decision/forbidden_requests.h"

#include <algorithm>

#include "evaluator/solver/string_search.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t alternatives_max = 256;  // ways to be unaccepted

// "${key}" or "${key, 'default'}"; `key` in lower case.
bool names(std::string_view text, std::string_view key) {
  const std::string lower = to_lower(text);
  const std::string opening = "${" + std::string(key);
  for (std::size_t at = lower.find(opening); at != std::string::npos;
       at = lower.find(opening, at + 1)) {
    const std::size_t end = at + opening.size();
    if (end < lower.size() && (lower[end] == '}' || lower[end] == ',')) return true;
  }
  return false;
}

// The texts are alternatives: one that names no tag may let everything through.
bool all_name(const std::vector<std::string>& texts, const std::set<std::string>& tags) {
  return !texts.empty() && std::ranges::all_of(texts, [&](const std::string& text) {
    return std::ranges::any_of(tags, [&](const std::string& tag) { return names(text, tag); });
  });
}

}  // namespace

// Forbidden: the principal is not authorized, and no accepted_when entry holds.
CompiledSet ForbiddenRequests::forbidden(SymbolicRequest& request, StatementCompiler& compiler,
                                         const Observations& policies,
                                         Approximation approximation) {
  // An acceptance is a mitigation: what is doubtful in it counts as a Deny's doubt would.
  const bool wants_match = auditor::wants_match(approximation, Effect::deny);
  CompiledSet result;
  Authorization authorized = compiler.authorization(guardrail_.authorized_principals);
  result.observations.assumptions = std::move(authorized.assumptions);
  if (authorized.always) {
    result.alternatives.emplace();
    return result;
  }
  Alternatives alternatives{{}};
  for (const Literal& when : authorized.when) alternatives[0].push_back({when.negated()});
  for (const AcceptedWhen& entry : guardrail_.accepted_when) {
    Compiled condition = compiler.compile(entry.condition, wants_match);
    result.observations.add(std::move(condition.observations));
    const auto failures = ways_to_fail(entry, condition.conjunction, request, policies);
    if (!failures || alternatives.size() * failures->size() > alternatives_max) return result;
    Alternatives longer;
    for (const std::vector<Clause>& alternative : alternatives) {
      for (const std::vector<Clause>& failure : *failures) {
        longer.push_back(alternative);
        longer.back().insert(longer.back().end(), failure.begin(), failure.end());
      }
    }
    alternatives = std::move(longer);
  }
  result.alternatives = std::move(alternatives);
  return result;
}

// An entry fails when its condition does, or when its tags limit nobody.
std::optional<Alternatives> ForbiddenRequests::ways_to_fail(
    const AcceptedWhen& entry, const std::optional<Conjunction>& condition,
    const SymbolicRequest& request, const Observations& policies) {
  if (!condition) return Alternatives{{}};  // never holds
  Alternatives ways;
  if (!condition->empty()) {
    auto fails = negate(*condition);
    if (!fails) return std::nullopt;
    ways.push_back(std::move(*fails));
  }
  if (!entry.limited_to_owner_by.empty()) {
    add_strangers(entry.limited_to_owner_by, request, policies, ways.emplace_back());
  }
  return ways;
}

// The named tags are absent, or hold a value that no list of the policies singles out.
void ForbiddenRequests::add_strangers(const std::vector<std::string>& tags,
                                      const SymbolicRequest& request, const Observations& policies,
                                      std::vector<Clause>& clauses) {
  const auto is_named = [&](const std::string& key) {
    const ServiceModel* const service = service_of(request.env().action);
    const std::string name = canonical_key(key, service);
    return std::ranges::any_of(tags, [&](const std::string& tag) {
      return action_matches(canonical_key(to_lower(tag), service), name);
    });
  };
  // A policy that compares something with a tag's value singles that value out.
  for (const auto& [key, reading] : policies.keys_in_texts) {
    if (!is_named(key)) continue;
    tags_in_texts_.insert(key);
    if (naming_texts_ == NamingTexts::do_nothing) continue;
    clauses.push_back(
        {Literal{.variable = reading.variable,
                 .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = false}}});
  }
  for (const NamingText& text : policies.naming_texts) {
    if (is_named(text.key) && !accepts_every_value(text.emptied)) {
      clauses.push_back({Literal{
          .variable = text.variable,
          .constraint = {.ask = Ask::inside, .predicate = text.predicate, .positive = false}}});
    }
  }
  for (const auto& [variable, tested] : policies.tested_keys) {
    if (!is_named(tested.key)) continue;
    std::vector<const TextTest*> lists;
    for (const TestedKey::Test& test : tested.tests) {
      if (accepts_every_value(test.emptied)) continue;
      clauses.push_back({Literal{
          .variable = variable,
          .constraint = {.ask = Ask::inside, .predicate = test.predicate, .positive = false}}});
      if (const auto* list = std::get_if<TextTest>(&test.emptied.test)) lists.push_back(list);
    }
    const bool is_known =
        request.constant({.variable = variable, .projection = Projection::whole}).is_known();
    if (!is_known && lists.size() > 1 && !leaves_a_stranger(lists)) {
      reason_ = "the lists of values of `" + tested.key + "` together single out every value";
    }
  }
}

// No list matches every value, but all of them together may: then no value proves anything.
bool ForbiddenRequests::leaves_a_stranger(std::span<const TextTest* const> lists) {
  std::vector<Language> languages;
  languages.reserve(lists.size());
  std::vector<Membership> outside;
  for (const TextTest* list : lists) {
    languages.push_back(language_of(*list));
    outside.push_back({.language = &languages.back(), .inside = false});
  }
  return shortest_common_string(outside, budget_).found.has_value();
}

// Together the values of a list match every non-empty text: they single nothing out.
bool ForbiddenRequests::accepts_every_value(const Predicate& predicate) {
  const auto* text = std::get_if<TextTest>(&predicate.test);
  if (text == nullptr) return false;  // numbers, dates and addresses never do
  const bool has_wildcard = std::ranges::any_of(text->patterns, [](const Pattern& pattern) {
    return std::ranges::any_of(pattern.symbols, [](char32_t c) { return c >= any_character; });
  });
  if (!has_wildcard) return false;
  const Language listed = language_of(*text);
  const Language non_empty =
      Language::one_of(CharSet::all()).then(Language::repeated(CharSet::all()));
  const Membership outside[] = {{.language = &non_empty, .inside = true},
                                {.language = &listed, .inside = false}};
  const StringSearch search = shortest_common_string(outside, budget_);
  return !search.found;  // past the bound too: then it must not mitigate
}

bool is_limited_by_text(const PlacedStatement& placed, const std::set<std::string>& tags) {
  const Statement& statement = *placed.statement;
  if (!placed.has_variables) return false;
  if (statement.resource && !statement.resource->negated &&
      all_name(statement.resource->texts, tags)) {
    return true;
  }
  return std::ranges::any_of(statement.conditions, [&](const ConditionClause& clause) {
    const bool can_pass_without =
        clause.negated || clause.if_exists || clause.set == SetOperator::for_all_values;
    return !can_pass_without && all_name(clause.values, tags);
  });
}

}  // namespace auditor
