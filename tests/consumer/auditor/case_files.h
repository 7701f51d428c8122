// The sample events under tests/cases/events: synthetic, one file a call or a wrapping.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace auditor {

inline std::filesystem::path case_directory() {
  return std::filesystem::path(AUDITOR_TEST_CASES) / "events";
}

inline std::string read_case(std::string_view name) {
  std::ifstream file(case_directory() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace auditor
