// What the calls share; what one call does stands in compilation.cpp.
#include "evaluator/symbolic/statement_compiler.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>

#include "evaluator/solver/string_search.h"

namespace auditor {
namespace {

struct HashOf {
  std::size_t operator()(const TextTest& test) const {
    std::size_t hash = test.patterns.size();
    for (const Pattern& pattern : test.patterns) {
      hash = hash * 31 + std::hash<std::u32string_view>()(pattern.symbols);
    }
    return hash;
  }
  std::size_t operator()(const OrderTest& test) const { return test.values.size(); }
  std::size_t operator()(const BoolTest& test) const { return test.accepts_true ? 1 : 0; }
  std::size_t operator()(const AddressTest& test) const { return test.blocks.size(); }
};

std::size_t hash_of(const Predicate& predicate) { return std::visit(HashOf(), predicate.test); }

constexpr std::size_t merged_clauses_max = 32;  // of a conjunction: past it, they are not compared

// The list of texts of which a clause asks for one, and for nothing else. Null: it does not.
const TextTest* list_of(const Clause& clause) {
  const Constraint& constraint = clause.front().constraint;
  const Predicate* const predicate = constraint.predicate;
  const bool asks_for_one = clause.size() == 1 && constraint.ask == Ask::inside &&
                            constraint.positive && predicate != nullptr && !predicate->is_open();
  return asks_for_one ? std::get_if<TextTest>(&predicate->test) : nullptr;
}

// What a conjunction asks besides the texts of the list at `at`: equal for those that ask the same.
// Equal predicates are the same one, so their addresses tell.
std::vector<std::uintptr_t> all_but(const Conjunction& conjunction, std::size_t at) {
  std::vector<std::uintptr_t> rest;
  for (std::size_t i = 0; i < conjunction.size(); ++i) {
    for (const Literal& literal : conjunction[i]) {
      const Constraint& constraint = literal.constraint;
      const bool is_list = i == at;
      rest.push_back(literal.variable);
      rest.push_back(static_cast<std::uintptr_t>(constraint.element));
      rest.push_back(is_list ? static_cast<std::uintptr_t>(list_of(conjunction[i])->projection)
                             : reinterpret_cast<std::uintptr_t>(constraint.predicate));
      rest.push_back(static_cast<std::uintptr_t>(constraint.ask) * 2 +
                     (constraint.positive ? 1 : 0));
    }
    rest.push_back(~std::uintptr_t{0});
  }
  return rest;
}

// `*` alone: actions, resources and principals are never absent, and it matches them all.
bool accepts_everything(const Predicate& predicate) {
  const auto* test = std::get_if<TextTest>(&predicate.test);
  return test != nullptr && !predicate.is_open() && test->projection == Projection::whole &&
         std::ranges::any_of(test->patterns, [](const Pattern& pattern) {
           return pattern.symbols == Symbols(1, any_sequence) &&
                  pattern.matching != Matching::exact;
         });
}

}  // namespace

bool wants_match(Approximation approximation, Effect effect) {
  switch (approximation) {
    case Approximation::over:
      return effect == Effect::allow;
    case Approximation::under:
      return effect == Effect::deny;
    case Approximation::all_match:
      return true;
    case Approximation::none_match:
      return false;
  }
  return true;
}

StatementCompiler::StatementCompiler(SymbolicRequest& request, Problem& problem,
                                     CompilerOptions options)
    : request_(request), problem_(problem), options_(std::move(options)) {
  for (const Binding& binding : options_.bindings) {
    bindings_.push_back(
        {.reading = request_.key(binding.key, binding.written, false),
         .value = binding.value ? Constant::of(*binding.value) : Constant::absent()});
  }
}

Literal StatementCompiler::literal(const KeyReading& reading, Ask ask, Predicate predicate,
                                   bool positive) {
  const Predicate* kept = add(std::move(predicate));
  return {.variable = reading.variable,
          .constraint = {
              .ask = ask, .predicate = kept, .positive = positive, .element = reading.element}};
}

const Predicate* StatementCompiler::add(Predicate predicate) {
  if (predicate.is_open()) {
    problem_.predicates.push_back(std::move(predicate));
    return &problem_.predicates.back();
  }
  const std::size_t hash = hash_of(predicate);
  const auto [first, last] = predicates_.equal_range(hash);
  const auto known = std::find_if(
      first, last, [&](const auto& entry) { return entry.second->test == predicate.test; });
  if (known != last) return known->second;
  problem_.predicates.push_back(std::move(predicate));
  predicates_.emplace(hash, &problem_.predicates.back());
  return &problem_.predicates.back();
}

std::vector<Conjunction> StatementCompiler::merged(std::vector<Conjunction> conjunctions) {
  std::size_t longest = 0;
  for (const Conjunction& conjunction : conjunctions) {
    longest = std::max(longest, conjunction.size());
  }
  if (longest > merged_clauses_max) return conjunctions;
  for (std::size_t at = 0; at < longest && conjunctions.size() > 1; ++at) {
    std::map<std::vector<std::uintptr_t>, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < conjunctions.size(); ++i) {
      if (at < conjunctions[i].size() && list_of(conjunctions[i][at]) != nullptr) {
        alike[all_but(conjunctions[i], at)].push_back(i);
      }
    }
    std::set<std::size_t> gone;
    for (const auto& [rest, members] : alike) {
      if (members.size() < 2) continue;
      Literal& literal = conjunctions[members.front()][at].front();
      TextTest any = *list_of(conjunctions[members.front()][at]);
      for (std::size_t i = 1; i < members.size(); ++i) {
        const TextTest& other = *list_of(conjunctions[members[i]][at]);
        any.patterns.insert(any.patterns.end(), other.patterns.begin(), other.patterns.end());
        gone.insert(members[i]);
      }
      literal.constraint.predicate = add({.test = std::move(any)});
    }
    std::vector<Conjunction> left;
    for (std::size_t i = 0; i < conjunctions.size(); ++i) {
      if (!gone.contains(i)) left.push_back(std::move(conjunctions[i]));
    }
    conjunctions = std::move(left);
  }
  return conjunctions;
}

