// Tested by commands_test.cpp.
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "consumer/commands/command_line.h"
#include "consumer/commands/query_reader.h"
#include "evaluator/decision/compare.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

nlohmann::ordered_json comparison_json(const CompareLine& line) {
  nlohmann::ordered_json json;
  json["id"] = line.id;
  if (!line.error.empty()) {
    json["error"] = line.error;
    return json;
  }
  const AccessComparison result = compare(line.reference, line.candidate, line.kind);
  if (result.new_access == NewAccess::unknown) {
    json["new_access"] = "unknown";
  } else {
    json["new_access"] = result.new_access == NewAccess::yes;
  }
  json["witness"] = result.witness ? to_json(*result.witness) : nlohmann::ordered_json();
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json;
}

int compare_lines() {
  bool all_read = true;
  QuestionReader reader;
  std::string text;
  while (std::cout && std::getline(std::cin, text)) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const CompareLine line = reader.read_compare(text);
    all_read &= line.error.empty();
    std::cout << dump(comparison_json(line)) << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to stdout");
  return all_read ? 0 : 1;
}

}  // namespace

void compare_command(CommandLine& command) {
  command.about("Say whether one policy allows what another does not");
  command.footer(
      R"(Each line of standard input holds two policies (objects or JSON strings) and their type:
  {"id":"1","type":"identity","reference":{...},"candidate":{...}}
Each line of output says whether the candidate allows a request that the reference does not:
  {"id":"1","new_access":true,"witness":{...}}
Exit code 1 when a line could not be read; that line answers {"id":..,"error":".."}.

Example:
  guardrail-auditor compare < pairs.jsonl)");
  command.run(compare_lines);
}

}  // namespace auditor
