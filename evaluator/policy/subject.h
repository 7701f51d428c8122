// The thing a verdict is about: a principal, a policy, a repository, a registry, a template.
#pragma once

#include <string>
#include <string_view>

namespace auditor {

enum class SubjectType { role, user, group, policy, repository, registry, template_, account };

std::string_view to_string(SubjectType type);

// `arn` identifies it. Registry and template ARNs are ours:
// arn:P:ecr:REGION:ID:registry, arn:P:ecr:REGION:ID:repository-creation-template/PREFIX.
struct Subject {
  SubjectType type = SubjectType::role;
  std::string arn;
  std::string account;  // 12 digits: the account the thing belongs to
  std::string region;   // empty for IAM

  bool operator==(const Subject&) const = default;
};

// Identity subjects are judged by what they may do; resource subjects by whom they let in.
constexpr bool is_identity(SubjectType type) {
  return type == SubjectType::role || type == SubjectType::user || type == SubjectType::group ||
         type == SubjectType::policy;
}

// The partition ("aws", "aws-cn", "aws-iso-b") of a region; "aws" for an unknown or empty one.
std::string_view partition_of_region(std::string_view region);

}  // namespace auditor
