// Tested by guardrail_test.cpp.
#include "evaluator/text/config_problem.h"

namespace auditor {

std::string to_string(const ConfigProblem& problem) {
  std::string text = problem.file;
  if (problem.line != 0) {
    text += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  }
  if (!text.empty()) text += ": ";
  return text + problem.message;
}

}  // namespace auditor
