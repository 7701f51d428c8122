#include "consumer/decoding/event_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::string_view decimal_digits = "0123456789";

// AWS began in 2006, so an older event is a number that means something else; and seconds with ten
// digits end in 2286, which is why the count of digits tells the unit of an epoch.
constexpr std::int64_t first_second = 1'136'073'600;  // 2006-01-01T00:00:00Z
constexpr std::int64_t last_second = 9'999'999'999;
constexpr std::size_t seconds_digits = 10;

constexpr int zone_hours_max = 14;  // of UTC+14, the furthest that there is

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// Ordered as std::chrono::weekday counts.
constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Exactly `count` digits at the front of `text`, which are taken off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take_any(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!equal_ignoring_case(text.substr(0, word.size()), word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::string_view take_all_digits(std::string_view& text) {
  const std::string_view found =
      text.substr(0, std::min(text.find_first_not_of(decimal_digits), text.size()));
  text.remove_prefix(found.size());
  return found;
}

// Where in `names` the word at the front is, which is taken off.
std::optional<unsigned> take_name(std::string_view& text, std::span<const std::string_view> names) {
  for (unsigned i = 0; i < names.size(); ++i) {
    if (take_word(text, names[i])) return i;
  }
  return std::nullopt;
}

// A separator, or none where the form has none.
bool take_separator(std::string_view& text, char separator, bool is_basic) {
  return is_basic || take_any(text, {&separator, 1});
}

struct TimeOfDay {
  std::chrono::seconds since_midnight;
};

// hh:mm:ss with a fraction, hhmmss in the basic form.
std::optional<TimeOfDay> take_clock(std::string_view& text, bool is_basic) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take_separator(text, ':', is_basic)) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take_separator(text, ':', is_basic)) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  bool has_fraction = false;
  if (take_any(text, ".,")) {
    const std::string_view fraction = take_all_digits(text);
    if (fraction.empty()) return std::nullopt;
    has_fraction = fraction.find_first_not_of('0') != std::string_view::npos;
  }
  // ISO's end of the day is the next day's begin; a leap second is the begin of the next minute.
  const bool is_end_of_day = *hour == 24 && *minute == 0 && *second == 0 && !has_fraction;
  if ((*hour > 23 && !is_end_of_day) || *minute > 59 || *second > 60) return std::nullopt;
  return TimeOfDay{std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                   std::chrono::seconds(*second)};
}

bool take_utc(std::string_view& text) {
  return take_word(text, "UTC") || take_word(text, "GMT") || take_word(text, "Z");
}

// +01, +0100, +01:00.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  const bool is_west = text.starts_with('-');
  if (!take_any(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  std::optional<int> minutes = 0;
  if (take_any(text, ":") || (!text.empty() && is_digit(text.front()))) {
    minutes = take_digits(text, 2);
  }
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes zone(*hours * 60 + *minutes);
  if (zone > std::chrono::hours(zone_hours_max)) return std::nullopt;
  return is_west ? -zone : zone;
}

// The name of a zone behind its offset says nothing new, and must not contradict: "+0000 UTC",
// "+0100 CET", "+0000 (UTC)".
bool is_name_of(std::string_view text, std::chrono::minutes offset) {
  if (text.empty()) return true;
  if (!take_any(text, " ")) return false;
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  std::string_view rest = text;
  if (take_utc(rest) && rest.empty()) return offset == std::chrono::minutes(0);
  return text.size() >= 3 && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// All that is left is the zone.
std::optional<std::chrono::minutes> read_zone(std::string_view text) {
  take_any(text, " ");
  if (take_utc(text)) return text.empty() ? std::optional(std::chrono::minutes(0)) : std::nullopt;
  const auto offset = take_offset(text);
  return offset && is_name_of(text, *offset) ? offset : std::nullopt;
}

std::optional<EventTime> at_second(std::int64_t seconds) {
  if (seconds < first_second || seconds > last_second) return std::nullopt;
  return EventTime::at(seconds);
}

std::optional<EventTime> instant(std::chrono::year_month_day date, TimeOfDay clock,
                                 std::chrono::minutes zone) {
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_seconds time = std::chrono::sys_days(date) + clock.since_midnight - zone;
  return at_second(time.time_since_epoch().count());
}

std::chrono::year_month_day date_of(int year, unsigned month, int day) {
  return {std::chrono::year(year), std::chrono::month(month),
          std::chrono::day(static_cast<unsigned>(day))};
}

std::optional<EventTime> read_iso(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  const bool is_basic = !text.starts_with('-');
  if (!take_separator(text, '-', is_basic)) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_separator(text, '-', is_basic)) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take_any(text, is_basic ? "Tt" : "Tt ")) return std::nullopt;
  const auto clock = take_clock(text, is_basic);
  if (!clock) return std::nullopt;
  const auto zone = text.empty() ? std::optional(std::chrono::minutes(0)) : read_zone(text);
  if (!zone) return std::nullopt;
  return instant(date_of(*year, static_cast<unsigned>(*month), *day), *clock, *zone);
}

