// A regular set of strings, as a small nondeterministic automaton over Unicode code points.
//
// Globs, ARN patterns and the valid forms of names (repositories, accounts, regions) are all
// languages, so "the policy's pattern, minus what a Deny takes away, among valid names" is one
// search over languages: string_search.h.
// Tested by language_test.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/pattern.h"

namespace auditor {

inline constexpr char32_t ascii_size = 128;

// A set of code points: any part of ASCII, and of the rest one literal or all.
struct CharSet {
  std::array<std::uint64_t, 2> ascii{};
  char32_t literal = 0;     // a non-ASCII member; 0: none
  bool all_others = false;  // every non-ASCII code point

  static CharSet all();
  static CharSet all_but(char32_t excluded);  // an ASCII character
  static CharSet one(char32_t c);
  static CharSet of(std::string_view ascii_characters);
  static CharSet between(char first, char last);

  CharSet& add(const CharSet& other);  // union; at most one of the two holds a literal
  bool contains(char32_t c) const;
  bool operator==(const CharSet&) const = default;
};

class Language {
 public:
  // The empty string alone.
  Language();

  static Language text(std::string_view exact);
  static Language one_of(const CharSet& set);
  static Language repeated(const CharSet& set);  // any number of times
  // One field of a pattern: `*` repeats `alphabet`, `?` is one of it.
  static Language glob(std::u32string_view symbols, const CharSet& alphabet,
                       bool ignore_case = false);
  static Language pattern(const Pattern& pattern);  // as Matching says
  // One of these texts, letters shared from the left: a list of thousands stays deterministic.
  static Language any_text(std::vector<Symbols> texts);
  // What one of the patterns matches; beginnings are shared.
  static Language any_pattern(const std::vector<const Pattern*>& patterns);
  static Language any_of(std::vector<Language> alternatives);  // none: the empty set

  Language& then(const Language& next);  // concatenation
  Language& optional();                  // or the empty string
  Language& star();                      // any number of times

 private:
  friend class LazyAutomaton;
  static constexpr std::int32_t none = -1;

  // `set` leads to `next`; `skip` and `other_skip` cost no character.
  struct State {
    CharSet set;
    std::int32_t next = none;
    std::int32_t skip = none;
    std::int32_t other_skip = none;
    // For the loop of a `*` over everything: the first state of its glob. Everything between is
    // dominated by this state.
    std::int32_t dominates_from = none;
  };

  static Language any_line(std::vector<Symbols> lines);
  static Language reaching(std::u32string_view symbols);

  std::int32_t add_state();
  // One more symbol of a pattern; its wildcards take `alphabet`, all there is if it `absorbs`.
  void append(char32_t symbol, const CharSet& alphabet, bool absorbs);
  void forget_domination();

  std::vector<State> states_;
  std::int32_t start_ = 0;
  std::int32_t accept_ = 0;
};

}  // namespace auditor
