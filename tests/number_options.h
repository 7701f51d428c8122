// The options of the tests that make their cases themselves: `--cases 500 --seed 7`.
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>
#include <system_error>

namespace auditor {

using NumberOptions = std::map<std::string_view, std::uint64_t*>;

// Writes each value to where its name points. False: an unknown name, or what is no whole number.
inline bool read_number_options(int count, char** words, const NumberOptions& options) {
  for (int index = 1; index + 1 < count; index += 2) {
    const auto option = options.find(words[index]);
    if (option == options.end()) return false;
    const std::string_view value = words[index + 1];
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, *option->second);
    if (error != std::errc() || rest != end) return false;
  }
  return count % 2 == 1;
}

}  // namespace auditor
