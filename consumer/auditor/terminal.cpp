// Tested by terminal_test.cpp.
#include "consumer/auditor/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace auditor {
namespace {

constexpr std::size_t columns_max = 10'000;

std::string_view value_of(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? std::string_view() : value;
}

// Set, and not to `0`.
bool is_on(const Environment& environment, const char* name) {
  const std::string_view value = value_of(environment, name);
  return !value.empty() && value != "0";
}

bool is_dumb(const Environment& environment) {
  const std::string_view terminal = value_of(environment, "TERM");
  return terminal.empty() || terminal == "dumb";
}

const char* of_process(const char* name) { return std::getenv(name); }
bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace

bool wants_colour(bool is_terminal, const Environment& environment) {
  if (!value_of(environment, "NO_COLOR").empty()) return false;
  if (is_on(environment, "CLICOLOR_FORCE") || is_on(environment, "FORCE_COLOR")) return true;
  return is_terminal && !is_dumb(environment) && value_of(environment, "CLICOLOR") != "0";
}

bool can_overwrite_line(bool is_terminal, const Environment& environment) {
  return is_terminal && !is_dumb(environment);
}

std::size_t columns(bool is_terminal, std::size_t columns_of_terminal,
                    const Environment& environment) {
  if (!is_terminal) return 0;
  const std::string_view wanted = value_of(environment, "COLUMNS");
  std::size_t number = 0;
  const char* end = wanted.data() + wanted.size();
  const auto [behind, error] = std::from_chars(wanted.data(), end, number);
  const bool is_number = error == std::errc() && behind == end && number > 0;
  return is_number && number <= columns_max ? number : columns_of_terminal;
}

bool wants_colour(int descriptor) { return wants_colour(is_terminal(descriptor), of_process); }

bool can_overwrite_line(int descriptor) {
  return can_overwrite_line(is_terminal(descriptor), of_process);
}

std::size_t columns(int descriptor) {
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0;
  return columns(is_terminal(descriptor), is_known ? size.ws_col : 0, of_process);
}

}  // namespace auditor