// An open text in an Allow and the same one in a Deny are one predicate, so that asking for both
// "inside" and "not inside" is seen to be impossible.
const Predicate* StatementCompiler::keep(Predicate predicate, const std::string& text) {
  if (!predicate.is_open()) return add(std::move(predicate));
  // What is filled in for a tag may have been something else before a change.
  const auto [place, is_new] = open_predicates_.try_emplace(
      request_.reads_former_tags() ? "former\n" + text : text, nullptr);
  if (is_new) place->second = add(std::move(predicate));
  return place->second;
}

std::optional<bool> StatementCompiler::constant_truth(const Literal& literal) const {
  const Variable& variable = problem_.variables[literal.variable];
  if (!variable.can_be_absent && literal.constraint.ask == Ask::inside &&
      accepts_everything(*literal.constraint.predicate)) {
    return literal.constraint.positive;
  }
  const bool constant =
      !variable.can_be_present || (variable.domain == Variable::Domain::choice &&
                                   !variable.can_be_absent && variable.plain.size() == 1);
  if (!constant) return std::nullopt;
  const Value value = variable.can_be_present ? Value(variable.plain) : Value();
  const Constraint& constraint = literal.constraint;
  if (constraint.predicate != nullptr && constraint.predicate->is_open() && value &&
      holds(*constraint.predicate, value->front())) {
    if (!holds(*constraint.predicate->at_least, value->front())) return std::nullopt;
  }
  return satisfies(value, constraint);
}

bool StatementCompiler::depends_on_path(const Literal& literal) {
  return request_.env().path_is_open && literal.variable == request_.principal() &&
         literal.constraint.predicate != nullptr && !literal.constraint.predicate->is_open() &&
         !truth_for_every_path(literal);
}

std::optional<bool> StatementCompiler::truth_for_every_path(const Literal& literal) {
  const Constraint& constraint = literal.constraint;
  const auto* test = std::get_if<TextTest>(&constraint.predicate->test);
  if (test == nullptr || path_work_.left == 0) return std::nullopt;
  const Language paths = problem_.variables[literal.variable].valid();
  const Language tested = language_of(*test);
  const auto some_path = [&](bool inside) {
    const Membership both[] = {{.language = &paths, .inside = true},
                               {.language = &tested, .inside = inside}};
    const StringSearch search = shortest_common_string(both, path_work_);
    return search.found || search.bound_hit;
  };
  const bool inside_counts = (constraint.ask == Ask::inside) == constraint.positive;
  if (!some_path(!inside_counts)) return true;
  if (!some_path(inside_counts)) return false;
  return std::nullopt;
}

Constant StatementCompiler::value_of(const KeyReading& reading) const {
  for (const BoundKey& bound : bindings_) {
    if (bound.reading == reading) return bound.value;
  }
  return request_.constant(reading);
}

void Observations::add(Observations&& other) {
  open_keys.merge(other.open_keys);
  std::ranges::move(other.open_texts, std::back_inserter(open_texts));
  has_opaque_tests |= other.has_opaque_tests;
  assumptions.merge(other.assumptions);
  keys_in_texts.merge(other.keys_in_texts);
  std::ranges::move(other.naming_texts, std::back_inserter(naming_texts));
  tested_keys.merge(other.tested_keys);
  for (auto& [variable, more] : other.tested_keys) {  // those of which there were tests before
    std::ranges::move(more.tests, std::back_inserter(tested_keys[variable].tests));
  }
}

}  // namespace auditor
