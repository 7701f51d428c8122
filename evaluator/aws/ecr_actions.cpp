#include "evaluator/aws/ecr_actions.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/text/ascii_case.h"
#include "evaluator/text/nearest.h"

namespace auditor {
namespace {

constexpr std::array<EcrAction, 60> table{{
    {"ecr:BatchCheckLayerAvailability", true},
    {"ecr:BatchDeleteImage", true},
    {"ecr:BatchGetImage", true},
    {"ecr:BatchGetRepositoryScanningConfiguration", true},
    {"ecr:BatchImportUpstreamImage", true},
    {"ecr:CompleteLayerUpload", true},
    {"ecr:CreatePullThroughCacheRule", false},
    {"ecr:CreateRepository", true},
    {"ecr:CreateRepositoryCreationTemplate", false},
    {"ecr:DeleteLifecyclePolicy", true},
    {"ecr:DeletePullThroughCacheRule", false},
    {"ecr:DeleteRegistryPolicy", false},
    {"ecr:DeleteRepository", true},
    {"ecr:DeleteRepositoryCreationTemplate", false},
    {"ecr:DeleteRepositoryPolicy", true},
    {"ecr:DeleteSigningConfiguration", false},
    {"ecr:DeregisterPullTimeUpdateExclusion", false},
    {"ecr:DescribeImageReplicationStatus", true},
    {"ecr:DescribeImageScanFindings", true},
    {"ecr:DescribeImageSigningStatus", true},
    {"ecr:DescribeImages", true},
    {"ecr:DescribePullThroughCacheRules", false},
    {"ecr:DescribeRegistry", false},
    {"ecr:DescribeRepositories", true},
    {"ecr:DescribeRepositoryCreationTemplates", false},
    {"ecr:GetAccountSetting", false},
    {"ecr:GetAuthorizationToken", false},
    {"ecr:GetDownloadUrlForLayer", true},
    {"ecr:GetLifecyclePolicy", true},
    {"ecr:GetLifecyclePolicyPreview", true},
    {"ecr:GetRegistryPolicy", false},
    {"ecr:GetRegistryScanningConfiguration", false},
    {"ecr:GetRepositoryPolicy", true},
    {"ecr:GetSigningConfiguration", false},
    {"ecr:InitiateLayerUpload", true},
    {"ecr:ListImageReferrers", true},
    {"ecr:ListImages", true},
    {"ecr:ListPullTimeUpdateExclusions", false},
    {"ecr:ListTagsForResource", true},
    {"ecr:PutAccountSetting", false},
    {"ecr:PutImage", true},
    {"ecr:PutImageScanningConfiguration", true},
    {"ecr:PutImageTagMutability", true},
    {"ecr:PutLifecyclePolicy", true},
    {"ecr:PutRegistryPolicy", false},
    {"ecr:PutRegistryScanningConfiguration", false},
    {"ecr:PutReplicationConfiguration", false},
    {"ecr:PutSigningConfiguration", false},
    {"ecr:RegisterPullTimeUpdateExclusion", false},
    {"ecr:ReplicateImage", true},
    {"ecr:SetRepositoryPolicy", true},
    {"ecr:StartImageScan", true},
    {"ecr:StartLifecyclePolicyPreview", true},
    {"ecr:TagResource", true},
    {"ecr:UntagResource", true},
    {"ecr:UpdateImageStorageClass", true},
    {"ecr:UpdatePullThroughCacheRule", false},
    {"ecr:UpdateRepositoryCreationTemplate", false},
    {"ecr:UploadLayerPart", true},
    {"ecr:ValidatePullThroughCacheRule", false},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> aliases{{
    {"ecr:PutRepositoryPolicy", "ecr:SetRepositoryPolicy"},
    {"ecr:BatchDeleteImages", "ecr:BatchDeleteImage"},
}};

}  // namespace

std::span<const EcrAction> ecr_actions() { return table; }

const EcrAction* find_ecr_action(std::string_view action) {
  const auto* found = std::ranges::find_if(
      table, [action](const EcrAction& entry) { return equal_ignoring_case(entry.name, action); });
  return found == table.end() ? nullptr : found;
}

bool has_repository_resource(std::string_view action) {
  const EcrAction* entry = find_ecr_action(action);
  return entry == nullptr || entry->has_repository;
}

std::optional<std::string_view> ecr_action_alias(std::string_view action) {
  for (const auto& [wrong, right] : aliases) {
    if (equal_ignoring_case(wrong, action)) return right;
  }
  return std::nullopt;
}

std::optional<std::string_view> nearest_ecr_action(std::string_view action) {
  if (action.size() < 4 || !equal_ignoring_case(action.substr(0, 4), "ecr:") ||
      action.find_first_of("*?") != std::string_view::npos || find_ecr_action(action) != nullptr) {
    return std::nullopt;
  }
  if (const auto alias = ecr_action_alias(action)) return alias;
  std::vector<std::string_view> operations;
  for (const EcrAction& entry : table) operations.push_back(entry.name.substr(4));
  const auto operation = nearest(action.substr(4), operations);
  if (!operation) return std::nullopt;
  // The name with its prefix: the operation's view lies inside the table's text.
  return std::string_view(operation->data() - 4, operation->size() + 4);
}

}  // namespace auditor
