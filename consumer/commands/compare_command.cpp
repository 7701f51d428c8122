// Tested by commands_test.cpp.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "consumer/commands/answer_lines.h"
#include "consumer/commands/command_line.h"
#include "consumer/commands/query_reader.h"
#include "evaluator/decision/compare.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

void add_comparison(nlohmann::ordered_json& answer, const CompareLine& line) {
  const AccessComparison result = compare(line.reference, line.candidate, line.kind);
  if (result.new_access == NewAccess::unknown) {
    answer["new_access"] = "unknown";
  } else {
    answer["new_access"] = result.new_access == NewAccess::yes;
  }
  answer["witness"] = result.witness ? to_json(*result.witness) : nlohmann::ordered_json();
  if (!result.reason.empty()) answer["reason"] = result.reason;
}

int compare_lines() {
  QueryReader reader;
  return answer_lines([&](std::string_view text, nlohmann::ordered_json& answer) {
    const CompareLine line = reader.read_compare(text);
    answer["id"] = line.id;
    if (line.error.empty()) add_comparison(answer, line);
    return line.error;
  });
}

}  // namespace

void compare_command(CommandLine& command) {
  command.about("Say whether one policy allows what another does not");
  command.footer(
      R"(Each question on standard input holds two policies (objects or JSON strings) and their type:
  {"id":"1","type":"identity","reference":{...},"candidate":{...}}
Questions stand one a line, over many lines, or in an array. Each line of output says whether the
candidate allows a request that the reference does not:
  {"id":"1","new_access":true,"witness":{...}}
A question that cannot be read is answered by {"id":..,"error":"..","line":..}.

Exit codes: 0 done; 1 a question could not be read, or the output not written; 2 wrong usage; 3 no
question could be read, or there was none.

Example:
  guardrail-auditor compare < pairs.jsonl)");
  command.run(compare_lines);
}

}  // namespace auditor
