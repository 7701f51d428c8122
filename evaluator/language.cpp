#include "evaluator/language.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace auditor {
namespace {

constexpr char32_t ascii_size = 128;
constexpr char32_t fresh_character = U'ü';  // stands for every character no pattern names

// The order in which a witness prefers characters.
constexpr std::string_view plainest_first =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:@+=, ";

// `*?*?` is `??*`: the same language, but no position of it overlaps with a `*` before it.
Symbols settle_wildcards(std::u32string_view symbols) {
  Symbols settled;
  settled.reserve(symbols.size());
  for (std::size_t i = 0; i < symbols.size();) {
    bool has_sequence = false;
    for (; i < symbols.size() && symbols[i] >= any_character; ++i) {
      if (symbols[i] == any_character) settled.push_back(any_character);
      has_sequence |= symbols[i] == any_sequence;
    }
    if (has_sequence) settled.push_back(any_sequence);
    for (; i < symbols.size() && symbols[i] < any_character; ++i) settled.push_back(symbols[i]);
  }
  return settled;
}

char32_t other_case(char32_t c) {
  if (c >= U'a' && c <= U'z') return c - (U'a' - U'A');
  if (c >= U'A' && c <= U'Z') return c + (U'a' - U'A');
  return c;
}

}  // namespace

CharSet CharSet::all() {
  CharSet set;
  set.ascii = {~std::uint64_t{0}, ~std::uint64_t{0}};
  set.all_others = true;
  return set;
}

CharSet CharSet::all_but(char32_t excluded) {
  CharSet set = all();
  set.ascii[excluded / 64] &= ~(std::uint64_t{1} << (excluded % 64));
  return set;
}

CharSet CharSet::one(char32_t c) {
  CharSet set;
  if (c < ascii_size) {
    set.ascii[c / 64] |= std::uint64_t{1} << (c % 64);
  } else {
    set.literal = c;
  }
  return set;
}

CharSet CharSet::of(std::string_view ascii_characters) {
  CharSet set;
  for (const char c : ascii_characters) set.add(one(static_cast<unsigned char>(c)));
  return set;
}

CharSet CharSet::between(char first, char last) {
  CharSet set;
  for (int c = first; c <= last; ++c) set.add(one(static_cast<char32_t>(c)));
  return set;
}

CharSet& CharSet::add(const CharSet& other) {
  ascii[0] |= other.ascii[0];
  ascii[1] |= other.ascii[1];
  if (other.literal != 0) literal = other.literal;
  all_others |= other.all_others;
  return *this;
}

bool CharSet::contains(char32_t c) const {
  if (c < ascii_size) return ((ascii[c / 64] >> (c % 64)) & 1U) != 0;
  return all_others || c == literal;
}

Language::Language() : states_(1) {}

std::int32_t Language::add_state() {
  states_.emplace_back();
  return static_cast<std::int32_t>(states_.size()) - 1;
}

Language Language::text(std::string_view exact) {
  return glob(make_pattern(exact, Matching::exact).symbols, CharSet::all());
}

Language Language::one_of(const CharSet& set) {
  Language language;
  language.states_[0].set = set;
  language.accept_ = language.add_state();
  language.states_[0].next = language.accept_;
  return language;
}

Language Language::repeated(const CharSet& set) {
  static constexpr char32_t star[] = {any_sequence, 0};
  return glob(star, set);
}

Language Language::glob(std::u32string_view written, const CharSet& alphabet, bool ignore_case) {
  const Symbols symbols = settle_wildcards(written);
  Language language;
  language.states_.reserve(symbols.size() + 1);
  const bool absorbs = alphabet == CharSet::all();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const char32_t c = symbols[i];
    const std::int32_t here = language.accept_;
    const std::int32_t next = language.add_state();
    State& state = language.states_[static_cast<std::size_t>(here)];
    if (c == any_sequence) {
      state.set = alphabet;
      state.next = here;
      state.skip = next;
      if (absorbs) state.dominates_from = 0;
    } else {
      state.set = c == any_character ? alphabet : CharSet::one(c);
      if (ignore_case && c != any_character) state.set.add(CharSet::one(other_case(c)));
      state.next = next;
    }
    language.accept_ = next;
  }
  return language;
}

Language Language::pattern(const Pattern& pattern) {
  if (pattern.matching == Matching::exact_ignore_case) {
    return glob(pattern.symbols, CharSet::all(), true);
  }
  static constexpr char32_t everything[] = {any_sequence, 0};
  if (pattern.matching != Matching::arn || pattern.symbols == everything) {
    return glob(pattern.symbols, CharSet::all());
  }
  const auto fields = split_fields(std::u32string_view(pattern.symbols), arn_fields);
  const CharSet not_colon = CharSet::all_but(U':');
  const Language colon = text(":");
  Language language;
  for (std::size_t i = 0; i < arn_fields; ++i) {
    const CharSet alphabet = i + 1 < arn_fields ? not_colon : CharSet::all();
    if (i > 0) language.then(colon);
    language.then(i < fields.size() ? glob(fields[i], alphabet) : repeated(alphabet));
  }
  return language;
}

