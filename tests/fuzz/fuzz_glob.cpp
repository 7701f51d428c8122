// Patterns and values, one a line. A line that begins with `g`, `a`, `e` or `i` is a pattern (glob,
// ARN, exact, exact ignoring case) that the string sought is in; with `G`, `A`, `E` or `I` one that
// it is not in. Every other line is a value.
//
// The two ways to match must agree on every pattern and value, and a string that the search finds
// must have all its memberships.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "evaluator/policy/pattern.h"
#include "evaluator/solver/lazy_automaton.h"
#include "evaluator/solver/string_search.h"

namespace {

using namespace auditor;

constexpr std::size_t lines_max = 24;
constexpr std::size_t bytes_max = 4096;  // every pattern meets every value
constexpr std::size_t work_max = verdict_work_max / 20;

struct Asked {
  Pattern pattern;
  Language language;
  bool inside = true;
};

std::optional<Matching> matching_of(char letter) {
  switch (letter) {
    case 'g':
    case 'G':
      return Matching::glob;
    case 'a':
    case 'A':
      return Matching::arn;
    case 'e':
    case 'E':
      return Matching::exact;
    case 'i':
    case 'I':
      return Matching::exact_ignore_case;
    default:
      return std::nullopt;
  }
}

struct Input {
  std::vector<Asked> asked;
  std::vector<std::string_view> values;
};

Input read(std::string_view text) {
  Input input;
  for (std::size_t line = 0; line < lines_max; ++line) {
    const std::size_t end = text.find('\n');
    const std::string_view whole = text.substr(0, end);
    const auto matching = whole.empty() ? std::nullopt : matching_of(whole.front());
    if (matching) {
      const Pattern pattern = make_pattern(whole.substr(1), *matching);
      input.asked.push_back({pattern, Language::pattern(pattern), whole.front() >= 'a'});
      input.values.push_back(whole.substr(1));
    } else {
      input.values.push_back(whole);
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return input;
}

void check_value(const std::vector<Asked>& asked, std::string_view value) {
  for (const Asked& one : asked) {
    if (matches(one.pattern, value) != accepts(one.language, value)) std::abort();
  }
}

bool has_all_memberships(const std::vector<Asked>& asked, std::string_view value) {
  return std::ranges::all_of(
      asked, [&](const Asked& one) { return matches(one.pattern, value) == one.inside; });
}

// Patterns come out of JSON and YAML, which are UTF-8; of other bytes two could join to a
// character.
bool is_utf8(std::string_view text) {
  return std::ranges::none_of(decode(text), [](char32_t c) { return c >= 0xD800 && c <= 0xDFFF; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > bytes_max) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Input input = read(text);
  for (const std::string_view value : input.values) check_value(input.asked, value);

  std::vector<Membership> memberships;
  for (const Asked& one : input.asked) memberships.push_back({&one.language, one.inside});
  Budget budget{.left = work_max};
  const StringSearch search = shortest_common_string(memberships, budget);
  if (budget.left > work_max || (search.found && search.bound_hit)) std::abort();
  if (!is_utf8(text)) return 0;
  if (search.found) {
    check_value(input.asked, *search.found);
    if (!has_all_memberships(input.asked, *search.found)) std::abort();
  }
  // No value of ours is better than the one that was found, and none is there when none was.
  const auto length = [](std::string_view value) { return decode(value).size(); };
  for (const std::string_view value : input.values) {
    if (search.bound_hit || !has_all_memberships(input.asked, value)) continue;
    if (!search.found || length(value) < length(*search.found)) std::abort();
  }
  return 0;
}
