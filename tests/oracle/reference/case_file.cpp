#include "tests/oracle/reference/case_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

std::vector<Guardrail> read_guardrails(const std::string& yaml, const std::string& name) {
  GuardrailFile file = parse_guardrails(yaml, name);
  if (file.has_errors()) throw std::runtime_error(to_string(file.problems.front()));
  return std::move(file.guardrails);
}

Expectation read_expectation(const ordered_json& json, const std::string& guardrail) {
  const auto part = [&](const char* name) {
    const ordered_json all = json.value(name, ordered_json::object());
    return all.contains(guardrail) ? all[guardrail] : ordered_json();
  };
  Expectation expected;
  expected.verdict = json.at("expect").at(guardrail).get<std::string>();
  if (const ordered_json value = part("certainty"); !value.is_null()) expected.certainty = value;
  if (const ordered_json value = part("notes_contain"); !value.is_null()) {
    expected.notes_contain = value.get<std::vector<std::string>>();
  }
  if (const ordered_json value = part("notes_lack"); !value.is_null()) {
    expected.notes_lack = value.get<std::vector<std::string>>();
  }
  if (const ordered_json value = part("witness_lacks"); !value.is_null()) {
    expected.witness_lacks = value.get<std::vector<std::string>>();
  }
  if (const ordered_json value = part("witness_has"); !value.is_null()) {
    expected.witness_has = value.get<std::map<std::string, std::string>>();
  }
  for (const ordered_json& grant : part("granted_by")) {
    expected.granted_by.emplace_back(grant.begin(), grant.end());
  }
  return expected;
}

}  // namespace

Trial read_trial(const ordered_json& json) {
  Trial trial;
  trial.subject = make_subject(json.at("subject").at("type").get<std::string>(),
                               json.at("subject").at("arn").get<std::string>());
  trial.subject.path_is_known = json.at("subject").value("path_is_known", true);
  for (const ordered_json& document : json.value("identity_policies", ordered_json::array())) {
    trial.identity.push_back(document_text(document));
  }
  if (json.contains("permissions_boundary")) {
    trial.boundary = document_text(json["permissions_boundary"]);
  }
  for (const char* kind : {"resource_policy", "registry_policy"}) {
    if (json.contains(kind)) trial.resource.push_back(document_text(json[kind]));
  }
  if (json.contains("tags")) trial.tags = json["tags"].get<Tags>();
  trial.registry_scope_v1 = json.value("registry_scope", "V2") == "V1";
  return trial;
}

std::string document_text(const ordered_json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<CaseOfTable> read_case_file(const std::string& path, const std::string& guardrails) {
  const std::vector<Guardrail> shipped = read_guardrails(guardrails, "guardrails");
  std::vector<CaseOfTable> cases;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    const ordered_json json = ordered_json::parse(line);
    CaseOfTable one;
    one.id = json.at("id").get<std::string>();
    one.why = json.at("why").get<std::string>();
    one.trial = read_trial(json);
    const bool own = json.contains("guardrails");
    one.guardrails = own ? read_guardrails(json["guardrails"].get<std::string>(), one.id) : shipped;
    for (const auto& [guardrail, verdict] : json.at("expect").items()) {
      one.expected[guardrail] = read_expectation(json, guardrail);
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace auditor::reference
