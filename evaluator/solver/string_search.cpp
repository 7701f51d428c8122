#include "evaluator/solver/string_search.h"

#include <algorithm>
#include <unordered_set>

#include "evaluator/solver/lazy_automaton.h"

namespace auditor {

namespace {

constexpr char32_t first_fresh_character = U'ü';

// The order in which a witness prefers characters.
constexpr std::string_view plainest_first =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:@+=, ";

constexpr std::size_t distinct_sets_max = 2'000;

// Stands for every character that no set names.
char32_t fresh_character(const std::vector<CharSet>& sets) {
  char32_t fresh = first_fresh_character;
  while (std::ranges::find(sets, fresh, &CharSet::literal) != sets.end()) ++fresh;
  return fresh;
}

// One character for each class that no set tells apart, plainest first; empty: past a bound.
std::vector<char32_t> alphabet_of(std::span<const Membership> memberships, Budget& budget) {
  std::vector<CharSet> sets;
  for (const Membership& membership : memberships) {
    if (!LazyAutomaton::collect_sets(*membership.language, distinct_sets_max, sets, budget)) {
      return {};
    }
  }
  std::vector<char32_t> ordered;
  for (const char c : plainest_first) ordered.push_back(static_cast<unsigned char>(c));
  for (char32_t c = 0; c < ascii_size; ++c) {
    if (plainest_first.find(static_cast<char>(c)) == std::string_view::npos) ordered.push_back(c);
  }
  ordered.push_back(fresh_character(sets));
  for (const CharSet& set : sets) {
    if (set.literal != 0) ordered.push_back(set.literal);
  }
  if (!budget.spend(ordered.size() * sets.size() / 8)) return {};
  std::vector<char32_t> alphabet;
  std::unordered_set<std::string> signatures;
  for (const char32_t c : ordered) {
    std::string signature;
    signature.reserve(sets.size());
    for (const CharSet& set : sets) signature.push_back(set.contains(c) ? '1' : '0');
    if (signatures.insert(std::move(signature)).second) alphabet.push_back(c);
  }
  return alphabet;
}

using ProductState = std::vector<std::uint32_t>;

struct ProductHash {
  std::size_t operator()(const ProductState& state) const {
    std::size_t hash = 1469598103934665603ULL;
    for (const std::uint32_t part : state) hash = (hash ^ part) * 1099511628211ULL;
    return hash;
  }
};

class ProductSearch {
 public:
  ProductSearch(std::span<const Membership> memberships, Budget& budget)
      : memberships_(memberships), budget_(budget), alphabet_(alphabet_of(memberships, budget)) {
    automata_.reserve(memberships.size());
    for (const Membership& membership : memberships) {
      automata_.emplace_back(*membership.language, alphabet_.size());
    }
  }

  StringSearch run() {
    if (alphabet_.empty()) return {.found = std::nullopt, .bound_hit = true};
    ProductState start;
    for (const LazyAutomaton& automaton : automata_) start.push_back(automaton.start());
    if (!is_hopeless(start)) add(std::move(start), 0, 0);
    for (std::size_t current = 0; current < nodes_.size(); ++current) {
      if (is_accepted(*nodes_[current].state)) return {.found = spell(current), .bound_hit = false};
      if (nodes_.size() > search_states_max || !expand(current)) {
        return {.found = std::nullopt, .bound_hit = true};
      }
    }
    return {};
  }

 private:
  struct Node {
    const ProductState* state;
    std::size_t parent;
    char32_t c;
  };

  // False: the budget is spent.
  bool expand(std::size_t current) {
    for (std::size_t symbol = 0; symbol < alphabet_.size(); ++symbol) {
      const std::size_t before = work();
      ProductState next(automata_.size());
      bool hopeless = false;
      for (std::size_t i = 0; i < automata_.size() && !hopeless; ++i) {
        next[i] = automata_[i].step((*nodes_[current].state)[i], symbol, alphabet_[symbol]);
        hopeless = is_hopeless(i, next[i]);
      }
      if (!hopeless) add(std::move(next), current, alphabet_[symbol]);
      if (!budget_.spend(work() - before + (hopeless ? 1 : automata_.size()))) return false;
    }
    return true;
  }

  bool is_hopeless(std::size_t i, std::uint32_t state) const {
    return memberships_[i].inside ? automata_[i].is_dead(state) : automata_[i].is_universal(state);
  }

  bool is_hopeless(const ProductState& state) const {
    for (std::size_t i = 0; i < state.size(); ++i) {
      if (is_hopeless(i, state[i])) return true;
    }
    return false;
  }

  bool is_accepted(const ProductState& state) const {
    for (std::size_t i = 0; i < state.size(); ++i) {
      if (automata_[i].accepts(state[i]) != memberships_[i].inside) return false;
    }
    return true;
  }

  void add(ProductState state, std::size_t parent, char32_t c) {
    const auto [entry, is_new] = seen_.insert(std::move(state));
    if (is_new) nodes_.push_back({&*entry, parent, c});
  }

  std::size_t work() const {
    std::size_t sum = 0;
    for (const LazyAutomaton& automaton : automata_) sum += automaton.work();
    return sum;
  }

  std::string spell(std::size_t node) const {
    std::u32string text;
    for (; node != 0; node = nodes_[node].parent) text.push_back(nodes_[node].c);
    std::ranges::reverse(text);
    return encode_utf8(text);
  }

  std::span<const Membership> memberships_;
  Budget& budget_;
  std::vector<char32_t> alphabet_;
  std::vector<LazyAutomaton> automata_;
  std::unordered_set<ProductState, ProductHash> seen_;
  std::vector<Node> nodes_;
};

}  // namespace

StringSearch shortest_common_string(std::span<const Membership> memberships, Budget& budget) {
  return ProductSearch(memberships, budget).run();
}

}  // namespace auditor
