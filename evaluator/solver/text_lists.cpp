// Tested by theory_test.cpp.
#include "evaluator/solver/text_lists.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

namespace auditor {
namespace {

bool has_only_texts(const TextTest& test) {
  return std::ranges::all_of(
      test.patterns, [](const Pattern& pattern) { return pattern.matching == Matching::exact; });
}

// Whether `wide` is seen to match all that `narrow` does: its `*` takes the other's wildcards too.
bool covers(const Pattern& wide, const Pattern& narrow) {
  const bool is_glob = wide.matching == Matching::glob && narrow.matching == Matching::glob;
  return is_glob && !wide.symbols.contains(any_character) &&
         matches(wide, std::u32string_view(narrow.symbols));
}

}  // namespace

std::size_t count_patterns(std::span<const Demand> demands) {
  std::size_t count = 0;
  for (const Demand& demand : demands) {
    if (const auto* text = std::get_if<TextTest>(&demand.predicate->test)) {
      count += text->patterns.size();
    }
  }
  return count;
}

const TextTest* shortest_list(std::span<const Demand> demands) {
  const TextTest* shortest = nullptr;
  for (const Demand& demand : demands) {
    const auto* text = std::get_if<TextTest>(&demand.predicate->test);
    if (!demand.inside || text == nullptr || text->projection != Projection::whole) continue;
    if (!has_only_texts(*text)) continue;
    if (shortest == nullptr || text->patterns.size() < shortest->patterns.size()) shortest = text;
  }
  return shortest;
}

std::optional<TextTest> narrowed(const Demand& list, std::span<const Demand> demands,
                                 Budget& budget) {
  const auto* texts = std::get_if<TextTest>(&list.predicate->test);
  if (!list.inside || texts == nullptr || texts->projection == Projection::whole ||
      !has_only_texts(*texts)) {
    return std::nullopt;
  }
  if (!budget.spend(texts->patterns.size() * (1 + count_patterns(demands) / 8))) {
    return std::nullopt;
  }
  TextTest left{.projection = texts->projection, .patterns = {}};
  for (const Pattern& text : texts->patterns) {
    const bool is_possible = std::ranges::all_of(demands, [&](const Demand& demand) {
      const auto* test = std::get_if<TextTest>(&demand.predicate->test);
      if (test == nullptr || test->projection != left.projection) return true;
      const bool is_inside = std::ranges::any_of(test->patterns, [&](const Pattern& pattern) {
        return matches(pattern, std::u32string_view(text.symbols));
      });
      return is_inside == demand.inside;
    });
    if (is_possible) left.patterns.push_back(text);
  }
  return left;
}

std::optional<TextTest> without_covered(const Demand& list, std::span<const Demand> demands,
                                        Budget& budget) {
  const auto* texts = std::get_if<TextTest>(&list.predicate->test);
  if (!list.inside || texts == nullptr) return std::nullopt;
  std::map<Matching, std::unordered_set<std::u32string_view>> same;
  std::vector<const Pattern*> wide;
  for (const Demand& demand : demands) {
    const auto* test = std::get_if<TextTest>(&demand.predicate->test);
    if (demand.inside || test == nullptr || test->projection != texts->projection) continue;
    for (const Pattern& pattern : test->patterns) {
      same[pattern.matching].insert(pattern.symbols);
      if (pattern.symbols.contains(any_sequence)) wide.push_back(&pattern);
    }
  }
  TextTest left{.projection = texts->projection, .patterns = {}};
  for (const Pattern& pattern : texts->patterns) {
    if (same[pattern.matching].contains(pattern.symbols)) continue;
    if (!budget.spend(1 + wide.size())) return std::nullopt;
    const bool is_covered =
        std::ranges::any_of(wide, [&](const Pattern* other) { return covers(*other, pattern); });
    if (!is_covered) left.patterns.push_back(pattern);
  }
  if (left.patterns.size() == texts->patterns.size()) return std::nullopt;
  return left;
}

}  // namespace auditor
