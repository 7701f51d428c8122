#include "evaluator/solver/language.h"

#include <algorithm>
#include <optional>

namespace auditor {
namespace {

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

// In a line: wildcards that take no colon.
constexpr char32_t field_character = any_sequence + 1;
constexpr char32_t field_sequence = any_sequence + 2;

// A pattern whose parts are read from the left without looking back: a `*` that takes everything
// stands at its end only. Many of them share their beginnings. Nullopt: another pattern.
std::optional<Symbols> line_of(const Pattern& pattern) {
  if (pattern.matching == Matching::exact) return pattern.symbols;
  const bool is_arn = pattern.matching == Matching::arn;
  if (!is_arn && pattern.matching != Matching::glob) return std::nullopt;
  Symbols line = settle_wildcards(pattern.symbols);
  const auto colons = static_cast<std::size_t>(std::ranges::count(line, U':'));
  if (is_arn && colons + 1 < arn_fields) return std::nullopt;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == U':') ++seen;
    const bool is_in_field = is_arn && seen + 1 < arn_fields;
    if (is_in_field && line[i] == any_sequence) {
      line[i] = field_sequence;
    } else if (is_in_field && line[i] == any_character) {
      line[i] = field_character;
    } else if (line[i] == any_sequence && i + 1 < line.size()) {
      return std::nullopt;
    }
  }
  return line;
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
  for (const char32_t c : symbols) {
    const auto here = static_cast<std::size_t>(language.accept_);
    language.append(c, alphabet, absorbs);
    if (ignore_case && c < any_character) {
      language.states_[here].set.add(CharSet::one(other_case(c)));
    }
  }
  return language;
}

Language Language::pattern(const Pattern& pattern) {
  if (pattern.matching == Matching::exact_ignore_case) {
    return glob(pattern.symbols, CharSet::all(), true);
  }
  static constexpr char32_t everything[] = {any_sequence, 0};
  const bool is_arn =
      pattern.matching == Matching::arn || pattern.matching == Matching::arn_reaching;
  if (!is_arn || pattern.symbols == everything) return glob(pattern.symbols, CharSet::all());
  if (pattern.matching == Matching::arn_reaching) {
    Language reaching_too = reaching(pattern.symbols);
    const bool has_all_fields =
        std::ranges::count(pattern.symbols, U':') + 1 >= static_cast<std::ptrdiff_t>(arn_fields);
    if (has_all_fields || pattern.symbols.ends_with(any_sequence)) return reaching_too;
    return any_of({Language::pattern({.symbols = pattern.symbols, .matching = Matching::arn}),
                   std::move(reaching_too)});
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

// The segments between colons; a `*` that ends one, and all wildcards of the last, take colons.
Language Language::reaching(std::u32string_view symbols) {
  const auto segments = split_fields(symbols, arn_fields);
  const CharSet not_colon = CharSet::all_but(U':');
  Language language;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    const Symbols segment = settle_wildcards(segments[i]);
    for (std::size_t k = 0; k < segment.size(); ++k) {
      const bool takes_colons = is_last || (k + 1 == segment.size() && segment[k] == any_sequence);
      language.append(segment[k], takes_colons ? CharSet::all() : not_colon, takes_colons);
    }
    if (!is_last) language.append(U':', not_colon, false);
  }
  return language;
}

void Language::append(char32_t symbol, const CharSet& alphabet, bool absorbs) {
  const std::int32_t here = accept_;
  accept_ = add_state();
  State& state = states_[static_cast<std::size_t>(here)];
  if (symbol == any_sequence) {
    state.set = alphabet;
    state.next = here;
    state.skip = accept_;
    if (absorbs) state.dominates_from = 0;
  } else {
    state.set = symbol == any_character ? alphabet : CharSet::one(symbol);
    state.next = accept_;
  }
}

Language Language::any_text(std::vector<Symbols> texts) { return any_line(std::move(texts)); }

Language Language::any_pattern(const std::vector<const Pattern*>& patterns) {
  std::vector<Symbols> lines;
  std::vector<Language> others;
  for (const Pattern* pattern : patterns) {
    if (auto line = line_of(*pattern)) {
      lines.push_back(*std::move(line));
    } else {
      others.push_back(Language::pattern(*pattern));
    }
  }
  if (!lines.empty()) others.push_back(any_line(std::move(lines)));
  return others.size() == 1 ? std::move(others.front()) : any_of(std::move(others));
}

Language Language::any_line(std::vector<Symbols> lines) {
  std::ranges::sort(lines);
  Language language;
  language.accept_ = language.add_state();
  const auto at = [&](std::int32_t index) -> State& {
    return language.states_[static_cast<std::size_t>(index)];
  };
  // Along the line before: the state behind each symbol, and the last symbol tried from there.
  std::vector<std::int32_t> behind{language.start_};
  std::vector<std::int32_t> last_tried{none};
  const Symbols* before = nullptr;
  for (const Symbols& line : lines) {
    std::size_t shared = 0;
    if (before != nullptr) {
      const auto end = std::ranges::mismatch(line, *before).in1;
      shared = static_cast<std::size_t>(end - line.begin());
    }
    behind.resize(shared + 1);
    last_tried.resize(shared + 1);
    for (std::size_t i = shared; i < line.size(); ++i) {
      const char32_t symbol = line[i];
      const std::int32_t tried = language.add_state();
      const std::int32_t next = language.add_state();
      at(last_tried[i] == none ? behind[i] : last_tried[i]).skip = tried;
      if (symbol == any_sequence || symbol == field_sequence) {
        const std::int32_t loop = language.add_state();
        at(tried).other_skip = loop;
        at(loop).set = symbol == any_sequence ? CharSet::all() : CharSet::all_but(U':');
        at(loop).next = loop;
        // At the end of a line everything follows, and nothing behind it can add to that.
        const bool is_end = symbol == any_sequence && i + 1 == line.size();
        at(loop).skip = is_end ? language.accept_ : next;
        if (is_end) at(loop).dominates_from = loop;
      } else {
        at(tried).set = symbol == any_character     ? CharSet::all()
                        : symbol == field_character ? CharSet::all_but(U':')
                                                    : CharSet::one(symbol);
        at(tried).next = next;
      }
      last_tried[i] = tried;
      behind.push_back(next);
      last_tried.push_back(none);
    }
    at(behind.back()).other_skip = language.accept_;
    before = &line;
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

}  // namespace auditor
