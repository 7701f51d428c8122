#include "consumer/decoding/carrier.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "consumer/decoding/json_scanner.h"

namespace auditor {
namespace {

constexpr std::array<std::string_view, 6> empty_values{"null", "false", "0", "\"\"", "{}", "[]"};

// WHY not std::string_view::contains: that stops at each first letter.
bool contains(std::string_view text, std::string_view word) {
  return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

bool contains_one_of(std::string_view text, const auto& words) {
  return std::ranges::any_of(words, [text](std::string_view word) { return contains(text, word); });
}

constexpr std::size_t shortest_word = 5;
constexpr std::size_t record_bytes_min = 24;  // {"eventCategory":"..."}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool may_hold_record(std::string_view json) {
  // The last ones are how base64 of gzip, zstd, `{"`, `{ `, `{` with a line break and `[{` begins.
  static constexpr std::array<std::string_view, 9> signs{
      "eventName", "eventCategory", "H4sI", "KLUv", "eyJ", "eyA", "ewo", "ew0", "W3s"};
  return json.size() >= record_bytes_min && contains_one_of(json, signs);
}

bool names_a_call(std::string_view json) {
  return contains(json, "eventName") && contains(json, "eventSource");
}

bool holds_text(std::string_view key) {
  static constexpr std::array<std::string_view, 17> names{
      "message",  "msg",     "full_message", "log",       "line",       "raw",
      "original", "payload", "body",         "data",      "detail",     "event",
      "content",  "text",    "record",       "eventdata", "stringvalue"};
  static constexpr std::size_t key_bytes_max = 64;
  std::string name(key.substr(0, key_bytes_max));
  std::ranges::transform(name, name.begin(), lower);
  if (contains(name, "cloudtrail") || name == "data_base64") return true;
  name.erase(0, std::min(name.rfind('.') + 1, name.size()));  // event.original
  name.erase(0, std::min(name.find_first_not_of("_@"), name.size()));
  return std::ranges::find(names, name) != names.end();
}

bool is_report_key(std::string_view key) {
  static constexpr std::array<std::string_view, 13> words{
      "error",      "exception",   "failure",     "failed",  "reason",
      "traceback",  "stacktrace",  "stack_trace", "finding", "violation",
      "quarantine", "dead_letter", "deadletter"};
  // WHY in place: it is asked of every key of every wrapping.
  for (std::size_t at = 0; at + shortest_word <= key.size(); ++at) {
    for (const std::string_view word : words) {
      if (lower(key[at]) == word[0] &&
          std::ranges::equal(key.substr(at, word.size()), word, {}, lower)) {
        return true;
      }
    }
  }
  return false;
}

namespace {

// null, false, 0, and what holds nothing.
bool is_empty_value(std::string_view json) {
  return std::ranges::find(empty_values, json) != empty_values.end();
}

// A member inside whose key says so and whose value is not empty; its key.
std::string_view find_report_key(std::string_view json) {
  for (std::size_t quote = json.find('"'); quote != std::string_view::npos;
       quote = json.find('"', quote)) {
    const std::size_t length = skim_value(json.substr(quote));
    if (length == skim_failed) return {};
    const std::string_view key = json.substr(quote + 1, length - 2);
    quote += length;
    const std::size_t colon = json.find_first_not_of(" \t\r\n", quote);
    if (colon == std::string_view::npos || json[colon] != ':' || !is_report_key(key)) continue;
    const std::size_t value = json.find_first_not_of(" \t\r\n", colon + 1);
    if (value == std::string_view::npos) return {};
    const bool is_empty = std::ranges::any_of(empty_values, [&](std::string_view empty) {
      return json.substr(value).starts_with(empty);
    });
    if (!is_empty) return key;
  }
  return {};
}

}  // namespace

std::string fit_to_show(std::string_view key) {
  static constexpr std::size_t shown_bytes_max = 64;
  std::string text(key.substr(0, shown_bytes_max));
  for (char& c : text) c = c < ' ' || c > '~' ? '?' : c;
  return text;
}

std::string report_in(const WrappingMembers& members) {
  if (!members["ecs"].empty()) return {};  // Elastic's: `error` is what the call ended with
  // The members of the record stand beside it too, its error among them.
  const bool is_copy = !members["eventName"].empty();
  std::string_view found;
  members.for_each([&](std::string_view key, std::string_view value) {
    if (!found.empty()) return;
    const bool is_of_call = is_copy && key.starts_with("error");
    if (is_report_key(key) && !is_of_call && !is_empty_value(value)) {
      found = key;
    } else if ((is_object(value) || is_array(value)) && !names_a_call(value)) {
      found = find_report_key(value);
    }
  });
  return fit_to_show(found);
}

}  // namespace auditor
