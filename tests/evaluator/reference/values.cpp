#include "tests/evaluator/reference/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <regex>
#include <string>

#include "tests/evaluator/reference/pattern.h"

namespace auditor::reference {
namespace {

// Days since 1970-01-01 of a date of the Gregorian calendar, counted year by year.
int days_since_epoch(int year, int month, int day) {
  const auto is_leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  constexpr std::array lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int days = 0;
  for (int y = 1970; y < year; ++y) days += is_leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) days -= is_leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) {
    days += lengths[static_cast<std::size_t>(m - 1)] + (m == 2 && is_leap(year) ? 1 : 0);
  }
  return days + day - 1;
}

bool bit(const AddressRange& range, unsigned index) {
  return ((range.bytes[index / 8] >> (7 - index % 8)) & 1) != 0;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
  static const std::regex form(R"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)");
  if (text.size() > 40 || !std::regex_match(text.begin(), text.end(), form)) return std::nullopt;
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

std::optional<double> read_instant(std::string_view text) {
  static const std::regex epoch(R"(-?\d+(\.\d+)?)");
  static const std::regex iso(
      R"((\d{4})-(\d\d)-(\d\d)(T(\d\d):(\d\d)(:(\d\d)(\.\d+)?)?(Z|([+-])(\d\d):?(\d\d))?)?)");
  const std::string copy(text);
  if (copy.size() > 40) return std::nullopt;
  std::smatch part;
  if (std::regex_match(copy, part, iso)) {
    const auto number = [&](std::size_t index) {
      return part[index].matched ? std::stoi(part[index].str()) : 0;
    };
    double seconds = days_since_epoch(number(1), number(2), number(3)) * 86400.0;
    seconds += number(5) * 3600 + number(6) * 60 + number(8);
    if (part[9].matched) seconds += std::stod("0" + part[9].str());
    if (part[11].matched) {
      const int offset = number(12) * 3600 + number(13) * 60;
      seconds += part[11].str() == "+" ? -offset : offset;
    }
    return seconds;
  }
  if (std::regex_match(copy, epoch)) return std::stod(copy);
  return std::nullopt;
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
