// The deterministic form of a Language, made state by state as a search needs it.
//
// What keeps globs small: once a `*` has been reached, what stood before it in the pattern can
// add nothing, because the `*` absorbs any text an earlier position could still read. Dropping
// those positions makes the determinised automaton of a glob without `?` linear in its length.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/solver/budget.h"
#include "evaluator/solver/language.h"

namespace auditor {

// The deterministic form of a Language. Its language must outlive it.
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
  bool accepts_text(std::u32string_view text) {
    std::uint32_t state = start_;
    for (const char32_t c : text) {
      state = step(state, c);
      if (is_dead(state)) return false;
    }
    return accepts(state);
  }
  // Accepts whatever follows.
  bool is_universal(std::uint32_t state) const { return info_[state].is_universal; }
  std::size_t work() const { return work_; }

  std::uint32_t step(std::uint32_t state, char32_t c) {
    const std::vector<std::int32_t>& from_here = *sets_[state];
    const auto leads_on = [&](std::int32_t from) {
      return at(from).next != Language::none && at(from).set.contains(c);
    };
    if (std::ranges::none_of(from_here, leads_on)) {  // most letters lead nowhere
      ++work_;
      if (!dead_) dead_ = intern({});
      return *dead_;
    }
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
  std::optional<std::uint32_t> dead_;  // the state that accepts nothing
  std::uint32_t mark_ = 0;
  std::uint32_t start_ = 0;
  std::size_t work_ = 0;

 public:
  // Adds the characters that some position of the language tells apart. False: more than
  // `sets_max`, or the budget is spent.
  static bool collect_sets(const Language& language, std::size_t sets_max,
                           std::vector<CharSet>& sets, Budget& budget) {
    // What making the language and its automaton cost, however little of it a search visits.
    if (!budget.spend(language.states_.size() / 4)) return false;
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
      const auto known = std::ranges::find(sets, set);
      const bool is_new = known == sets.end();
      if (!budget.spend(static_cast<std::size_t>(known - sets.begin()) / 8)) return false;
      if (is_new && sets.size() == sets_max) return false;
      if (is_new) sets.push_back(set);
    }
    return true;
  }
};

// Whether the value is in the language.
bool accepts(const Language& language, std::u32string_view value);
bool accepts(const Language& language, std::string_view value);

}  // namespace auditor
