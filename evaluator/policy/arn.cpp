#include "evaluator/policy/arn.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace auditor {
namespace {

constexpr std::size_t name_bytes_max = 512;  // the longest that AWS knows: a path
constexpr std::size_t arn_bytes_max = 2048;
constexpr std::size_t place_bytes_max = 32;  // of a region or partition

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

template <typename Accept>
bool is_name(std::string_view text, Accept accept) {
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, accept);
}

// IAM's own pattern is [\x21-\x7E]: `:`, `*` and `?` are among them.
bool is_path_byte(char c) { return c > ' ' && c < 0x7f; }

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_lower_or_digit(char c) { return is_lower(c) || (c >= '0' && c <= '9'); }

// What stands behind the first part: (-[a-z0-9]+)*
bool is_rest_of_place(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != '-') return false;
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find('-'), text.size());
    if (end == 0 || !std::ranges::all_of(text.substr(0, end), is_lower_or_digit)) return false;
    text.remove_prefix(end);
  }
  return true;
}

}  // namespace

std::optional<Arn> split_arn(std::string_view text) {
  if (text.size() > arn_bytes_max || !text.starts_with("arn:")) return std::nullopt;
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c >= 0x7f; })) return std::nullopt;
  std::array<std::string_view, 5> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.empty() || !is_partition(parts[1])) return std::nullopt;
  return Arn{parts[1], parts[2], parts[3], parts[4], text};
}

bool is_iam_name(std::string_view text) {
  return is_name(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view("_+=,.@-").contains(c);
  });
}

bool is_iam_path(std::string_view text) {
  if (!is_name(text, is_path_byte) || text.front() != '/' || text.back() != '/') return false;
  return text.size() != 2;  // `//` is not among them
}

bool is_repository_name(std::string_view text) {
  return is_name(
      text, [](char c) { return is_letter_or_digit(c) || std::string_view("_./-").contains(c); });
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_service_name(std::string_view text) {
  const bool has_lawful_bytes = is_name(
      text, [](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  return has_lawful_bytes && text.contains('.') && !text.starts_with('.') && !text.ends_with('.') &&
         !text.contains("..");
}

bool is_region(std::string_view text) {
  const std::size_t first = std::min(text.find('-'), text.size());
  return text.size() <= place_bytes_max && first != 0 && first != text.size() &&
         std::ranges::all_of(text.substr(0, first), is_lower) &&
         is_rest_of_place(text.substr(first));
}

bool is_partition(std::string_view text) {
  constexpr std::string_view first = "aws";
  return text.size() <= place_bytes_max && text.starts_with(first) &&
         is_rest_of_place(text.substr(first.size()));
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
  if (!arn || arn->service != "iam" || !arn->region.empty() ||
      !(arn->account == "aws" || is_account_id(arn->account)) ||
      !arn->resource.starts_with(prefix)) {
    return false;
  }
  return is_named_with_path(arn->resource.substr(prefix.size()));
}

bool is_named_with_path(std::string_view text) {
  const std::size_t path_size = text.rfind('/') + 1;
  return is_iam_name(text.substr(path_size)) &&
         (path_size == 0 || is_iam_path("/" + std::string(text.substr(0, path_size))));
}

std::string partition_of_region(std::string_view region) {
  constexpr std::string_view isolated = "iso";
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("eusc-")) return "aws-eusc";
  const std::size_t second = region.find('-') + 1;
  if (second == 0) return "aws";
  const std::string_view rest = region.substr(second);
  const std::string_view part = rest.substr(0, rest.find('-'));
  if (part == "gov") return "aws-us-gov";
  if (!part.starts_with(isolated)) return "aws";
  const std::string_view letter = part.substr(isolated.size());
  return letter.empty() ? "aws-iso" : "aws-iso-" + std::string(letter);
}

}  // namespace auditor
