#include "tests/oracle/reference/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <regex>
#include <string>

#include "tests/oracle/reference/pattern.h"

namespace auditor::reference {
namespace {

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_of_month(int year, int month) {
  constexpr std::array lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

// Days since 1970-01-01 of a date of the Gregorian calendar, counted year by year.
int days_since_epoch(int year, int month, int day) {
  int days = 0;
  for (int y = 1970; y < year; ++y) days += is_leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) days -= is_leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += days_of_month(year, m);
  return days + day - 1;
}

bool bit(const AddressRange& range, unsigned index) {
  return ((range.bytes[index / 8] >> (7 - index % 8)) & 1) != 0;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
  static const std::regex form(R"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)");
  if (text.size() > 64 || !std::regex_match(text.begin(), text.end(), form)) return std::nullopt;
  return std::stod(std::string(text));
}

std::string write_number(double value) {
  std::array<char, 64> text{};
  for (int digits = 0; digits <= 9; ++digits) {
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    if (std::stod(text.data()) == value) break;
  }
  return text.data();
}

// The forms of the W3C's note "Date and Time Formats", but for a year alone: those are seconds.
std::optional<double> read_instant(std::string_view text) {
  static const std::regex epoch(R"([+-]?\d+(\.\d+)?)");
  static const std::regex iso(
      R"((\d{4})-(\d\d)(-(\d\d))?(T(\d\d):(\d\d)(:(\d\d)(\.\d+)?)?(Z|([+-])(\d\d)(:?(\d\d))?))?)",
      std::regex::icase);
  const std::string copy(text);
  if (copy.size() > 64) return std::nullopt;
  std::smatch part;
  if (std::regex_match(copy, part, iso)) {
    const auto number = [&](std::size_t index, int otherwise = 0) {
      return part[index].matched ? std::stoi(part[index].str()) : otherwise;
    };
    const int year = number(1);
    const int month = number(2);
    const int day = number(4, 1);
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) return std::nullopt;
    if (number(6) > 23 || number(7) > 59 || number(9) > 60) return std::nullopt;
    if (number(13) > 23 || number(15) > 59) return std::nullopt;
    double seconds = days_since_epoch(year, month, day) * 86400.0;
    seconds += number(6) * 3600 + number(7) * 60 + number(9);
    if (part[10].matched) seconds += std::stod("0" + part[10].str());
    const int offset = number(13) * 3600 + number(15) * 60;
    return seconds + (part[12].str() == "+" ? -offset : offset);
  }
  if (std::regex_match(copy, epoch)) return std::stod(copy);
  return std::nullopt;
}

std::optional<double> read_year(std::string_view text) {
  const bool four_digits = text.size() == 4 && std::ranges::all_of(text, [](unsigned char one) {
                             return std::isdigit(one) != 0;
                           });
  if (!four_digits) return std::nullopt;
  return days_since_epoch(std::stoi(std::string(text)), 1, 1) * 86400.0;
}

std::optional<bool> read_boolean(std::string_view text) {
  const std::string word = lower(text);
  if (word == "true") return true;
  if (word == "false") return false;
  return std::nullopt;
}

bool is_base64(std::string_view text) {
  static const std::regex form(R"(([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)");
  return text.size() < 4096 && std::regex_match(text.begin(), text.end(), form);
}

std::optional<AddressRange> read_address_range(std::string_view text) {
  AddressRange range;
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  if (inet_pton(AF_INET, address.c_str(), range.bytes.data()) == 1) {
    range.prefix = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), range.bytes.data()) == 1) {
    range.is_v6 = true;
    range.prefix = 128;
  } else {
    return std::nullopt;
  }
  if (slash == std::string_view::npos) return range;
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc{} || end != digits.data() + digits.size() || prefix > range.prefix) {
    return std::nullopt;
  }
  range.prefix = prefix;
  range.has_prefix = true;
  return range;
}

bool has_host_bits(const AddressRange& range) {
  for (unsigned index = range.prefix; index < (range.is_v6 ? 128U : 32U); ++index) {
    if (bit(range, index)) return true;
  }
  return false;
}

bool contains(const AddressRange& range, const AddressRange& address) {
  if (range.is_v6 != address.is_v6) return false;
  for (unsigned index = 0; index < range.prefix; ++index) {
    if (bit(range, index) != bit(address, index)) return false;
  }
  return true;
}

}  // namespace auditor::reference
