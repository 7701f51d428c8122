#include "evaluator/solver/theory.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <set>

#include "evaluator/solver/demand.h"
#include "evaluator/solver/lazy_automaton.h"
#include "evaluator/solver/string_search.h"
#include "evaluator/solver/text_lists.h"

namespace auditor {
namespace {

constexpr std::size_t candidates_max = 20'000;

Choice found(std::string value) {
  return {.kind = Choice::Kind::found, .value = Value{{std::move(value)}}, .reason = {}};
}

Choice out_of_budget(const Variable& variable) {
  return {.kind = Choice::Kind::unknown,
          .value = {},
          .reason = "the search for `" + variable.name + "` took more than " +
                    std::to_string(verdict_work_max) + " steps"};
}

// One point of every interval that the constants cut, and every end: where all tests are constant.
void add_order_candidates(const std::set<double>& constants, std::vector<std::string>& candidates) {
  std::optional<double> previous;
  for (const double constant : constants) {
    // Whole numbers: 1.1 - 1 as a double has more digits than can be read.
    candidates.push_back(write_number(std::floor(constant) - 1));
    candidates.push_back(write_number(constant));
    candidates.push_back(write_number(std::ceil(constant) + 1));
    if (previous) {
      if (auto between = write_number_between(*previous, constant)) {
        candidates.push_back(std::move(*between));
      }
    }
    previous = constant;
  }
}

// As people write them, for keys whose values may have any form.
void add_dates_around(double instant, std::vector<std::string>& candidates) {
  constexpr double day = 86400;
  for (const double near : {instant, instant - day, instant + day}) {
    candidates.push_back(write_instant(near));
  }
}

std::vector<std::string> typed_candidates(Variable::Domain domain,
                                          std::span<const Demand> demands) {
  std::vector<std::string> candidates;
  std::set<double> constants;
  for (const Demand& demand : demands) {
    if (const auto* order = std::get_if<OrderTest>(&demand.predicate->test)) {
      constants.insert(order->values.begin(), order->values.end());
      if (order->type == ValueType::date && domain == Variable::Domain::text) {
        for (const double value : order->values) add_dates_around(value, candidates);
      }
    } else if (const auto* text = std::get_if<TextTest>(&demand.predicate->test)) {
      for (const Pattern& pattern : text->patterns) {
        const bool literal = std::ranges::none_of(
            pattern.symbols, [](char32_t c) { return c == any_character || c == any_sequence; });
        if (literal) candidates.push_back(encode_utf8(pattern.symbols));
      }
    } else if (std::holds_alternative<BoolTest>(demand.predicate->test)) {
      candidates.insert(candidates.end(), {"false", "true"});
    } else if (const auto* address = std::get_if<AddressTest>(&demand.predicate->test)) {
      candidates.insert(candidates.end(), {"0.0.0.0", "::"});  // of a family without a block
      for (const AddressBlock& block : address->blocks) {
        candidates.push_back(write_address(block.first));
        candidates.push_back(write_address(block.last));
        if (const auto next = next_address(block.last)) candidates.push_back(write_address(*next));
        if (const auto previous = previous_address(block.first)) {
          candidates.push_back(write_address(*previous));
        }
      }
    }
  }
  add_order_candidates(constants, candidates);
  return candidates;
}

bool is_valid(const Variable& variable, std::string_view value) {
  switch (variable.domain) {
    case Variable::Domain::text:
      return !variable.valid || accepts(variable.valid(), value);
    case Variable::Domain::choice:
      return std::ranges::find(variable.plain, value) != variable.plain.end();
    case Variable::Domain::amount:
      return read_number(value).value_or(-1) >= 0;
    case Variable::Domain::instant:
      return read_epoch_seconds(value).has_value();
    case Variable::Domain::address:
      return read_address(value).has_value();
  }
  return false;
}

bool compares_arns(std::span<const Demand> demands) {
  return std::ranges::any_of(demands, [](const Demand& demand) {
    const auto* text = std::get_if<TextTest>(&demand.predicate->test);
    return text != nullptr && std::ranges::any_of(text->patterns, [](const Pattern& pattern) {
             return pattern.matching == Matching::arn;
           });
  });
}

// Not empty: it ends in a letter.
Language plain_texts() {
  return Language::repeated(CharSet::between('!', '~'))
      .then(Language::one_of(CharSet::between('a', 'z')));
}

// With a service and a name.
Language plain_arns() {
  const CharSet word =
      CharSet::of("-").add(CharSet::between('a', 'z')).add(CharSet::between('0', '9'));
  const Language colon = Language::text(":");
  return Language::text("arn:aws")
      .then(Language::repeated(word))
      .then(colon)
      .then(Language::one_of(word))
      .then(Language::repeated(word))
      .then(colon)
      .then(Language::repeated(word))
      .then(colon)
      .then(Language::repeated(CharSet::between('0', '9')))
      .then(colon)
      .then(plain_texts());
}

// What a nicer value may cost, where there is one already.
constexpr std::size_t embellishment_work_max = 150'000;

// The string demands alone, over the variable's valid strings.
Choice search_text(const Variable& variable, std::span<const Demand> demands, Budget& budget) {
  std::vector<Language> languages;
  std::vector<Membership> memberships;
  languages.reserve(demands.size() + 1);
  // What is kept out by several lists is kept out by their union.
  std::map<Projection, TextTest> outside;
  for (const Demand& demand : demands) {
    const auto* text = std::get_if<TextTest>(&demand.predicate->test);
    if (text == nullptr) continue;
    if (demand.inside) {
      languages.push_back(language_of(*text));
      memberships.push_back({.language = &languages.back(), .inside = true});
      continue;
    }
    TextTest& all = outside[text->projection];
    all.projection = text->projection;
    all.patterns.insert(all.patterns.end(), text->patterns.begin(), text->patterns.end());
  }
  for (const auto& [projection, test] : outside) {
    languages.push_back(language_of(test));
    memberships.push_back({.language = &languages.back(), .inside = false});
  }
  const auto search_in = [&](const Language& domain, Budget& work) {
    memberships.push_back({.language = &domain, .inside = true});
    StringSearch search = shortest_common_string(memberships, work);
    memberships.pop_back();
    return search;
  };
  std::vector<std::function<Language()>> preferred = variable.readable;
  if (!variable.valid) {
    if (compares_arns(demands)) preferred.emplace_back(plain_arns);
    preferred.emplace_back(plain_texts);
  }
  // Most values are among the best ones, so these are looked at first; whether there is any is
  // asked of all.
  if (!preferred.empty()) {
    const StringSearch best = search_in(preferred.front()(), budget);
    if (best.found) return found(*best.found);
  }
  const StringSearch any =
      search_in(variable.valid ? variable.valid() : Language::repeated(CharSet::all()), budget);
  if (!any.found) return any.bound_hit ? out_of_budget(variable) : Choice{};
  for (std::size_t i = 1; i < preferred.size(); ++i) {
    Budget share{.left = std::min(budget.left, embellishment_work_max)};
    const std::size_t before = share.left;
    const StringSearch nicer = search_in(preferred[i](), share);
    budget.spend(before - share.left);
    if (nicer.found) return found(*nicer.found);
  }
  return found(*any.found);
}

// The plain values, with a part that is asked for in the place of their own.
Choice choose_with_part(const TextTest& parts, const Variable& variable,
                        std::span<const Demand> demands, Budget& budget) {
  constexpr std::size_t parts_max = 64;  // the search looks at the others
  const std::size_t work = variable.plain.size() * (demands.size() + count_patterns(demands) / 8);
  for (std::size_t i = 0; i < std::min(parts.patterns.size(), parts_max); ++i) {
    if (!budget.spend(work)) return out_of_budget(variable);
    for (const std::string& plain : variable.plain) {
      auto value = with_part(plain, parts.projection, encode_utf8(parts.patterns[i].symbols));
      if (value && passes(*value, demands) && is_valid(variable, *value)) {
        return found(*std::move(value));
      }
    }
  }
  return {};
}

// Where only finitely many texts can pass, each is tried.
Choice choose_from(const TextTest& list, const Variable& variable, std::span<const Demand> demands,
                   Budget& budget) {
  std::optional<Language> valid;
  std::optional<LazyAutomaton> automaton;
  const auto is_valid_text = [&](const Symbols& symbols, std::string_view value) {
    if (variable.domain != Variable::Domain::text) return is_valid(variable, value);
    if (!variable.valid) return true;
    if (!valid) {
      valid = variable.valid();
      automaton.emplace(*valid, 0);
    }
    return automaton->accepts_text(symbols);
  };
  const std::size_t work = demands.size() + count_patterns(demands) / 8;
  for (const Pattern& pattern : list.patterns) {
    if (!budget.spend(work)) return out_of_budget(variable);
    std::string value = encode_utf8(pattern.symbols);
    if (passes(value, demands) && is_valid_text(pattern.symbols, value)) {
      return found(std::move(value));
    }
  }
  return {};
}

// A single present value that meets all demands.
Choice choose_element(const Variable& variable, std::span<const Demand> demands, Budget& budget) {
  if (!budget.spend(1 + demands.size())) return out_of_budget(variable);
  for (std::size_t i = 0; i < demands.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (demands[i].predicate == demands[k].predicate && demands[i].inside != demands[k].inside) {
        return {};
      }
    }
  }
  // Of an open test: inside it is at most inside its bound, outside it at least outside the rest.
  std::vector<Demand> sure(demands.begin(), demands.end());
  for (Demand& demand : sure) {
    if (demand.predicate->is_open() && !demand.inside)
      demand.predicate = demand.predicate->at_least.get();
  }
  const bool is_choice = variable.domain == Variable::Domain::choice;
  const auto is_typed = [&](const Demand& demand) {
    return !tests_text(demand) && variable.domain == Variable::Domain::text;
  };
  // A key of any form that is compared with numbers is a number, also where any text would do.
  const bool prefers_typed = std::ranges::any_of(sure, is_typed);
  for (const std::string& value : variable.plain) {
    if (!prefers_typed && passes(value, sure)) return found(value);
  }
  if (is_choice) return {};
  std::deque<Predicate> narrower;
  for (Demand& demand : sure) {
    if (auto left = without_covered(demand, sure, budget)) {
      if (left->patterns.empty()) return {};
      narrower.push_back({.test = *std::move(left)});
      demand.predicate = &narrower.back();
    }
    auto left = narrowed(demand, sure, budget);
    if (!left) continue;
    if (left->patterns.empty()) return {};
    narrower.push_back({.test = *left});
    demand.predicate = &narrower.back();
    Choice choice = choose_with_part(*left, variable, sure, budget);
    if (choice.kind != Choice::Kind::none) return choice;
  }
  if (const TextTest* list = shortest_list(sure)) {
    return choose_from(*list, variable, sure, budget);
  }

