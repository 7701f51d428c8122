#include "evaluator/policy/pattern.h"

#include <algorithm>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr char32_t invalid_byte_base = 0xDC00;  // a byte that is not UTF-8, kept apart from text

char32_t fold(char32_t c) { return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c; }

// The classic glob match: on a mismatch go back to the last `*` only, which is enough because an
// earlier `*` could match nothing that the later one cannot.
template <typename View, typename Char, typename Same>
bool glob_matches(View pattern, View value, Char star_symbol, Same same) {
  std::size_t p = 0;
  std::size_t v = 0;
  std::size_t star = View::npos;
  std::size_t resume = 0;
  while (v < value.size()) {
    if (p < pattern.size() && pattern[p] == star_symbol) {
      star = p++;
      resume = v;
    } else if (p < pattern.size() && same(pattern[p], value[v])) {
      ++p;
      ++v;
    } else if (star != View::npos) {
      p = star + 1;
      v = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == star_symbol) ++p;
  return p == pattern.size();
}

bool glob_matches(std::u32string_view pattern, std::u32string_view value, bool ignore_case) {
  return glob_matches(pattern, value, any_sequence, [ignore_case](char32_t a, char32_t b) {
    return a == any_character || a == b || (ignore_case && fold(a) == fold(b));
  });
}

bool arn_matches(std::u32string_view pattern, std::u32string_view value) {
  static constexpr char32_t everything[] = {any_sequence, 0};
  if (pattern == everything) return true;
  const auto fields = split_fields(pattern, arn_fields);
  const auto parts = split_fields(value, arn_fields);
  if (parts.size() != arn_fields) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!glob_matches(fields[i], parts[i], false)) return false;
  }
  return true;  // missing fields are `*`
}

// As arn_matches(), and a `*` that ends a segment takes colons too. Source: "IAM JSON policy
// elements: Resource", which says that it "can expand beyond the colon boundaries".
bool arn_reaching_matches(std::u32string_view pattern, std::u32string_view value) {
  if (arn_matches(pattern, value)) return true;
  const auto segments = split_fields(pattern, arn_fields);
  const auto last = static_cast<std::size_t>(segments.back().data() - pattern.data());
  const auto takes_colons = [&](std::size_t at) {
    return at >= last ||
           (at + 1 < pattern.size() && pattern[at + 1] == U':' && pattern[at] == any_sequence);
  };
  // The positions of the pattern that the text so far can lead to.
  std::vector<bool> reached(pattern.size() + 1, false);
  const auto skip_sequences = [&] {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (reached[i] && pattern[i] == any_sequence) reached[i + 1] = true;
    }
  };
  reached[0] = true;
  skip_sequences();
  for (const char32_t c : value) {
    std::vector<bool> next(pattern.size() + 1, false);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!reached[i]) continue;
      const bool is_wildcard = pattern[i] >= any_character;
      if (is_wildcard ? c == U':' && !takes_colons(i) : pattern[i] != c) continue;
      next[pattern[i] == any_sequence ? i : i + 1] = true;
    }
    reached = std::move(next);
    skip_sequences();
  }
  return reached.back();
}

template <typename View, typename Char>
std::vector<View> split(View text, std::size_t fields, Char colon) {
  std::vector<View> parts;
  while (parts.size() + 1 < fields) {
    const auto end = text.find(colon);
    if (end == View::npos) break;
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::expected<TextTemplate::Piece, std::string> parse_variable(std::string_view inside) {
  TextTemplate::Piece piece;
  if (inside == "*" || inside == "?" || inside == "$") {
    piece.symbols = decode(inside);
    return piece;
  }
  const auto comma = inside.find(',');
  if (comma != std::string_view::npos) {
    const std::string_view quoted = trim(inside.substr(comma + 1));
    if (quoted.size() < 2 || quoted.front() != '\'' || quoted.back() != '\'') {
      return std::unexpected("the default in `${" + std::string(inside) + "}` is not quoted");
    }
    piece.otherwise = std::string(quoted.substr(1, quoted.size() - 2));
  }
  piece.variable = trim(inside.substr(0, comma));
  if (piece.variable.empty()) return std::unexpected("a policy variable without a name");
  return piece;
}

}  // namespace

Symbols decode(std::string_view utf8) {
  Symbols text;
  text.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80    ? 1
                               : lead >= 0xF0 ? 4
                               : lead >= 0xE0 ? 3
                               : lead >= 0xC2 ? 2
                                              : 0;
    char32_t c = length <= 1 ? lead : lead & (0xFFU >> (length + 1));
    bool good = length != 0 && i + length <= utf8.size() && lead < 0xF5;
    for (std::size_t k = 1; good && k < length; ++k) {
      const auto byte = static_cast<unsigned char>(utf8[i + k]);
      good = (byte & 0xC0U) == 0x80U;
      c = (c << 6U) | (byte & 0x3FU);
    }
    // Overlong forms, surrogates and what lies past Unicode (the wildcards!) are no characters.
    if (length == 3) good = good && c >= 0x800 && (c < 0xD800 || c > 0xDFFF);
    if (length == 4) good = good && c >= 0x10000 && c < any_character;
    if (!good) c = invalid_byte_base + lead;
    text.push_back(c);
    i += good ? length : 1;
  }
  return text;
}

