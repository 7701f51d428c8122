// Tested by commands_test.cpp.
#include "consumer/commands/answer_lines.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sinks/json/json_tree.h"

namespace auditor {

int answer_lines(const AnswerLine& answer_line) {
  bool all_read = true;
  std::string line;
  while (std::cout && std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    nlohmann::ordered_json answer;
    const std::string error = answer_line(line, answer);
    if (!error.empty()) answer["error"] = error;
    all_read &= error.empty();
    std::cout << dump(answer) << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to stdout");
  return all_read ? 0 : 1;
}

}  // namespace auditor
