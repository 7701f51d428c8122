// One question to both sides: a subject and its documents as text.
//
// Each side parses the texts by itself, so that a parser's mistake is a disagreement too.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision/decision.h"
#include "tests/oracle/reference/evaluator.h"

namespace auditor::reference {

struct Trial {
  Subject subject;
  std::vector<std::string> identity;
  std::optional<std::string> boundary;
  std::vector<std::string> resource;
  std::optional<Tags> tags = std::nullopt;
  bool registry_scope_v1 = false;
};

// Account and region stand in the ARN. An unknown type is an account, which decide() never gets.
Subject make_subject(std::string_view type, const std::string& arn);

// Nothing when one of the documents is malformed.
std::optional<Documents> read_documents(const Trial& trial);

// The documents of a trial as the engine reads them, and the question that they make.
class EngineQuestion {
 public:
  explicit EngineQuestion(const Trial& trial);
  Query question() const;

 private:
  const Trial& trial_;
  std::vector<ParsedPolicy> identity_;
  std::vector<ParsedPolicy> resource_;
  std::optional<ParsedPolicy> boundary_;
};

Verdict ask_engine(const Trial& trial, const Guardrail& guardrail);

nlohmann::ordered_json to_json(const Request& request);
nlohmann::ordered_json to_json(const Trial& trial);

}  // namespace auditor::reference
