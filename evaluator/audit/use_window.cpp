// Tested by use_audit_test.cpp.
#include "evaluator/audit/use_window.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "evaluator/audit/audit_notes.h"

namespace auditor {
namespace {

constexpr std::size_t id_hash_digits = 16;
constexpr char word_separator = ' ';

// Written as "START COUNT HASH HASH…".
struct Window {
  std::int64_t start = 0;           // seconds since 1970
  std::uint64_t counted = 0;        // uses that no finding has told yet
  std::vector<std::string> events;  // hashes of the ids that were seen
};

std::string name_of(const UseKey& key) {
  std::string use(key.action);
  use += word_separator;
  use += key.resource;
  return finding_id(key.guardrail, key.kind, key.principal, use);
}

std::string hash_of(std::string_view event_id) {
  return finding_id({}, FindingKind::usage, {}, event_id).substr(0, id_hash_digits);
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(word_separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

template <typename Number>
bool read_integer(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<Window> parse_window(std::string_view text) {
  Window window;
  if (!read_integer(take_word(text), window.start) ||
      !read_integer(take_word(text), window.counted)) {
    return std::nullopt;
  }
  while (!text.empty() && window.events.size() < use_event_ids_max) {
    window.events.emplace_back(take_word(text));
  }
  return window;
}

std::string to_text(const Window& window) {
  std::string text = std::to_string(window.start) + word_separator + std::to_string(window.counted);
  for (const std::string& event : window.events) text += word_separator + event;
  return text;
}

std::optional<Window> find_window(const AccountState& state, std::string_view name) {
  const Entry* entry = find_note(state, Attribute::use, name);
  return entry == nullptr ? std::nullopt : parse_window(entry->value);
}

}  // namespace

std::optional<std::uint64_t> count_use(const UseKey& key, const Stamp& use,
                                       std::int64_t window_seconds, AccountState& state,
                                       std::vector<StateChange>& changes) {
  const std::string name = name_of(key);
  std::string event = hash_of(use.event_id.text());
  auto window = find_window(state, name);
  if (window && std::ranges::find(window->events, event) != window->events.end()) {
    return std::nullopt;
  }
  std::optional<std::uint64_t> told;
  if (!window) make_room_for_note(Attribute::use, use_windows_max, state, changes);
  if (!window || use.time.seconds() >= window->start + window_seconds) {
    told = 1 + (window ? window->counted : 0);
    if (!window) window.emplace();
    window->start = use.time.seconds();
    window->counted = 0;
  } else {
    // One from long before the window, which arrives late, has a finding of its own.
    if (use.time.seconds() + window_seconds <= window->start) {
      told = 1;
    } else {
      ++window->counted;
    }
  }
  if (window->events.size() == use_event_ids_max) window->events.erase(window->events.begin());
  window->events.push_back(std::move(event));
  put_note(Attribute::use, name, use, to_text(*window), state, changes);
  return told;
}

}  // namespace auditor
