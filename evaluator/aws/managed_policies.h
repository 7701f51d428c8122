// The catalogue of AWS managed policies: all their names, and the statements of those that Allow
// or Deny a guarded action.
//
// AWS managed policies never appear in a customer's trail; an attachment carries only the ARN. A
// name that is not in the catalogue is unknown, never harmless. A statement keeps the position it
// has in the full document. Made by config/make-managed-policies.py.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/policy/policy_document.h"

namespace auditor {

struct ManagedPolicy {
  std::string version;    // "v12" of the snapshot
  ParsedPolicy document;  // no statements when the policy names no guarded action
};

class ManagedPolicies {
 public:
  // `json` is the text of config/aws-managed-policies.json. Error: what is wrong with it.
  static std::expected<ManagedPolicies, std::string> parse(std::string_view json);

  // Null when the ARN is an AWS managed policy's but its name is not in the catalogue.
  const ManagedPolicy* find(std::string_view policy_arn) const;

  // True when the catalogue keeps the statements that matter for `action`. A guardrail about any
  // other action cannot be judged from it.
  bool covers(std::string_view action) const;

  // "2026-08-22": the day of the snapshot.
  const std::string& snapshot() const { return snapshot_; }
  std::size_t size() const { return by_name_.size(); }

 private:
  std::string snapshot_;
  std::vector<std::string> services_;  // lower case: "ecr"
  std::unordered_map<std::string, ManagedPolicy> by_name_;
};

}  // namespace auditor
