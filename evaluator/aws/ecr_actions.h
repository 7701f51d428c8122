// The actions of private ECR, and whether each is asked for a repository.
//
// Source: the 58 operations of the ECR service model 2015-09-21 and the Service Authorization
// Reference (which adds the permission-only ReplicateImage and BatchImportUpstreamImage). Asked
// through `service_model`.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "evaluator/aws/service_action.h"

namespace auditor {

// Of CloudTrail.
inline constexpr std::string_view ecr_source = "ecr.amazonaws.com";
inline constexpr std::string_view ecr_public_source = "ecr-public.amazonaws.com";
inline constexpr std::array ecr_sources{ecr_source, ecr_public_source};

// All of them, ordered by name.
std::span<const ServiceAction> ecr_actions();

inline constexpr std::array<ActionAlias, 2> ecr_aliases{{
    {"ecr:PutRepositoryPolicy", "ecr:SetRepositoryPolicy"},
    {"ecr:BatchDeleteImages", "ecr:BatchDeleteImage"},
}};

// In lower case. Their requests carry tags.
inline constexpr std::array<std::string_view, 5> ecr_tagging_actions{
    "ecr:tagresource", "ecr:untagresource", "ecr:createrepository",
    "ecr:createrepositorycreationtemplate", "ecr:updaterepositorycreationtemplate"};

// Change the tags of a repository that exists.
inline constexpr std::array<std::string_view, 2> ecr_retagging_actions{"ecr:TagResource",
                                                                       "ecr:UntagResource"};

// What a registry policy of scope V1 can be about.
// Source: the ECR API's PutAccountSetting, REGISTRY_POLICY_SCOPE.
bool is_in_registry_scope_v1(std::string_view action);

}  // namespace auditor
