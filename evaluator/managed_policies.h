// The catalogue of AWS managed policies: all their names, and the statements of those that Allow
// or Deny a guarded action.
//
// AWS managed policies never appear in a customer's trail; an attachment carries only the ARN. A
// name that is not in the catalogue is unknown, never harmless.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "evaluator/decision.h"

namespace auditor {

struct ManagedPolicy {
  std::string version;    // "v12" of the snapshot
  JudgedPolicy document;  // no statements when the policy names no guarded action
};

class ManagedPolicies {
 public:
  // `json` is the text of config/aws-managed-policies.json. Error: what is wrong with it.
  static std::expected<ManagedPolicies, std::string> parse(std::string_view json);

  // Null when the ARN is an AWS managed policy's but its name is not in the catalogue.
  const ManagedPolicy* find(std::string_view policy_arn) const;

  std::size_t size() const { return by_name_.size(); }

 private:
  std::unordered_map<std::string, ManagedPolicy> by_name_;
};

// arn:P:iam::aws:policy/...
bool is_aws_managed_policy(std::string_view policy_arn);

}  // namespace auditor
