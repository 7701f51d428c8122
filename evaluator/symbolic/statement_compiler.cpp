// What the calls share; what one call does stands in compilation.cpp.
#include "evaluator/symbolic/statement_compiler.h"

#include <algorithm>
#include <iterator>

#include "evaluator/solver/string_search.h"

namespace auditor {

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
                                   bool positive) const {
  const Predicate* kept = add(std::move(predicate));
  return {.variable = reading.variable,
          .constraint = {
              .ask = ask, .predicate = kept, .positive = positive, .element = reading.element}};
}

const Predicate* StatementCompiler::add(Predicate predicate) const {
  problem_.predicates.push_back(std::move(predicate));
  return &problem_.predicates.back();
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

bool StatementCompiler::depends_on_path(const Literal& literal) const {
  return request_.env().path_is_open && literal.variable == request_.principal() &&
         literal.constraint.predicate != nullptr && !literal.constraint.predicate->is_open() &&
         !truth_for_every_path(literal);
}

std::optional<bool> StatementCompiler::truth_for_every_path(const Literal& literal) const {
  constexpr std::size_t work_max = 100'000;
  const Constraint& constraint = literal.constraint;
  const auto* test = std::get_if<TextTest>(&constraint.predicate->test);
  if (test == nullptr) return std::nullopt;
  const Language paths = problem_.variables[literal.variable].valid();
  const Language tested = language_of(*test);
  const auto some_path = [&](bool inside) {
    Budget budget{.left = work_max};
    const Membership both[] = {{.language = &paths, .inside = true},
                               {.language = &tested, .inside = inside}};
    const StringSearch search = shortest_common_string(both, budget);
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