std::string encode_utf8(std::u32string_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  const auto put = [&](char32_t byte) { utf8.push_back(static_cast<char>(byte)); };
  for (const char32_t c : text) {
    if (c < 0x80) {
      put(c);
    } else if (c >= invalid_byte_base + 0x80 && c <= invalid_byte_base + 0xFF) {
      put(c - invalid_byte_base);
    } else if (c < 0x800) {
      put(0xC0U | (c >> 6U));
      put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
      put(0xE0U | (c >> 12U));
      put(0x80U | ((c >> 6U) & 0x3FU));
      put(0x80U | (c & 0x3FU));
    } else {
      put(0xF0U | (c >> 18U));
      put(0x80U | ((c >> 12U) & 0x3FU));
      put(0x80U | ((c >> 6U) & 0x3FU));
      put(0x80U | (c & 0x3FU));
    }
  }
  return utf8;
}

Pattern make_pattern(std::string_view text, Matching matching) {
  Pattern pattern{.symbols = decode(text), .matching = matching};
  if (matching != Matching::exact && matching != Matching::exact_ignore_case) {
    for (char32_t& c : pattern.symbols) {
      if (c == U'*') c = any_sequence;
      if (c == U'?') c = any_character;
    }
  }
  return pattern;
}

bool TextTemplate::has_variables() const {
  return std::ranges::any_of(pieces, [](const Piece& piece) { return !piece.variable.empty(); });
}

std::expected<TextTemplate, std::string> parse_template(std::string_view text, Matching matching,
                                                        bool has_variables) {
  TextTemplate result{.pieces = {}, .matching = matching};
  const auto add_plain = [&](std::string_view plain) {
    if (plain.empty()) return;
    result.pieces.push_back(
        {.symbols = make_pattern(plain, matching).symbols, .variable = {}, .otherwise = {}});
  };
  while (has_variables) {
    const auto start = text.find("${");
    if (start == std::string_view::npos) break;
    const auto end = text.find('}', start);
    if (end == std::string_view::npos) {
      return std::unexpected("`${` is not closed in `" + std::string(text) + "`");
    }
    add_plain(text.substr(0, start));
    auto piece = parse_variable(text.substr(start + 2, end - start - 2));
    if (!piece) return std::unexpected(piece.error());
    result.pieces.push_back(std::move(*piece));
    text.remove_prefix(end + 1);
  }
  add_plain(text);
  return result;
}

std::vector<std::u32string_view> split_fields(std::u32string_view text, std::size_t fields) {
  return split(text, fields, U':');
}

std::vector<std::string_view> split_fields(std::string_view text, std::size_t fields) {
  return split(text, fields, ':');
}

bool can_reach_beyond(std::u32string_view symbols, std::size_t value_colons) {
  static constexpr char32_t reaching[] = {any_sequence, U':', 0};
  return static_cast<std::size_t>(std::ranges::count(symbols, U':')) < value_colons &&
         symbols.contains(reaching);
}

bool is_literal(const Pattern& pattern) {
  if (pattern.matching == Matching::exact_ignore_case) return false;
  const bool is_arn =
      pattern.matching == Matching::arn || pattern.matching == Matching::arn_reaching;
  return std::ranges::none_of(pattern.symbols, [](char32_t c) { return c >= any_character; }) &&
         (!is_arn ||
          std::ranges::count(pattern.symbols, U':') + 1 >= static_cast<std::ptrdiff_t>(arn_fields));
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool action_matches(std::string_view pattern, std::string_view action) {
  return glob_matches(pattern, action, '*',
                      [](char a, char b) { return a == '?' || to_lower(a) == to_lower(b); });
}

bool matches(const Pattern& pattern, std::u32string_view value) {
  switch (pattern.matching) {
    case Matching::glob:
      return glob_matches(pattern.symbols, value, false);
    case Matching::arn:
      return arn_matches(pattern.symbols, value);
    case Matching::arn_reaching:
      return arn_reaching_matches(pattern.symbols, value);
    case Matching::exact:
      return pattern.symbols == value;
    case Matching::exact_ignore_case:
      return glob_matches(pattern.symbols, value, true);
  }
  return false;
}

bool matches(const Pattern& pattern, std::string_view value) {
  return matches(pattern, std::u32string_view(decode(value)));
}

}  // namespace auditor
