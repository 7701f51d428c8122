// A text pattern of IAM: literal characters, `*` (any sequence), `?` (one character), and policy
// variables before they are filled in.
//
// Characters are Unicode code points, so that `?` is one character whatever its bytes. Wildcards
// written as ${*} and ${?}, and wildcards inside a substituted value, are literal.
// Source: "IAM policy elements: Variables and tags", "Condition operators: String, ARN".
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auditor {

// How the symbols are compared.
enum class Matching {
  glob,               // StringLike, Action: wildcards over the whole text
  arn,                // ArnLike, Resource: six fields; wildcards stay inside the first five
  arn_reaching,       // Resource, its other reading: as arn, and a `*` that ends a segment goes on
  exact,              // StringEquals: no wildcards
  exact_ignore_case,  // StringEqualsIgnoreCase
};

// Not Unicode characters: the two wildcards.
inline constexpr char32_t any_character = 0x110000;
inline constexpr char32_t any_sequence = 0x110001;

using Symbols = std::u32string;

struct Pattern {
  Symbols symbols;
  Matching matching = Matching::glob;

  bool operator==(const Pattern&) const = default;
};

// UTF-8 -> code points; a byte that is not UTF-8 stands for itself.
Symbols decode(std::string_view utf8);
std::string encode_utf8(std::u32string_view text);

// A pattern without variables. exact: no character is a wildcard.
Pattern make_pattern(std::string_view text, Matching matching);

// A text with ${...} in it, split at its variables.
struct TextTemplate {
  struct Piece {
    Symbols symbols;                       // wildcards included, where the matching has them
    std::string variable;                  // a key as written; empty: this piece is `symbols`
    std::optional<std::string> otherwise;  // ${key, 'default'}
  };
  std::vector<Piece> pieces;
  Matching matching = Matching::glob;

  bool has_variables() const;
};

// Error: a `${` that is not closed, or an empty name.
std::expected<TextTemplate, std::string> parse_template(std::string_view text, Matching matching,
                                                        bool has_variables);

// True when `value` is in the pattern's language. Linear in pattern times value, no recursion.
bool matches(const Pattern& pattern, std::u32string_view value);
bool matches(const Pattern& pattern, std::string_view value);

// A glob over ASCII text, ignoring case: action names.
bool action_matches(std::string_view pattern, std::string_view action);

// Whether the reading `arn_reaching` can add something to `arn`: a `*` stands before a colon, and
// there are fewer colons than values have. Where both have the same number, each colon of the one
// meets that of the other, and no `*` is left to go beyond. `value_colons`: the most that there
// are.
bool can_reach_beyond(std::u32string_view symbols, std::size_t value_colons);

// No wildcard, and compared character by character: it matches one text, its own.
bool is_literal(const Pattern& pattern);

// Holds `*` or `?`.
bool has_wildcard(std::string_view text);

// Splits at the first `fields - 1` colons: the last field keeps the rest.
std::vector<std::u32string_view> split_fields(std::u32string_view text, std::size_t fields);
std::vector<std::string_view> split_fields(std::string_view text, std::size_t fields);

inline constexpr std::size_t arn_fields = 6;  // arn:partition:service:region:account:resource

}  // namespace auditor
