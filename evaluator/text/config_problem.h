// A problem in a file that a person wrote, with its place.
#pragma once

#include <cstddef>
#include <string>

namespace auditor {

// A problem in a file a person wrote. Line and column count from 1; 0 means unknown.
struct ConfigProblem {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
  bool is_warning = false;

  bool operator==(const ConfigProblem&) const = default;
};

// "file:line:column: message", as compilers write it.
std::string to_string(const ConfigProblem& problem);

}  // namespace auditor
