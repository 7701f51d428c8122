// The partitions of AWS as they are known today: a region of each, and how its services call
// themselves.
//
// AWS adds partitions, regions and suffixes; so this list prefers, it never excludes. A witness is
// given a name that stands here where the policy leaves the choice; what has the form of a region
// or a partition and does not stand here is one all the same.
// Source: "Regions and Zones" and "AWS service principals" of the IAM user guide; the endpoint
// lists of the AWS SDKs.
#pragma once

#include <span>
#include <string_view>

namespace auditor {

struct PartitionRow {
  std::string_view name;                      // "aws-cn"
  std::span<const std::string_view> regions;  // the one that witnesses prefer first
  std::string_view service_suffix;            // ".amazonaws.com.cn", of service principals
};

std::span<const PartitionRow> partitions();

// What a witness of the partition prefers: "cn-north-1". Of a partition without a row: of "aws".
std::string_view plain_region(std::string_view partition);

// "lambda.amazonaws.com", "codedeploy.eu-west-1.amazonaws.com": the suffix of a partition with a
// row. False proves nothing: another partition may have another one.
bool is_documented_service_name(std::string_view service);

}  // namespace auditor
