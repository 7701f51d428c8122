#include "tests/oracle/reference/pattern.h"

#include <algorithm>
#include <cctype>

namespace auditor::reference {
namespace {

char lower_character(char character) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The value of `key` or `key, 'default'`. A key with several values stands for none of them.
std::optional<std::string> resolve(std::string_view variable, const Context& context) {
  const std::size_t comma = variable.find(',');
  std::string key = lower(trim(variable.substr(0, comma)));
  if (const auto found = context.find(key); found != context.end()) {
    if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
    return std::nullopt;
  }
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view fallback = trim(variable.substr(comma + 1));
  if (fallback.size() < 2 || fallback.front() != '\'' || fallback.back() != '\'')
    return std::nullopt;
  return std::string(fallback.substr(1, fallback.size() - 2));
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char character) { return lower_character(character); });
  return result;
}

std::optional<Pattern> make_pattern(std::string_view text, Spelling spelling,
                                    const Context& context) {
  Pattern pattern;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t close = text.find('}', at);
    if (spelling.variables && text.substr(at).starts_with("${") &&
        close != std::string_view::npos) {
      const std::string_view variable = text.substr(at + 2, close - at - 2);
      const bool is_character = variable == "*" || variable == "?" || variable == "$";
      const auto value = is_character ? std::string(variable) : resolve(variable, context);
      if (!value) return std::nullopt;
      for (const char character : *value)
        pattern.push_back({Symbol::Kind::literal, character, true});
      at = close;
    } else if (spelling.wildcards && text[at] == '*') {
      pattern.push_back({Symbol::Kind::any_sequence, '*', false});
    } else if (spelling.wildcards && text[at] == '?') {
      pattern.push_back({Symbol::Kind::any_one, '?', false});
    } else {
      pattern.push_back({Symbol::Kind::literal, text[at], false});
    }
  }
  return pattern;
}

bool matches(const Pattern& pattern, std::string_view text, bool ignore_case) {
  const auto fits = [&](const Symbol& symbol, char one) {
    return symbol.kind == Symbol::Kind::any_one ||
           (symbol.kind == Symbol::Kind::literal &&
            (symbol.character == one ||
             (ignore_case && lower_character(symbol.character) == lower_character(one))));
  };
  // On a mismatch only the last `*` need take one character more: what an earlier one could take
  // instead, the last one can take as well.
  constexpr std::size_t none = std::string_view::npos;
  std::size_t at = 0;
  std::size_t star = none;
  std::size_t taken = 0;
  for (std::size_t next = 0; next < text.size();) {
    if (at < pattern.size() && pattern[at].kind == Symbol::Kind::any_sequence) {
      star = at++;
      taken = next;
    } else if (at < pattern.size() && fits(pattern[at], text[next])) {
      ++at;
      ++next;
    } else if (star != none) {
      at = star + 1;
      next = ++taken;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at].kind == Symbol::Kind::any_sequence) ++at;
  return at == pattern.size();
}

std::optional<std::array<std::string, 6>> split_arn(std::string_view arn) {
  std::array<std::string, 6> fields;
  for (std::size_t index = 0; index < 5; ++index) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    fields[index] = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  fields[5] = arn;
  return fields;
}

std::vector<Pattern> split_fields(const Pattern& pattern) {
  std::vector<Pattern> fields(1);
  for (const Symbol& symbol : pattern) {
    const bool is_colon =
        symbol.kind == Symbol::Kind::literal && symbol.character == ':' && !symbol.substituted;
    if (is_colon && fields.size() < 6) {
      fields.emplace_back();
    } else {
      fields.back().push_back(symbol);
    }
  }
  return fields;
}

bool match_every_text(const std::vector<Pattern>& patterns) {
  constexpr char unnamed = '\x01';
  std::size_t longest = 1;
  for (const Pattern& pattern : patterns) longest = std::max(longest, pattern.size() + 1);
  for (std::size_t length = 1; length <= longest; ++length) {
    const std::string text(length, unnamed);
    if (std::ranges::none_of(patterns, [&](const Pattern& one) { return matches(one, text); })) {
      return false;
    }
  }
  return true;
}

}  // namespace auditor::reference