Language Language::any_of(std::vector<Language> alternatives) {
  Language language;  // start_ without a way on: the empty set, until an alternative is added
  language.accept_ = language.add_state();
  std::int32_t last = language.start_;
  for (const Language& alternative : alternatives) {
    const auto offset = static_cast<std::int32_t>(language.states_.size());
    for (State state : alternative.states_) {
      for (std::int32_t* link :
           {&state.next, &state.skip, &state.other_skip, &state.dominates_from}) {
        if (*link != none) *link += offset;
      }
      language.states_.push_back(state);
    }
    // A chain of choices: each link tries its alternative or goes on to the next link.
    const std::int32_t link = language.add_state();
    language.states_[static_cast<std::size_t>(link)].skip = alternative.start_ + offset;
    language.states_[static_cast<std::size_t>(last)].other_skip = link;
    last = link;
    const std::int32_t end = language.add_state();
    language.states_[static_cast<std::size_t>(end)].skip = language.accept_;
    State& accept = language.states_[static_cast<std::size_t>(alternative.accept_ + offset)];
    (accept.skip == none ? accept.skip : accept.other_skip) = end;
  }
  return language;
}

Language& Language::then(const Language& next) {
  const auto offset = static_cast<std::int32_t>(states_.size());
  for (State state : next.states_) {
    for (std::int32_t* link :
         {&state.next, &state.skip, &state.other_skip, &state.dominates_from}) {
      if (*link != none) *link += offset;
    }
    states_.push_back(state);
  }
  State& accept = states_[static_cast<std::size_t>(accept_)];
  (accept.skip == none ? accept.skip : accept.other_skip) = next.start_ + offset;
  accept_ = next.accept_ + offset;
  return *this;
}

void Language::forget_domination() {
  for (State& state : states_) state.dominates_from = none;
}

Language& Language::optional() {
  const std::int32_t start = add_state();
  const std::int32_t accept = add_state();
  states_[static_cast<std::size_t>(start)].skip = start_;
  states_[static_cast<std::size_t>(start)].other_skip = accept;
  State& end = states_[static_cast<std::size_t>(accept_)];
  (end.skip == none ? end.skip : end.other_skip) = accept;
  start_ = start;
  accept_ = accept;
  forget_domination();  // the part can be left out, so not every path passes its `*`
  return *this;
}

Language& Language::star() {
  const std::int32_t start = add_state();
  const std::int32_t accept = add_state();
  states_[static_cast<std::size_t>(start)].skip = start_;
  states_[static_cast<std::size_t>(start)].other_skip = accept;
  State& end = states_[static_cast<std::size_t>(accept_)];
  (end.skip == none ? end.skip : end.other_skip) = start;
  start_ = start;
  accept_ = accept;
  forget_domination();
  return *this;
}

// The deterministic form of a Language, made state by state as the search needs it.
class LazyAutomaton {
 public:
  LazyAutomaton(const Language& language, std::size_t symbols)
      : language_(language), symbols_(symbols), marks_(language.states_.size(), 0) {
    std::vector<std::int32_t> start;
    begin_set();
    reach(language.start_, start);
    start_ = intern(std::move(start));
  }

  std::uint32_t start() const { return start_; }
  bool accepts(std::uint32_t state) const { return info_[state].accepts; }
  bool is_dead(std::uint32_t state) const { return sets_[state]->empty(); }
  // Accepts whatever follows.
  bool is_universal(std::uint32_t state) const { return info_[state].is_universal; }
  std::size_t work() const { return work_; }

  std::uint32_t step(std::uint32_t state, char32_t c) {
    std::vector<std::int32_t> next;
    begin_set();
    for (const std::int32_t from : *sets_[state]) {
      const Language::State& position = at(from);
      ++work_;
      if (position.next != Language::none && position.set.contains(c)) reach(position.next, next);
    }
    return intern(std::move(next));
  }

  // The same, remembered: `c` is the character of `symbol`, a position in the search's alphabet.
  std::uint32_t step(std::uint32_t state, std::size_t symbol, char32_t c) {
    if (const std::int64_t known = info_[state].next[symbol]; known >= 0) {
      return static_cast<std::uint32_t>(known);
    }
    const std::uint32_t next = step(state, c);
    info_[state].next[symbol] = next;
    return next;
  }

 private:
  struct Info {
    bool accepts = false;
    bool is_universal = false;
    std::vector<std::int64_t> next;
  };

  const Language::State& at(std::int32_t index) const {
    return language_.states_[static_cast<std::size_t>(index)];
  }

  void begin_set() { ++mark_; }

  // Adds `index` and all that it reaches without a character. Iterative: patterns can be long.
  void reach(std::int32_t index, std::vector<std::int32_t>& set) {
    pending_.push_back(index);
    while (!pending_.empty()) {
      const std::int32_t state = pending_.back();
      pending_.pop_back();
      std::uint32_t& mark = marks_[static_cast<std::size_t>(state)];
      if (mark == mark_) continue;
      mark = mark_;
      ++work_;
      set.push_back(state);
      if (at(state).skip != Language::none) pending_.push_back(at(state).skip);
      if (at(state).other_skip != Language::none) pending_.push_back(at(state).other_skip);
    }
  }