  const auto text_count = std::ranges::count_if(sure, tests_text);
  const bool only_text = text_count == std::ranges::ssize(sure);
  if (variable.domain == Variable::Domain::text && only_text)
    return search_text(variable, sure, budget);

  std::vector<std::string> candidates = typed_candidates(variable.domain, sure);
  candidates.insert(candidates.end(), variable.plain.begin(), variable.plain.end());
  if (candidates.size() > candidates_max) {
    return {.kind = Choice::Kind::unknown,
            .value = {},
            .reason = "too many values are compared with `" + variable.name + "`"};
  }
  if (!budget.spend(candidates.size() * sure.size())) return out_of_budget(variable);
  for (std::string& value : candidates) {
    if (passes(value, sure) && is_valid(variable, value)) return found(std::move(value));
  }
  if (text_count == 0) return {};
  if (variable.domain == Variable::Domain::text) {
    const Choice text = search_text(variable, sure, budget);
    if (text.kind != Choice::Kind::found || passes(text.value->front(), sure)) return text;
  }
  return {.kind = Choice::Kind::unknown,
          .value = {},
          .reason =
              "`" + variable.name + "` is compared both as text and as a number, date or address"};
}

Demand to_demand(const Constraint& constraint) {
  return {constraint.predicate, (constraint.ask == Ask::inside) == constraint.positive};
}

Choice choose_present(const Variable& variable, std::span<const Constraint> constraints,
                      Budget& budget) {
  std::vector<Demand> demands;
  for (const Constraint& constraint : constraints) {
    if (constraint.ask == Ask::present) {
      if (!constraint.positive) return {};
    } else {
      demands.push_back(to_demand(constraint));
    }
  }
  return choose_element(variable, demands, budget);
}

// A set: "some element" asks for one element each; "no element" binds them all, and what is asked
// of an end binds that one. Elements do not disturb each other, so a list of two whose ends are
// right, with the others between them, is all that is ever needed.
Choice choose_set(const Variable& variable, std::span<const Constraint> constraints,
                  Budget& budget) {
  std::vector<Demand> for_all;
  std::vector<Demand> for_some;
  std::vector<Demand> for_first;
  std::vector<Demand> for_last;
  for (const Constraint& constraint : constraints) {
    if (constraint.ask == Ask::present) {
      if (!constraint.positive) return {};
    } else if (constraint.element != Element::some) {
      (constraint.element == Element::first ? for_first : for_last)
          .push_back(to_demand(constraint));
    } else {
      (constraint.positive ? for_some : for_all).push_back(to_demand(constraint));
    }
  }
  std::vector<std::string> elements;
  const auto add = [&](std::vector<Demand> demands) {
    demands.insert(demands.end(), for_all.begin(), for_all.end());
    Choice element = choose_element(variable, demands, budget);
    if (element.kind == Choice::Kind::found) {
      elements.push_back(std::move(element.value->front()));
    }
    return element;
  };
  if (!for_first.empty()) {
    if (Choice first = add(for_first); first.kind != Choice::Kind::found) return first;
  }
  for (const Demand& some : for_some) {
    if (std::ranges::any_of(elements, [&](const std::string& e) { return passes(e, some); })) {
      continue;
    }
    if (Choice element = add({some}); element.kind != Choice::Kind::found) return element;
  }
  if (elements.empty() || !passes(elements.back(), for_last)) {
    if (Choice last = add(for_last); last.kind != Choice::Kind::found) return last;
  }
  return {.kind = Choice::Kind::found, .value = std::move(elements), .reason = {}};
}

}  // namespace

bool satisfies(const Value& value, const Constraint& constraint) {
  bool truth = value.has_value();
  if (truth && constraint.ask != Ask::present) {
    const bool inside = constraint.ask == Ask::inside;
    const auto meets = [&](const std::string& element) {
      return holds(*constraint.predicate, element) == inside;
    };
    truth = constraint.element == Element::first  ? meets(value->front())
            : constraint.element == Element::last ? meets(value->back())
                                                  : std::ranges::any_of(*value, meets);
  }
  return truth == constraint.positive;
}

Choice choose(const Variable& variable, std::span<const Constraint> constraints, Budget& budget) {
  // Absent is the plainest value there is.
  if (variable.can_be_absent && std::ranges::all_of(constraints, [](const Constraint& c) {
        return satisfies(std::nullopt, c);
      })) {
    return {.kind = Choice::Kind::found, .value = std::nullopt, .reason = {}};
  }
  if (!variable.can_be_present) return {};
  return variable.is_set ? choose_set(variable, constraints, budget)
                         : choose_present(variable, constraints, budget);
}

}  // namespace auditor
