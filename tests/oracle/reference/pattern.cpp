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

namespace {

struct Reach {
  bool beyond_colons = false;  // of a wildcard
};

// What each symbol may take, by the segment it stands in.
std::vector<Reach> reach_of(const Pattern& pattern) {
  const auto is_colon = [&](std::size_t at) {
    return pattern[at].kind == Symbol::Kind::literal && pattern[at].character == ':' &&
           !pattern[at].substituted;
  };
  std::vector<Reach> reach(pattern.size());
  std::size_t segment = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (segment < 5 && is_colon(at)) {
      ++segment;
      continue;
    }
    const bool ends_segment = at + 1 == pattern.size() || is_colon(at + 1);
    const bool is_sequence = pattern[at].kind == Symbol::Kind::any_sequence;
    reach[at].beyond_colons = segment == 5 || (is_sequence && ends_segment);
  }
  return reach;
}

std::size_t fifth_colon(std::string_view text) {
  std::size_t at = text.find(':');
  for (int more = 4; more > 0 && at != text.npos; --more) at = text.find(':', at + 1);
  return at;
}

}  // namespace

bool matches_beyond_colons(const Pattern& pattern, std::string_view text) {
  const std::vector<Reach> reach = reach_of(pattern);
  const std::size_t front = fifth_colon(text);
  // reached[at]: the symbols before `at` can match what was read so far.
  std::vector<char> reached(pattern.size() + 1);
  reached[0] = true;
  const auto skip_empty = [&] {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (reached[at] && pattern[at].kind == Symbol::Kind::any_sequence) reached[at + 1] = true;
    }
  };
  skip_empty();
  for (std::size_t next = 0; next < text.size(); ++next) {
    std::vector<char> after(pattern.size() + 1);
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (!reached[at]) continue;
      const Symbol& symbol = pattern[at];
      if (symbol.kind == Symbol::Kind::literal) {
        const bool same =
            symbol.character == text[next] ||
            (next < front && lower_character(symbol.character) == lower_character(text[next]));
        if (same) after[at + 1] = true;
      } else if (reach[at].beyond_colons || text[next] != ':') {
        after[symbol.kind == Symbol::Kind::any_one ? at + 1 : at] = true;
      }
    }
    reached = std::move(after);
    skip_empty();
  }
  return reached[pattern.size()] != 0;
}

bool has_variable_in_front(std::string_view text) {
  std::size_t colons = 0;
  for (std::size_t at = 0; at < text.size() && colons < 5; ++at) {
    if (text[at] == ':') ++colons;
    if (text.substr(at).starts_with("${") && text.find('}', at) != text.npos) return true;
  }
  return false;
}

bool have_common_text(const Pattern& pattern, const Pattern& other) {
  const std::size_t width = other.size() + 1;
  std::vector<char> reached((pattern.size() + 1) * width);
  reached[0] = true;
  const auto is_sequence = [](const Symbol& symbol) {
    return symbol.kind == Symbol::Kind::any_sequence;
  };
  const auto is_printable = [](const Symbol& symbol) {
    return symbol.kind != Symbol::Kind::literal ||
           (symbol.character >= '!' && symbol.character <= '~');
  };
  const auto agree = [](const Symbol& left, const Symbol& right) {
    return left.kind != Symbol::Kind::literal || right.kind != Symbol::Kind::literal ||
           left.character == right.character;
  };
  for (std::size_t left = 0; left <= pattern.size(); ++left) {
    for (std::size_t right = 0; right <= other.size(); ++right) {
      if (!reached[left * width + right]) continue;
      const bool more_left = left < pattern.size();
      const bool more_right = right < other.size();
      const bool left_takes = more_left && is_sequence(pattern[left]);
      const bool right_takes = more_right && is_sequence(other[right]);
      if (left_takes) reached[(left + 1) * width + right] = true;
      if (right_takes) reached[left * width + right + 1] = true;
      if (left_takes && more_right) reached[left * width + right + 1] = true;
      if (right_takes && more_left && is_printable(pattern[left])) {
        reached[(left + 1) * width + right] = true;
      }
      const bool step = more_left && more_right && !left_takes && !right_takes;
      if (step && agree(pattern[left], other[right])) {
        reached[(left + 1) * width + right + 1] = true;
      }
    }
  }
  return reached.back() != 0;
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