// RFC 2822, and HTTP's.
std::optional<EventTime> read_mail_date(std::string_view text) {
  const auto weekday = take_name(text, weekdays);
  if (weekday && !take_any(text, ",")) return std::nullopt;
  while (take_any(text, " ")) continue;  // "Sun,  1 Mar"
  const bool has_two_digits = text.size() > 1 && is_digit(text[1]);
  const auto day = take_digits(text, has_two_digits ? 2 : 1);
  if (!day || !take_any(text, " ")) return std::nullopt;
  const auto month = take_name(text, months);
  if (!month || !take_any(text, " ")) return std::nullopt;
  const auto year = take_digits(text, 4);
  if (!year || !take_any(text, " ")) return std::nullopt;
  const auto clock = take_clock(text, false);
  if (!clock || !text.starts_with(' ')) return std::nullopt;
  const auto zone = read_zone(text);
  const auto date = date_of(*year, *month + 1, *day);
  if (!zone || !date.ok()) return std::nullopt;
  const bool contradicts = weekday && std::chrono::weekday(std::chrono::sys_days(date)) !=
                                          std::chrono::weekday(*weekday);
  return contradicts ? std::nullopt : instant(date, *clock, *zone);
}

// The digits of a number before its decimal point: "1.7723595E9" -> "1772359500". Nullopt: it is no
// number, or none that is not negative.
std::optional<std::string> whole_part(std::string_view text) {
  std::string digits(take_all_digits(text));
  std::size_t point = digits.size();
  if (point == 0) return std::nullopt;
  if (take_any(text, ".")) {
    const std::string_view fraction = take_all_digits(text);
    if (fraction.empty()) return std::nullopt;
    digits += fraction;
  }
  if (take_any(text, "Ee")) {
    take_any(text, "+");
    const std::string_view exponent = take_all_digits(text);
    if (exponent.empty() || exponent.size() > 2) return std::nullopt;
    std::size_t shift = 0;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift);
    point += shift;
  }
  if (!text.empty()) return std::nullopt;
  digits.resize(std::max(digits.size(), point), '0');
  digits.resize(point);
  return digits;
}

std::optional<EventTime> read_epoch(std::string_view text) {
  const auto digits = whole_part(text);
  if (!digits || digits->size() < seconds_digits) return std::nullopt;
  const std::size_t more = digits->size() - seconds_digits;
  const bool is_of_unit = more == 0 || more == 3 || more == 6 || more == 9;
  if (!is_of_unit || digits->starts_with('0')) return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(digits->data(), digits->data() + seconds_digits, seconds);
  return at_second(seconds);
}

}  // namespace

std::optional<EventTime> read_event_time(std::string_view text) {
  for (const auto read : {read_iso, read_mail_date, read_epoch}) {
    if (auto time = read(text)) return time;
  }
  return std::nullopt;
}

}  // namespace auditor
