#include "evaluator/policy/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t significant_digits_max = 15;    // a double keeps 15 decimal digits apart
constexpr std::size_t instant_digits_max = 17;        // as an ISO date with microseconds needs
constexpr double first_iso_instant = -62167219200;    // 0000-01-01T00:00:00Z
constexpr double end_of_iso_instants = 253402300800;  // 10000-01-01T00:00:00Z
constexpr std::size_t value_bytes_max = 64;           // no number, date or address is longer

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `count` digits at `text`, and moves past them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// "Z", "+hh:mm", "+hhmm" -> seconds east of UTC.
std::optional<int> read_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    const auto read = take_digits(text, 2);
    if (!read || *read > 59 || !text.empty()) return std::nullopt;
    minutes = *read;
  }
  const int seconds = *hours * 3600 + minutes * 60;
  return east ? seconds : -seconds;
}

// "hh:mm[:ss[.fff]]ZONE" -> seconds since midnight UTC.
std::optional<double> read_time_of_day(std::string_view text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  double seconds = 0;
  if (take(text, ':')) {
    const auto second = take_digits(text, 2);
    if (!second || *second > 60) return std::nullopt;
    seconds = *second;
    if (take(text, '.')) {
      double scale = 0.1;
      std::size_t digits = 0;
      for (; !text.empty() && is_digit(text.front()) && digits < 9; ++digits, scale /= 10) {
        seconds += (text.front() - '0') * scale;
        text.remove_prefix(1);
      }
      if (digits == 0) return std::nullopt;
    }
  }
  const auto zone = read_zone(text);
  if (!zone) return std::nullopt;
  return *hour * 3600 + *minute * 60 + seconds - *zone;
}

std::optional<double> read_iso_8601(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  int month = 1;
  int day = 1;
  if (take(text, '-')) {
    const auto read_month = take_digits(text, 2);
    if (!read_month) return std::nullopt;
    month = *read_month;
    if (take(text, '-')) {
      const auto read_day = take_digits(text, 2);
      if (!read_day) return std::nullopt;
      day = *read_day;
    }
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const double midnight =
      static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count()) * 86400.0;
  if (text.empty()) return midnight;
  if (!take(text, 'T') && !take(text, 't')) return std::nullopt;
  const auto time = read_time_of_day(text);
  if (!time) return std::nullopt;
  return midnight + *time;
}

// "2026-01-31T12:00:00.500Z" with that many digits behind the point.
std::string write_iso_8601(double epoch_seconds, int digits) {
  const double scale = std::pow(10.0, digits);
  double whole = std::floor(epoch_seconds);
  double fraction = std::round((epoch_seconds - whole) * scale);
  if (fraction >= scale) {
    whole += 1;
    fraction = 0;
  }
  const std::chrono::sys_seconds instant{std::chrono::seconds{static_cast<std::int64_t>(whole)}};
  const auto days = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss time{instant - days};
  std::array<char, 64> buffer{};
  const int length = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  if (digits > 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%0*.0f", digits, fraction);
    text += buffer.data();
  }
  return text + "Z";
}

void fill_host_bits(AddressBlock& block, std::size_t prefix, std::size_t bits) {
  for (std::size_t bit = prefix; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    auto& low = block.first.bytes[bit / 8];
    if ((low & mask) != 0) block.host_bits_set = true;
    low = static_cast<std::uint8_t>(low & ~mask);
    block.last.bytes[bit / 8] = static_cast<std::uint8_t>(block.last.bytes[bit / 8] | mask);
  }
}

std::size_t width(const Address& address) { return address.is_v6 ? 16 : 4; }

std::optional<double> read_decimal(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > value_bytes_max) return std::nullopt;
  const bool is_signed = text.front() == '+' || text.front() == '-';
  const std::string_view digits = text.substr(is_signed ? 1 : 0);
  if (text.front() == '+') text = digits;
  std::size_t significant = 0;
  std::size_t points = 0;
  for (const char c : digits) {
    if (c == '.') {
      ++points;
    } else if (!is_digit(c)) {
      return std::nullopt;
    } else if (significant > 0 || c != '0') {
      ++significant;
    }
  }
  if (digits.empty() || points > 1 || digits.front() == '.' || digits.back() == '.' ||
      significant > digits_max) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
  return read_decimal(text, significant_digits_max);
}

std::string write_number(double value) {
  std::array<char, 400> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return error == std::errc{} ? std::string(buffer.data(), end) : "0";
}

std::optional<std::string> write_number_between(double low, double high) {
  const double middle = low + (high - low) / 2;
  std::array<char, 400> buffer{};
  for (std::size_t digits = 0; digits <= instant_digits_max; ++digits) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), middle,
                                            std::chars_format::fixed, static_cast<int>(digits));
    if (error != std::errc{}) return std::nullopt;
    const std::string_view text(buffer.data(), end);
    const auto value = read_decimal(text, instant_digits_max);
    if (value && low < *value && *value < high) return std::string(text);
  }
  return std::nullopt;
}

std::optional<double> read_instant(std::string_view text) {
  if (text.size() > value_bytes_max) return std::nullopt;
  if (const auto iso = text.size() >= 7 && text[4] == '-' ? read_iso_8601(text) : std::nullopt) {
    return iso;
  }
  return read_epoch_seconds(text);
}

std::optional<double> read_epoch_seconds(std::string_view text) {
  return read_decimal(text, instant_digits_max);
}

std::string write_instant(double epoch_seconds) {
  // Years of another length have no ISO form that is read back; epoch seconds say the same.
  if (epoch_seconds < first_iso_instant || epoch_seconds >= end_of_iso_instants) {
    return write_number(epoch_seconds);
  }
  std::string text;
  for (const int digits : {0, 3, 6, 9}) {
    text = write_iso_8601(epoch_seconds, digits);
    if (read_instant(text) == epoch_seconds) break;
  }
  return text;
}

std::optional<bool> read_bool(std::string_view text) {
  if (equal_ignoring_case(text, "true")) return true;
  if (equal_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

std::optional<Address> read_address(std::string_view text) {
  // inet_pton() would stop at a null character and take what stands before it.
  if (text.size() > value_bytes_max || text.contains('\0')) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.is_v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<AddressBlock> read_address_block(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = read_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::size_t bits = width(*address) * 8;
  std::size_t prefix = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix > bits) {
      return std::nullopt;
    }
  }
  AddressBlock block{.first = *address, .last = *address, .host_bits_set = false};
  fill_host_bits(block, prefix, bits);
  return block;
}

std::string write_address(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), buffer.data(),
            static_cast<socklen_t>(buffer.size()));
  return buffer.data();
}

std::optional<Address> next_address(Address address) {
  for (std::size_t i = width(address); i-- > 0;) {
    if (++address.bytes[i] != 0) return address;
  }
  return std::nullopt;
}

std::optional<Address> previous_address(Address address) {
  for (std::size_t i = width(address); i-- > 0;) {
    if (address.bytes[i]-- != 0) return address;
  }
  return std::nullopt;
}

}  // namespace auditor
