#include "evaluator/aws/ecr_actions.h"

#include <algorithm>

#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::array<ServiceAction, 60> table{{
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

}  // namespace

std::span<const ServiceAction> ecr_actions() { return table; }

bool is_in_registry_scope_v1(std::string_view action) {
  constexpr std::array<std::string_view, 3> actions{
      "ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"};
  return std::ranges::any_of(
      actions, [&](std::string_view known) { return equal_ignoring_case(known, action); });
}

}  // namespace auditor
