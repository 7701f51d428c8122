// Facts as lines that a test can state:
//
//   role app: inline_policy `images` {}          {}: a document that is kept
//   user ann: -attached `arn:...`                -: taken away
//   repository@eu-west-1 team/app: scope = V1
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluator/events/account_change.h"

namespace auditor {

inline std::string write(const Fact& fact) {
  std::string text(to_string(fact.entity.kind));
  if (!fact.entity.region.empty()) text += "@" + fact.entity.region;
  if (!fact.entity.name.empty()) text += " " + fact.entity.name;
  text += fact.entry.is_set ? ": " : ": -";
  text += to_string(fact.entry.attribute);
  if (!fact.entry.name.empty()) text += " `" + fact.entry.name + "`";
  if (!fact.entry.value.empty()) text += " = " + fact.entry.value;
  if (fact.entry.document) text += " {}";
  return text;
}

inline std::vector<std::string> written(const std::optional<AccountChange>& change) {
  std::vector<std::string> lines;
  if (!change) return {"no change"};
  for (const Fact& fact : change->facts) lines.push_back(write(fact));
  return lines;
}

}  // namespace auditor
