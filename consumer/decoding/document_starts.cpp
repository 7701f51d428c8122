#include "consumer/decoding/document_starts.h"

#include <algorithm>
#include <array>

#include "consumer/decoding/event_time.h"

namespace auditor {
namespace {

constexpr char record_separator = '\x1e';

std::size_t separator_length(std::string_view text) {
  static constexpr std::array<std::string_view, 4> longer{"\xef\xbb\xbf", "\\n", "\\r", "\\t"};
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r') || c == ',' || c == '\0' || c == record_separator) {
    return 1;
  }
  const auto found = std::ranges::find_if(
      longer, [text](std::string_view separator) { return text.starts_with(separator); });
  return found == longer.end() ? 0 : found->size();
}

}  // namespace

std::string_view skip_separators(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = separator_length(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  return text;
}

std::size_t time_lead(std::string_view line) {
  static constexpr std::size_t time_bytes_min = 19;  // 2026-03-01T10:00:00
  static constexpr std::size_t time_bytes_max = 40;
  if (line.empty() || line.front() < '0' || line.front() > '9') return 0;
  const std::string_view begin = line.substr(0, time_bytes_max);
  const std::size_t blank = begin.find_first_of(" \t");
  if (blank == std::string_view::npos || blank < time_bytes_min) return 0;
  const std::size_t behind = line.find_first_not_of(" \t", blank);
  if (behind == std::string_view::npos || line[behind] != '{') return 0;
  return read_event_time(line.substr(0, blank)) ? behind : 0;
}

std::size_t junk_length(std::string_view text, bool is_at_line_start) {
  std::size_t at = 0;
  if (!is_at_line_start) {
    at = std::min(text.find_first_of("{\n"), text.size());
    if (at == text.size() || text[at] == '{') return at;
  }
  while ((at = text.find('\n', at)) != std::string_view::npos) {
    const std::string_view line = skip_separators(text.substr(at));
    const bool begins = line.starts_with('{') || line.starts_with('[') || time_lead(line) > 0;
    if (line.empty() || begins) return text.size() - line.size();
    at = text.size() - line.size();
  }
  return text.size();
}

std::size_t reach_of_document(std::string_view text) {
  static constexpr std::string_view ends("\n\x1e\0", 3);
  std::size_t at = std::min(text.find_first_of(ends), text.size());
  const std::size_t last = text.substr(0, at).find_last_not_of(" \t\r");
  const bool goes_on =
      last != std::string_view::npos && std::string_view("{[,:").contains(text[last]);
  while (goes_on && at < text.size() && text[at] == '\n' && !text.substr(at + 1).starts_with('{')) {
    at = std::min(text.find_first_of(ends, at + 1), text.size());
  }
  return at;
}

}  // namespace auditor
