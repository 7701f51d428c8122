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
  if (authorized.when) alternatives[0].push_back({authorized.when->negated()});
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
    const bool in_ecr = request.env().action.starts_with("ecr:");
    const std::string name = canonical_key(key, in_ecr);
    return std::ranges::any_of(tags, [&](const std::string& tag) {
      return action_matches(canonical_key(to_lower(tag), in_ecr), name);
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