  std::uint32_t intern(std::vector<std::int32_t> set) {
    std::ranges::sort(set);
    drop_dominated(set);
    const auto [entry, is_new] =
        ids_.try_emplace(std::move(set), static_cast<std::uint32_t>(sets_.size()));
    if (is_new) {
      sets_.push_back(&entry->first);
      Info info;
      info.next.assign(symbols_, -1);
      for (const std::int32_t state : entry->first) {
        info.accepts |= state == language_.accept_;
      }
      info.is_universal = info.accepts && has_absorbing_tail(entry->first);
      info_.push_back(std::move(info));
    }
    return entry->second;
  }

  // Backwards, so that of several `*` in one glob the last one decides.
  void drop_dominated(std::vector<std::int32_t>& set) const {
    std::int32_t from = 0;
    std::int32_t to = 0;  // [from, to) is dominated
    std::vector<std::int32_t> kept;
    bool dropped = false;
    for (std::size_t i = set.size(); i-- > 0;) {
      const std::int32_t state = set[i];
      if (state >= from && state < to) {
        dropped = true;
        continue;
      }
      kept.push_back(state);
      if (at(state).dominates_from != Language::none) {
        from = at(state).dominates_from;
        to = state;
      }
    }
    if (!dropped) return;
    std::ranges::reverse(kept);
    set = std::move(kept);
  }

  // A `*` over everything whose pattern ends there: whatever follows is accepted.
  bool has_absorbing_tail(const std::vector<std::int32_t>& set) {
    for (const std::int32_t state : set) {
      if (at(state).dominates_from == Language::none) continue;
      std::int32_t next = at(state).skip;
      while (next != Language::none && next != language_.accept_) {
        if (at(next).other_skip != Language::none) break;
        next = at(next).skip;
      }
      if (next == language_.accept_) return true;
    }
    return false;
  }

  const Language& language_;
  std::size_t symbols_;
  std::map<std::vector<std::int32_t>, std::uint32_t> ids_;
  std::vector<const std::vector<std::int32_t>*> sets_;
  std::vector<Info> info_;
  std::vector<std::uint32_t> marks_;
  std::vector<std::int32_t> pending_;
  std::uint32_t mark_ = 0;
  std::uint32_t start_ = 0;
  std::size_t work_ = 0;

 public:
  // The characters that some position of the language tells apart.
  static void collect_sets(const Language& language, std::vector<CharSet>& sets) {
    std::array<bool, 128> seen{};
    for (const Language::State& state : language.states_) {
      if (state.next == Language::none) continue;
      const CharSet& set = state.set;
      // Single ASCII letters are most of a pattern: remember them without a search.
      const std::uint64_t low = set.ascii[0];
      const std::uint64_t high = set.ascii[1];
      if (!set.all_others && set.literal == 0 && std::popcount(low) + std::popcount(high) == 1) {
        const auto c = static_cast<std::size_t>(low != 0 ? std::countr_zero(low)
                                                         : 64 + std::countr_zero(high));
        if (seen[c]) continue;
        seen[c] = true;
      }
      if (std::ranges::find(sets, set) == sets.end()) sets.push_back(set);
    }
  }
};

namespace {

constexpr std::size_t distinct_sets_max = 2'000;

// One character for each class that no set tells apart, plainest first; empty: too many sets.
std::vector<char32_t> alphabet_of(std::span<const Membership> memberships) {
  std::vector<CharSet> sets;
  for (const Membership& membership : memberships) {
    LazyAutomaton::collect_sets(*membership.language, sets);
    if (sets.size() > distinct_sets_max) return {};
  }
  std::vector<char32_t> ordered;
  for (const char c : plainest_first) ordered.push_back(static_cast<unsigned char>(c));
  for (char32_t c = 0; c < ascii_size; ++c) {
    if (plainest_first.find(static_cast<char>(c)) == std::string_view::npos) ordered.push_back(c);
  }
  ordered.push_back(fresh_character);
  for (const CharSet& set : sets) {
    if (set.literal != 0) ordered.push_back(set.literal);
  }
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
      : memberships_(memberships), budget_(budget), alphabet_(alphabet_of(memberships)) {
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
      if (!budget_.spend(work() - before + automata_.size())) return false;
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

bool Language::contains(std::u32string_view value) const {
  LazyAutomaton automaton(*this, 0);
  std::uint32_t state = automaton.start();
  for (const char32_t c : value) {
    state = automaton.step(state, c);
    if (automaton.is_dead(state)) return false;
  }
  return automaton.accepts(state);
}

bool Language::contains(std::string_view value) const {
  return contains(std::u32string_view(decode(value)));
}

StringSearch shortest_common_string(std::span<const Membership> memberships, Budget& budget) {
  return ProductSearch(memberships, budget).run();
}

}  // namespace auditor
