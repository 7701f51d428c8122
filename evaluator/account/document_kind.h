// Where a policy document lives.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace auditor {

enum class DocumentKind : std::uint8_t {
  inline_,      // in a principal, group or permission set
  managed,      // a customer's managed policy
  aws_managed,  // AWS's: the catalogue has its text
  repository,
  registry,
  template_,  // repository creation template
};

// In the order of the enumerators.
inline constexpr std::array<std::string_view, 6> document_kind_names{
    "inline", "managed", "aws-managed", "repository", "registry", "template"};
static_assert(document_kind_names.size() == std::to_underlying(DocumentKind::template_) + 1);

constexpr std::string_view to_string(DocumentKind kind) {
  return document_kind_names[std::to_underlying(kind)];
}

}  // namespace auditor
