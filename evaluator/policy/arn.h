// ARNs and the names they are made of.
//
// Names become parts of ARNs, so a name with a `:` or a `*` could forge another thing's ARN. AWS
// accepts none of these characters; a "successful" call that has them was not made by AWS.
#pragma once

#include <optional>
#include <string_view>

namespace auditor {

// The parts of an ARN behind `arn:`; `resource` may hold further colons. Views into the text.
struct Arn {
  std::string_view partition, service, region, account, resource;
};

// nullopt when the text is no ARN of AWS, or holds blanks or control characters.
std::optional<Arn> split_arn(std::string_view text);

bool is_iam_name(std::string_view text);         // of a role, user, group or policy
bool is_iam_path(std::string_view text);         // "/", "/team/"
bool is_repository_name(std::string_view text);  // also a template's prefix
bool is_account_id(std::string_view text);       // 12 digits
bool is_region(std::string_view text);           // may be empty

// arn:P:iam::aws:policy/...
bool is_aws_managed_policy(std::string_view policy_arn);
bool is_managed_policy_arn(std::string_view text);  // AWS's or a customer's

// The partition ("aws", "aws-cn", "aws-iso-b") of a region; "aws" for an unknown or empty one.
std::string_view partition_of_region(std::string_view region);

}  // namespace auditor
