// Table cases: a question, the expected verdicts and one sentence why, one JSON object a line.
//
// Adding a case needs no C++. The format is described in tests/cases/README.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/oracle/reference/trial.h"

namespace auditor::reference {

struct Expectation {
  std::string verdict;                // compliant, violation, unknown
  std::string certainty = "certain";  // or ambiguous, or any: the text leaves it to the engine
  std::vector<std::string> notes_contain;
  std::vector<std::string> notes_lack;
  std::vector<std::string> witness_lacks;               // context keys that must be absent
  std::map<std::string, std::string> witness_has;       // context keys and their value
  std::vector<std::vector<nlohmann::json>> granted_by;  // [policy, statement] or with the Sid
};

struct CaseOfTable {
  std::string id;
  std::string why;
  Trial trial;
  std::vector<Guardrail> guardrails;
  std::map<std::string, Expectation> expected;  // by guardrail
};

// Throws what nlohmann throws when the file is not lawful: these are our own files.
std::vector<CaseOfTable> read_case_file(const std::string& path, const std::string& guardrails);

// The documents of a case in the form of the tables.
Trial read_trial(const nlohmann::ordered_json& json);

// A policy stands as an object, or as a string when its very text matters.
std::string document_text(const nlohmann::ordered_json& json);

std::string read_file(const std::string& path);

}  // namespace auditor::reference
