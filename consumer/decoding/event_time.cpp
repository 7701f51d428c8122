#include "consumer/decoding/event_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include "evaluator/account/stamp.h"

namespace auditor {
namespace {

// Exactly `count` digits at the front of `text`, which are taken off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

void take_all_digits(std::string_view& text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  text.remove_prefix(std::min(end, text.size()));
}

std::optional<std::chrono::minutes> take_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return std::chrono::minutes(0);
  const bool is_west = text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ":");
  const auto minutes = text.empty() ? std::optional<int>(0) : take_digits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  const std::chrono::minutes zone(*hours * 60 + *minutes);
  return is_west ? -zone : zone;
}

constexpr std::int64_t epoch_milliseconds_min = 100'000'000'000;  // 1973; as seconds: year 5138

std::string from_epoch(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (take(rest, ".")) take_all_digits(rest);
  if (error != std::errc() || number < 0 || !rest.empty()) return {};
  if (number >= epoch_milliseconds_min) number /= 1000;
  return time_of_seconds(number);
}

}  // namespace

std::string normalise_event_time(std::string_view text) {
  std::string_view rest = text;
  const auto year = take_digits(rest, 4);
  if (!year || !take(rest, "-")) return from_epoch(text);
  const auto month = take_digits(rest, 2);
  if (!month || !take(rest, "-")) return {};
  const auto day = take_digits(rest, 2);
  if (!day || !take(rest, "T t")) return {};
  const auto hour = take_digits(rest, 2);
  if (!hour || !take(rest, ":")) return {};
  const auto minute = take_digits(rest, 2);
  if (!minute || !take(rest, ":")) return {};
  const auto second = take_digits(rest, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return {};
  if (take(rest, ".")) take_all_digits(rest);
  const auto zone = take_zone(rest);
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!zone || !date.ok()) return {};
  const std::chrono::sys_seconds time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                                        std::chrono::minutes(*minute) +
                                        std::chrono::seconds(*second) - *zone;
  return time_of_seconds(time.time_since_epoch().count());
}

}  // namespace auditor
