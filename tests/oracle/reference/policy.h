// A policy document as the reference evaluator reads it, and what makes one malformed.
//
// Source: IAM User Guide, "Grammar of the IAM JSON policy language". Shares nothing with
// evaluator/policy_document but the name of the two grammars.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/policy_document.h"
#include "tests/oracle/reference/clause.h"

namespace auditor::reference {

struct Texts {
  bool written = false;
  bool negated = false;  // NotAction, NotResource
  std::vector<std::string> values;
};

struct Who {
  bool written = false;
  bool negated = false;
  bool everyone = false;
  std::vector<std::string> aws, service, federated;
};

struct Rule {
  bool allows = false;
  Texts action, resource;
  Who who;
  std::vector<Clause> conditions;
};

struct Document {
  bool variables = false;
  std::vector<Rule> rules;
};

// Nothing when the document is malformed.
std::optional<Document> read_document(std::string_view text, PolicyKind kind);

}  // namespace auditor::reference
