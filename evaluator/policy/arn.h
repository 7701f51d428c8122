// ARNs and the names they are made of.
//
// Names become parts of ARNs and of keys, so a name with a `/` could forge another thing's ARN. AWS
// accepts none; a "successful" call that has one was not made by AWS. A path of IAM may hold every
// printable character of ASCII: an ARN is split at its first five colons, and the path ends at the
// last slash, so it can forge nothing, but it must never be matched as if it had fields.
//
// What is a form here (regions, partitions) is open: AWS adds to both.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace auditor {

// The parts of an ARN behind `arn:`; `resource` may hold further colons. Views into the text.
struct Arn {
  std::string_view partition, service, region, account, resource;
};

// nullopt when the text is no ARN of AWS, or holds blanks or control characters.
std::optional<Arn> split_arn(std::string_view text);

bool is_iam_name(std::string_view text);         // of a role, user, group or policy
bool is_iam_path(std::string_view text);         // "/", "/team/": (/)|(/[\x21-\x7E]+/)
bool is_named_with_path(std::string_view text);  // "team/app": as it stands in an ARN
bool is_repository_name(std::string_view text);  // also a template's prefix
bool is_account_id(std::string_view text);       // 12 digits
bool is_service_name(std::string_view text);     // [a-z0-9-]+(.[a-z0-9-]+)+
bool is_region(std::string_view text);           // [a-z]+(-[a-z0-9]+)+
bool is_partition(std::string_view text);        // aws(-[a-z0-9]+)*

// arn:P:iam::aws:policy/...
bool is_aws_managed_policy(std::string_view policy_arn);
bool is_managed_policy_arn(std::string_view text);  // AWS's or a customer's

// A hint and no knowledge: the partition whose regions are called like this one; "aws" where the
// name tells nothing. For an event in which no ARN says it.
std::string partition_of_region(std::string_view region);

}  // namespace auditor
