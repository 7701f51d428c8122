// Source of the resource types: the CloudFormation resource reference; of the forms of ARNs: the
// Service Authorization Reference.
#include "evaluator/aws/entity_kind.h"

#include <algorithm>
#include <cstddef>

#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

constexpr auto by_identity = PolicyKind::identity;
constexpr auto by_resource = PolicyKind::resource;
constexpr std::string_view account_details = "aws iam get-account-authorization-details";
constexpr std::string_view repository_policy = "aws ecr get-repository-policy";
constexpr std::string_view public_service = "ecr-public";

// INVARIANT: the names are in the topic of the state; a new name would orphan what is there.
constexpr std::array<EntityKindRow, 9> kind_rows{{
    {.kind = EntityKind::role,
     .name = "role",
     .aws_type = "AWS::IAM::Role",
     .service = "iam",
     .resource = "role/",
     .is_regional = false,
     .policies = by_identity,
     .subject = EntityKind::role,
     .documents = "the policies of the role",
     .cli_calls = {account_details}},
    {.kind = EntityKind::user,
     .name = "user",
     .aws_type = "AWS::IAM::User",
     .service = "iam",
     .resource = "user/",
     .is_regional = false,
     .policies = by_identity,
     .subject = EntityKind::user,
     .documents = "the policies of the user",
     .cli_calls = {account_details}},
    {.kind = EntityKind::group,
     .name = "group",
     .aws_type = "AWS::IAM::Group",
     .service = "iam",
     .resource = "group/",
     .is_regional = false,
     .policies = by_identity,
     .subject = EntityKind::group,
     .documents = "the policies of the group",
     .cli_calls = {account_details}},
    {.kind = EntityKind::policy,
     .name = "policy",
     .aws_type = "AWS::IAM::ManagedPolicy",
     .service = "iam",
     .resource = "policy/",
     .is_regional = false,
     .policies = by_identity,
     .subject = EntityKind::policy,
     .documents = "the document of the policy",
     .cli_calls = {"aws iam get-policy-version"}},
    {.kind = EntityKind::permission_set,
     .name = "permission_set",
     .aws_type = "AWS::SSO::PermissionSet",
     .service = "sso",
     .resource = "permissionSet/",
     .is_regional = false,
     .policies = by_identity,
     .subject = EntityKind::policy,
     .documents = "the policy of the permission set",
     .cli_calls = {"aws sso-admin get-inline-policy-for-permission-set"}},
    {.kind = EntityKind::repository,
     .name = "repository",
     .aws_type = "AWS::ECR::Repository",
     .service = "ecr",
     .resource = "repository/",
     .is_regional = true,
     .policies = by_resource,
     .subject = EntityKind::repository,
     .documents = "the policy of the repository",
     .cli_calls = {repository_policy}},
    {.kind = EntityKind::registry,
     .name = "registry",
     .aws_type = "AWS::ECR::RegistryPolicy",
     .service = "ecr",
     .resource = "registry",
     .is_regional = true,
     .policies = by_resource,
     .subject = EntityKind::registry,
     .documents = "the policy of the registry",
     .cli_calls = {"aws ecr get-registry-policy"}},
    {.kind = EntityKind::template_,
     .name = "template",
     .aws_type = "AWS::ECR::RepositoryCreationTemplate",
     .service = "ecr",
     .resource = "repository-creation-template/",
     .is_regional = true,
     .policies = by_resource,
     .subject = EntityKind::template_,
     .documents = "the template",
     .cli_calls = {"aws ecr describe-repository-creation-templates"}},
    {.kind = EntityKind::account,
     .name = "account",
     .aws_type = "AWS::Account",
     .service = "iam",
     .resource = "root",
     .is_regional = false,
     .policies = std::nullopt,
     .subject = EntityKind::account,
     .documents = "the policies of the account",
     .cli_calls = {account_details, repository_policy}},
}};

constexpr bool is_ordered_as_the_enumeration() {
  for (std::size_t i = 0; i < kind_rows.size(); ++i) {
    if (kind_rows[i].kind != static_cast<EntityKind>(i)) return false;
  }
  return true;
}
static_assert(is_ordered_as_the_enumeration());

bool is_resource_of(const EntityKindRow& row, std::string_view resource) {
  return row.resource.ends_with('/') ? resource.starts_with(row.resource)
                                     : resource == row.resource;
}

}  // namespace

std::span<const EntityKindRow> entity_kinds() { return kind_rows; }

const EntityKindRow& row_of(EntityKind kind) { return kind_rows[static_cast<std::size_t>(kind)]; }

std::string_view to_string(EntityKind kind) { return row_of(kind).name; }

std::optional<EntityKind> parse_entity_kind(std::string_view text) {
  const auto* const row = std::ranges::find(kind_rows, text, &EntityKindRow::name);
  if (row == kind_rows.end()) return std::nullopt;
  return row->kind;
}

std::optional<EntityKind> parse_subject_kind(std::string_view text) {
  const auto kind = parse_entity_kind(text);
  return kind && row_of(*kind).subject == *kind ? kind : std::nullopt;
}

bool is_identity(EntityKind kind) { return row_of(kind).policies == PolicyKind::identity; }

std::string entity_arn(EntityKind kind, const EntityPlace& place, std::string_view name) {
  const EntityKindRow& row = row_of(kind);
  const bool is_public = place.region == public_region;
  std::string arn("arn:");
  arn.append(place.partition).append(":").append(is_public ? public_service : row.service);
  arn.append(":").append(row.is_regional && !is_public ? place.region : std::string_view());
  return arn.append(":").append(place.account).append(":").append(row.resource).append(name);
}

std::optional<EntityArn> parse_entity_arn(std::string_view text) {
  const auto arn = split_arn(text);
  if (!arn) return std::nullopt;
  const bool is_public = arn->service == public_service;
  const std::string_view service = is_public ? std::string_view("ecr") : arn->service;
  const auto* const row = std::ranges::find_if(kind_rows, [&](const EntityKindRow& one) {
    return one.service == service && is_resource_of(one, arn->resource);
  });
  if (row == kind_rows.end()) return std::nullopt;
  return EntityArn{row->kind,
                   {arn->partition, arn->account, is_public ? public_region : arn->region},
                   arn->resource.substr(row->resource.size())};
}

}  // namespace auditor
