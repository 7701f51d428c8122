// A guardrail: a set of requests that must not be allowed, written as data (YAML).
//
// Forbidden = the action is listed, and the principal matches no authorized pattern, and no
// `accepted_when` entry holds. See config/guardrails/ecr.yaml.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/guardrail/severity.h"
#include "evaluator/policy/condition.h"
#include "evaluator/text/config_problem.h"

namespace auditor {

// Any entry makes a request acceptable; inside an entry all parts must hold.
struct AcceptedWhen {
  std::vector<ConditionClause> condition;        // an IAM Condition block
  std::vector<std::string> limited_to_owner_by;  // tags in lower case: ecr:resourcetag/*
};

// What of a guardrail is published with each finding.
struct GuardrailSummary {
  std::string id, title;
  Severity severity = Severity::medium;
  std::string rationale, remediation;
  std::vector<std::string> references;

  bool operator==(const GuardrailSummary&) const = default;
};

struct Guardrail {
  GuardrailSummary summary;
  std::vector<std::string> identity_actions;  // as spelled in the file, aliases corrected
  std::vector<std::string> resource_actions;  // for repository, registry and template policies
  std::vector<std::string> authorized_principals;
  std::vector<AcceptedWhen> accepted_when;
  bool reports_use = true;  // `usage: off`: what is done is not told, only what is possible
};

struct GuardrailFile {
  std::vector<Guardrail> guardrails;
  std::vector<ConfigProblem> problems;  // every one, not only the first

  bool has_errors() const;
};

// Reads a guardrail file's text; `file` is only for messages. Never throws.
GuardrailFile parse_guardrails(std::string_view yaml, std::string_view file);

}  // namespace auditor
