// Tested by commands_test.cpp.
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/commands/answer_lines.h"
#include "consumer/commands/command_line.h"
#include "consumer/commands/query_reader.h"
#include "consumer/settings/rules.h"
#include "evaluator/decision/decision.h"
#include "evaluator/decision/policy_lint.h"
#include "evaluator/text/wording.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

nlohmann::ordered_json finding_json(const Guardrail& guardrail, const Verdict& verdict) {
  nlohmann::ordered_json json;
  json["guardrail"] = guardrail.summary.id;
  json["verdict"] = to_string(verdict.kind);
  json["certainty"] = to_string(verdict.certainty);
  if (!verdict.reason.empty()) json["reason"] = verdict.reason;
  if (!verdict.actions.empty()) json["actions"] = verdict.actions;
  json["witness"] = verdict.witness ? to_json(*verdict.witness) : nlohmann::ordered_json();
  json["granted_by"] = nlohmann::ordered_json::array();
  for (const GrantingStatement& granting : verdict.granted_by) {
    json["granted_by"].push_back({{"policy", granting.policy},
                                  {"statement", granting.statement},
                                  {"sid", text_or_null(granting.sid)},
                                  {"pointer", granting.pointer}});
  }
  json["notes"] = verdict.notes;
  return json;
}

// What is likelier a key that was left out than a subject without a policy.
std::string note_of_no_policy(const ExplainLine& line) {
  if (line.has_granting_policy) return {};
  const std::string but = line.permissions_boundary ? " but a boundary, which grants nothing" : "";
  const std::string key = is_identity(line.subject.type) ? "identity_policies" : "resource_policy";
  return "no policy was given" + but + ": " + in_backticks(key) + " holds those that grant";
}

void add_findings(nlohmann::ordered_json& answer, const ExplainLine& line, const Rules& rules) {
  const Query query{
      .subject = line.subject,
      .identity_policies = line.identity_policies,
      .permissions_boundary = line.permissions_boundary ? &*line.permissions_boundary : nullptr,
      .resource_policies = line.resource_policies};
  answer["findings"] = nlohmann::ordered_json::array();
  std::vector<std::string> guarded;
  for (const Guardrail& guardrail : rules.guardrails) {
    answer["findings"].push_back(finding_json(guardrail, decide(query, guardrail)));
    const auto& actions =
        is_identity(line.subject.type) ? guardrail.identity_actions : guardrail.resource_actions;
    guarded.insert(guarded.end(), actions.begin(), actions.end());
  }
  if (answer["findings"].empty()) return;
  // Of the documents, and so told once: with the first.
  const std::string of_none = note_of_no_policy(line);
  if (!of_none.empty()) answer["findings"].front()["notes"].push_back(of_none);
  for (std::string& note : lint_unguarded_names(query, guarded)) {
    answer["findings"].front()["notes"].push_back(std::move(note));
  }
}

int explain(const std::vector<std::string>& guardrail_paths) {
  const LoadedRules loaded = load_rules(guardrail_paths);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  QueryReader reader;
  return answer_lines([&](std::string_view text, nlohmann::ordered_json& answer) {
    const ExplainLine line = reader.read_explain(text);
    answer["id"] = line.id;
    if (line.error.empty()) add_findings(answer, line, *loaded.rules);
    return line.error;
  });
}

}  // namespace

void explain_command(CommandLine& command) {
  command.about("Judge policies given as JSON on standard input");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command
      .texts("--guardrails", *paths,
             "Guardrail file or directory, may be repeated; default: the built-in ones")
      .type("PATH")
      .one_each();
  command.footer(R"(Each question names a subject and its policies (objects or JSON strings):
  {"id":"1","subject":{"type":"role","arn":"arn:aws:iam::111122223333:role/dev"},"identity_policies":[{...}],"permissions_boundary":null}
  {"id":"2","subject":{"type":"repository","arn":"arn:aws:ecr:eu-west-1:111122223333:repository/app"},"resource_policy":{...}}
Questions stand one a line, over many lines, or in an array. Each is answered by one line of output,
in order, with a verdict for every guardrail. One that cannot be read is answered by
{"id":..,"error":"..","line":..}, with the line of standard input, and the column where it is known.

Exit codes: 0 done; 1 a question could not be read, or a guardrail, or the output not written; 2 wrong
usage; 3 no question could be read, or there was none.

Example:
  guardrail-auditor explain < questions.jsonl | jq .findings)");
  command.run([paths] { return explain(*paths); });
}

}  // namespace auditor
