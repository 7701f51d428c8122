#include "evaluator/policy/arn.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace auditor {
namespace {

constexpr std::size_t name_bytes_max = 512;  // the longest that AWS knows: a path
constexpr std::size_t arn_bytes_max = 2048;
constexpr std::size_t region_bytes_max = 32;

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

template <typename Accept>
bool is_name(std::string_view text, Accept accept) {
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, accept);
}

bool is_path_byte(char c) { return c > ' ' && c < 0x7f && !std::string_view(":*?").contains(c); }

}  // namespace

std::optional<Arn> split_arn(std::string_view text) {
  if (text.size() > arn_bytes_max || !text.starts_with("arn:aws")) return std::nullopt;
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c >= 0x7f; })) return std::nullopt;
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.empty()) return std::nullopt;
  return Arn{parts[1], parts[2], parts[3], parts[4], text};
}

bool is_iam_name(std::string_view text) {
  return is_name(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view("_+=,.@-").contains(c);
  });
}

bool is_iam_path(std::string_view text) {
  return is_name(text, is_path_byte) && text.front() == '/' && text.back() == '/';
}

bool is_repository_name(std::string_view text) {
  return is_name(
      text, [](char c) { return is_letter_or_digit(c) || std::string_view("_./-").contains(c); });
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  return text.size() <= region_bytes_max && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_aws_managed_policy(std::string_view policy_arn) {
  if (!policy_arn.starts_with("arn:")) return false;
  const std::size_t partition_end = policy_arn.find(':', 4);
  if (partition_end == std::string_view::npos || partition_end == 4) return false;
  return policy_arn.substr(partition_end).starts_with(":iam::aws:policy/");
}

bool is_managed_policy_arn(std::string_view text) {
  constexpr std::string_view prefix = "policy/";
  const auto arn = split_arn(text);
  return arn && arn->service == "iam" && (arn->account == "aws" || is_account_id(arn->account)) &&
         arn->resource.starts_with(prefix) && !arn->resource.ends_with('/') &&
         is_name(arn->resource.substr(prefix.size()), is_path_byte);
}

std::string_view partition_of_region(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-iso-")) return "aws-iso";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("eu-isoe-")) return "aws-iso-e";
  if (region.starts_with("us-isof-")) return "aws-iso-f";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

}  // namespace auditor
