#include "evaluator/account_change.h"

#include <algorithm>
#include <array>
#include <utility>

#include "evaluator/account_change_parts.h"
#include "evaluator/arn.h"
#include "evaluator/event_names.h"

namespace auditor {
namespace {

constexpr std::string_view iam = iam_source;
constexpr std::string_view ecr = ecr_source;
constexpr std::string_view ecr_public = ecr_public_source;
constexpr std::string_view identity_center = identity_center_source;

struct KnownCall {
  std::string_view source, name;
  void (*write)(FactWriter& out, ThingKind kind);
  ThingKind kind;
};

// eventName alone is not enough: CreatePolicy exists in IAM and in Organizations.
using enum ThingKind;
constexpr std::array known_calls{
    KnownCall{iam, "AddUserToGroup", add_to_group, user},
    KnownCall{iam, "AttachGroupPolicy", attach_policy, group},
    KnownCall{iam, "AttachRolePolicy", attach_policy, role},
    KnownCall{iam, "AttachUserPolicy", attach_policy, user},
    KnownCall{iam, "CreateGroup", create_principal, group},
    KnownCall{iam, "CreatePolicy", create_policy, policy},
    KnownCall{iam, "CreatePolicyVersion", create_policy_version, policy},
    KnownCall{iam, "CreateRole", create_principal, role},
    KnownCall{iam, "CreateServiceLinkedRole", create_service_linked_role, role},
    KnownCall{iam, "CreateUser", create_principal, user},
    KnownCall{iam, "DeleteGroup", delete_principal, group},
    KnownCall{iam, "DeleteGroupPolicy", delete_inline_policy, group},
    KnownCall{iam, "DeletePolicy", delete_policy, policy},
    KnownCall{iam, "DeletePolicyVersion", delete_policy_version, policy},
    KnownCall{iam, "DeleteRole", delete_principal, role},
    KnownCall{iam, "DeleteRolePermissionsBoundary", delete_boundary, role},
    KnownCall{iam, "DeleteRolePolicy", delete_inline_policy, role},
    KnownCall{iam, "DeleteUser", delete_principal, user},
    KnownCall{iam, "DeleteUserPermissionsBoundary", delete_boundary, user},
    KnownCall{iam, "DeleteUserPolicy", delete_inline_policy, user},
    KnownCall{iam, "DetachGroupPolicy", detach_policy, group},
    KnownCall{iam, "DetachRolePolicy", detach_policy, role},
    KnownCall{iam, "DetachUserPolicy", detach_policy, user},
    KnownCall{iam, "PutGroupPolicy", put_inline_policy, group},
    KnownCall{iam, "PutRolePermissionsBoundary", put_boundary, role},
    KnownCall{iam, "PutRolePolicy", put_inline_policy, role},
    KnownCall{iam, "PutUserPermissionsBoundary", put_boundary, user},
    KnownCall{iam, "PutUserPolicy", put_inline_policy, user},
    KnownCall{iam, "RemoveUserFromGroup", remove_from_group, user},
    KnownCall{iam, "SetDefaultPolicyVersion", set_default_version, policy},
    KnownCall{iam, "TagRole", tag_principal, role},
    KnownCall{iam, "TagUser", tag_principal, user},
    KnownCall{iam, "UntagRole", untag_principal, role},
    KnownCall{iam, "UntagUser", untag_principal, user},
    KnownCall{iam, "UpdateGroup", update_principal, group},
    KnownCall{iam, "UpdateUser", update_principal, user},
    KnownCall{ecr, "CreateRepository", create_repository, repository},
    KnownCall{ecr, "CreateRepositoryCreationTemplate", create_template, template_},
    KnownCall{ecr, "DeleteRegistryPolicy", delete_resource_policy, registry},
    KnownCall{ecr, "DeleteRepository", delete_ecr_thing, repository},
    KnownCall{ecr, "DeleteRepositoryCreationTemplate", delete_ecr_thing, template_},
    KnownCall{ecr, "DeleteRepositoryPolicy", delete_resource_policy, repository},
    KnownCall{ecr, "PutAccountSetting", put_account_setting, registry},
    KnownCall{ecr, "PutRegistryPolicy", put_resource_policy, registry},
    KnownCall{ecr, "PutRepositoryPolicy", put_resource_policy, repository},  // people expect it
    KnownCall{ecr, "SetRepositoryPolicy", put_resource_policy, repository},
    KnownCall{ecr, "TagResource", tag_repository, repository},
    KnownCall{ecr, "UntagResource", untag_repository, repository},
    KnownCall{ecr, "UpdateRepositoryCreationTemplate", update_template, template_},
    KnownCall{ecr_public, "CreateRepository", create_repository, repository},
    KnownCall{ecr_public, "DeleteRepository", delete_ecr_thing, repository},
    KnownCall{ecr_public, "DeleteRepositoryPolicy", delete_resource_policy, repository},
    KnownCall{ecr_public, "PutRepositoryPolicy", put_resource_policy, repository},
    KnownCall{ecr_public, "SetRepositoryPolicy", put_resource_policy, repository},
    KnownCall{ecr_public, "TagResource", tag_repository, repository},
    KnownCall{ecr_public, "UntagResource", untag_repository, repository},
    KnownCall{identity_center, "AttachManagedPolicyToPermissionSet", attach_to_permission_set,
              permission_set},
    KnownCall{identity_center, "DeleteInlinePolicyFromPermissionSet", delete_permission_set_policy,
              permission_set},
    KnownCall{identity_center, "DeletePermissionSet", delete_permission_set, permission_set},
    KnownCall{identity_center, "DetachManagedPolicyFromPermissionSet", detach_from_permission_set,
              permission_set},
    KnownCall{identity_center, "PutInlinePolicyToPermissionSet", put_permission_set_policy,
              permission_set},
};

const KnownCall* find_call(std::string_view source, std::string_view name) {
  if (!is_policy_service(source)) return nullptr;
  const auto found = std::ranges::find_if(known_calls, [&](const KnownCall& known) {
    return known.name == name && known.source == source;
  });
  return found == known_calls.end() ? nullptr : &*found;
}

std::optional<AccountChange> change_of(const CloudTrailEvent& event, const KnownCall& call,
                                       const CanMatter& can_matter) {
  const std::string owner = owner_of(event);
  FactWriter out(event, {partition_of(event), owner}, can_matter);
  if (owner.empty() || !is_account_id(event.account) || !is_region(event.region)) {
    FactWriter nowhere(event, {partition_of(event), {}}, can_matter);
    nowhere.doubt("the event does not say in which account and region it happened");
    return nowhere.take();
  }
  if (is_foreign_copy(event, owner)) return std::nullopt;
  call.write(out, call.kind);
  if (!event.failed()) teach_role_of_session(out);
  return out.take();
}

}  // namespace

bool is_policy_service(std::string_view event_source) {
  return event_source == iam || event_source == ecr || event_source == ecr_public ||
         event_source == identity_center;
}

bool is_policy_call(std::string_view event_source, std::string_view event_name) {
  return find_call(event_source, event_name) != nullptr;
}

std::optional<AccountChange> account_change(const CloudTrailEvent& event,
                                            const CanMatter& can_matter) {
  const KnownCall* const call = find_call(event.source, event.name);
  if (call == nullptr || event.failed()) return std::nullopt;
  return change_of(event, *call, can_matter);
}

std::optional<AccountChange> attempted_change(const CloudTrailEvent& event,
                                              const CanMatter& can_matter) {
  const KnownCall* const call = find_call(event.source, event.name);
  if (call == nullptr || !event.failed() || event.was_throttled()) return std::nullopt;
  return change_of(event, *call, can_matter);
}

}  // namespace auditor
