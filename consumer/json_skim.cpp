#include "consumer/json_skim.h"

namespace auditor {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// `text` begins with the quote. Looks for the next quote and counts the backslashes before it: an
// odd number escapes it. memchr is several times faster than a loop over bytes.
std::size_t skim_string(std::string_view text) {
  std::size_t from = 1;
  for (;;) {
    const std::size_t quote = text.find('"', from);
    if (quote == std::string_view::npos) return skim_failed;
    std::size_t first_backslash = quote;
    while (text[first_backslash - 1] == '\\') --first_backslash;  // text[0] is no backslash
    if ((quote - first_backslash) % 2 == 0) return quote + 1;
    from = quote + 1;
  }
}

std::size_t skim_container(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return i + 1;
        break;
      case '"': {
        const std::size_t length = skim_string(text.substr(i));
        if (length == skim_failed) return skim_failed;
        i += length - 1;
        break;
      }
      default:
        break;
    }
  }
  return skim_failed;
}

}  // namespace

std::string_view trim_json(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::size_t skim_value(std::string_view text) {
  if (text.empty()) return skim_failed;
  if (text.front() == '"') return skim_string(text);
  if (text.front() == '{' || text.front() == '[') return skim_container(text);
  const std::size_t end = text.find_first_of(" \t\r\n,]}{[\"");
  if (end == 0) return skim_failed;
  return end == std::string_view::npos ? text.size() : end;
}

JsonSkimmer::JsonSkimmer(std::string_view container) : rest_(container) {
  is_object_ = container.starts_with('{');
  if (!container.empty()) rest_.remove_prefix(1);
}

bool JsonSkimmer::skip_space() {
  const std::size_t first = rest_.find_first_not_of(white_space);
  rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  return !rest_.empty();
}

bool JsonSkimmer::read_key() {
  if (rest_.front() != '"') return false;
  const std::size_t length = skim_string(rest_);
  if (length == skim_failed) return false;
  key_ = rest_.substr(1, length - 2);
  rest_.remove_prefix(length);
  if (!skip_space() || rest_.front() != ':') return false;
  rest_.remove_prefix(1);
  return skip_space();
}

bool JsonSkimmer::next() {
  if (complete_ || !skip_space()) return false;
  if (rest_.front() == (is_object_ ? '}' : ']')) {
    rest_.remove_prefix(1);
    complete_ = true;
    return false;
  }
  if (!first_) {
    if (rest_.front() != ',') return false;
    rest_.remove_prefix(1);
    if (!skip_space()) return false;
  }
  first_ = false;
  if (is_object_ && !read_key()) return false;
  const std::size_t length = skim_value(rest_);
  if (length == skim_failed) return false;
  value_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

}  // namespace auditor
