#include "evaluator/use_window.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "evaluator/open_register.h"

namespace auditor {
namespace {

constexpr std::size_t id_hash_digits = 16;
constexpr char separator = ' ';

// Written as "START COUNT HASH HASH…".
struct Window {
  std::int64_t start = 0;           // seconds since 1970
  std::uint64_t counted = 0;        // uses that no finding has told yet
  std::vector<std::string> events;  // hashes of the ids that were seen
};

std::string name_of(const UseKey& key) {
  std::string use(key.action);
  use += separator;
  use += key.resource;
  return finding_id(key.guardrail, key.kind, key.principal, use);
}

std::string hash_of(std::string_view event_id) {
  return finding_id({}, FindingKind::usage, {}, event_id).substr(0, id_hash_digits);
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

template <typename Number>
bool read_number(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<Window> parse_window(std::string_view text) {
  Window window;
  if (!read_number(take_word(text), window.start) ||
      !read_number(take_word(text), window.counted)) {
    return std::nullopt;
  }
  while (!text.empty() && window.events.size() < use_event_ids_max) {
    window.events.emplace_back(take_word(text));
  }
  return window;
}

std::string to_text(const Window& window) {
  std::string text = std::to_string(window.start) + separator + std::to_string(window.counted);
  for (const std::string& event : window.events) text += separator + event;
  return text;
}

void put(std::string_view name, const Stamp& stamp, bool is_set, std::string_view value,
         AccountState& state, std::vector<StateChange>& changes) {
  Fact fact;
  fact.thing = account_thing;
  fact.entry.reg = Register::use;
  fact.entry.name = name;
  fact.entry.stamp = stamp;
  fact.entry.is_set = is_set;
  fact.entry.value = value;
  changes.push_back(state.put(fact));
}

// Whoever calls chooses how many windows there are: when there are too many, the older half goes.
void make_room(AccountState& state, std::vector<StateChange>& changes) {
  const Thing* account = state.find(account_thing);
  if (account == nullptr) return;
  const auto windows = account->of(Register::use);
  if (windows.size() < use_windows_max) return;
  std::vector<std::pair<Stamp, std::string>> by_age;
  for (const Entry& entry : windows) by_age.emplace_back(entry.stamp, entry.name);
  std::ranges::sort(by_age);
  for (std::size_t i = 0; i < by_age.size() / 2; ++i) {
    put(by_age[i].second, by_age[i].first, false, {}, state, changes);
  }
}

std::optional<Window> find_window(const AccountState& state, std::string_view name) {
  const Thing* account = state.find(account_thing);
  const Entry* entry = account == nullptr ? nullptr : account->newest(Register::use, name);
  return entry == nullptr ? std::nullopt : parse_window(entry->value);
}

}  // namespace

std::optional<std::uint64_t> told_uses(const UseKey& key, const Stamp& use,
                                       std::int64_t window_seconds, AccountState& state,
                                       std::vector<StateChange>& changes) {
  const std::string name = name_of(key);
  std::string event = hash_of(use.event_id.text());
  auto window = find_window(state, name);
  if (window && std::ranges::find(window->events, event) != window->events.end()) {
    return std::nullopt;
  }
  std::optional<std::uint64_t> told;
  if (!window) make_room(state, changes);
  if (!window || use.time >= window->start + window_seconds) {
    told = 1 + (window ? window->counted : 0);
    window = Window{use.time, 0, {std::move(event)}};
  } else {
    // One from long before the window, which arrives late, has a finding of its own.
    if (use.time + window_seconds <= window->start) {
      told = 1;
    } else {
      ++window->counted;
    }
    if (window->events.size() < use_event_ids_max) window->events.push_back(std::move(event));
  }
  put(name, use, true, to_text(*window), state, changes);
  return told;
}

}  // namespace auditor
