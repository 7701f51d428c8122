#include "evaluator/solver/theory.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "evaluator/solver/lazy_automaton.h"
#include "evaluator/solver/string_search.h"

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

// On a present value every ask is "in the set of the test" or "not in it".
struct Demand {
  const Predicate* predicate;
  bool inside;
};

bool passes(std::string_view value, const Demand& demand) {
  return holds(*demand.predicate, value) == demand.inside;
}

bool passes(std::string_view value, std::span<const Demand> demands) {
  return std::ranges::all_of(demands, [&](const Demand& demand) { return passes(value, demand); });
}

bool tests_text(const Demand& demand) {
  return std::holds_alternative<TextTest>(demand.predicate->test);
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

std::vector<std::string> typed_candidates(std::span<const Demand> demands) {
  std::vector<std::string> candidates;
  std::set<double> constants;
  for (const Demand& demand : demands) {
    if (const auto* order = std::get_if<OrderTest>(&demand.predicate->test)) {
      constants.insert(order->values.begin(), order->values.end());
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

// The string demands alone, over the variable's valid strings.
Choice search_text(const Variable& variable, std::span<const Demand> demands, Budget& budget) {
  std::vector<Language> languages;
  std::vector<Membership> memberships;
  languages.reserve(demands.size() + 1);
  for (const Demand& demand : demands) {
    if (!tests_text(demand)) continue;
    languages.push_back(language_of(std::get<TextTest>(demand.predicate->test)));
    memberships.push_back({.language = &languages.back(), .inside = demand.inside});
  }
  for (const auto* domain : {&variable.readable, &variable.valid}) {
    if (!*domain && domain == &variable.readable) continue;
    const Language valid = *domain ? (*domain)() : Language::repeated(CharSet::all());
    memberships.push_back({.language = &valid, .inside = true});
    const StringSearch search = shortest_common_string(memberships, budget);
    memberships.pop_back();
    if (search.found) return found(*search.found);
    if (search.bound_hit && domain == &variable.valid) {
      return out_of_budget(variable);
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
  for (const std::string& value : variable.plain) {
    if (passes(value, sure)) return found(value);
  }
  if (variable.domain == Variable::Domain::choice) return {};

  const auto text_count = std::ranges::count_if(sure, tests_text);
  const bool only_text = text_count == std::ranges::ssize(sure);
  if (variable.domain == Variable::Domain::text && only_text)
    return search_text(variable, sure, budget);

  std::vector<std::string> candidates = typed_candidates(sure);
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

// A set: "some element" asks for one element each; "no element" binds them all.
Choice choose_set(const Variable& variable, std::span<const Constraint> constraints,
                  Budget& budget) {
  std::vector<Demand> for_all;
  std::vector<Demand> for_some;
  for (const Constraint& constraint : constraints) {
    if (constraint.ask == Ask::present) {
      if (!constraint.positive) return {};
    } else {
      (constraint.positive ? for_some : for_all).push_back(to_demand(constraint));
    }
  }
  if (for_some.empty()) return choose_element(variable, for_all, budget);
  std::vector<std::string> elements;
  for (const Demand& some : for_some) {
    if (std::ranges::any_of(elements, [&](const std::string& e) { return passes(e, some); })) {
      continue;
    }
    std::vector<Demand> demands = for_all;
    demands.push_back(some);
    Choice element = choose_element(variable, demands, budget);
    if (element.kind != Choice::Kind::found) return element;
    elements.push_back(std::move(element.value->front()));
  }
  return {.kind = Choice::Kind::found, .value = std::move(elements), .reason = {}};
}

}  // namespace

bool satisfies(const Value& value, const Constraint& constraint) {
  bool truth = value.has_value();
  if (truth && constraint.ask != Ask::present) {
    const bool inside = constraint.ask == Ask::inside;
    truth = std::ranges::any_of(*value, [&](const std::string& element) {
      return holds(*constraint.predicate, element) == inside;
    });
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
