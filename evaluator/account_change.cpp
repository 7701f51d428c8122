#include "evaluator/account_change.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "evaluator/account_change_parts.h"
#include "evaluator/arn.h"
#include "evaluator/event_names.h"

namespace auditor {
namespace {

struct KnownCall {
  std::string_view name;
  void (*write)(FactWriter& out, ThingKind kind);
  ThingKind kind;
};

// INVARIANT: each table is ordered by name.
using enum ThingKind;
constexpr KnownCall iam_calls[] = {
    {"AddUserToGroup", add_to_group, user},
    {"AttachGroupPolicy", attach_policy, group},
    {"AttachRolePolicy", attach_policy, role},
    {"AttachUserPolicy", attach_policy, user},
    {"CreateGroup", create_principal, group},
    {"CreatePolicy", create_policy, policy},
    {"CreatePolicyVersion", create_policy_version, policy},
    {"CreateRole", create_principal, role},
    {"CreateServiceLinkedRole", create_service_linked_role, role},
    {"CreateUser", create_principal, user},
    {"DeleteGroup", delete_principal, group},
    {"DeleteGroupPolicy", delete_inline_policy, group},
    {"DeletePolicy", delete_policy, policy},
    {"DeletePolicyVersion", delete_policy_version, policy},
    {"DeleteRole", delete_principal, role},
    {"DeleteRolePermissionsBoundary", delete_boundary, role},
    {"DeleteRolePolicy", delete_inline_policy, role},
    {"DeleteUser", delete_principal, user},
    {"DeleteUserPermissionsBoundary", delete_boundary, user},
    {"DeleteUserPolicy", delete_inline_policy, user},
    {"DetachGroupPolicy", detach_policy, group},
    {"DetachRolePolicy", detach_policy, role},
    {"DetachUserPolicy", detach_policy, user},
    {"PutGroupPolicy", put_inline_policy, group},
    {"PutRolePermissionsBoundary", put_boundary, role},
    {"PutRolePolicy", put_inline_policy, role},
    {"PutUserPermissionsBoundary", put_boundary, user},
    {"PutUserPolicy", put_inline_policy, user},
    {"RemoveUserFromGroup", remove_from_group, user},
    {"SetDefaultPolicyVersion", set_default_version, policy},
    {"TagRole", tag_principal, role},
    {"TagUser", tag_principal, user},
    {"UntagRole", untag_principal, role},
    {"UntagUser", untag_principal, user},
    {"UpdateGroup", update_principal, group},
    {"UpdateUser", update_principal, user},
};

constexpr KnownCall ecr_calls[] = {
    {"CreateRepository", create_repository, repository},
    {"CreateRepositoryCreationTemplate", create_template, template_},
    {"DeleteRegistryPolicy", delete_resource_policy, registry},
    {"DeleteRepository", delete_ecr_thing, repository},
    {"DeleteRepositoryCreationTemplate", delete_ecr_thing, template_},
    {"DeleteRepositoryPolicy", delete_resource_policy, repository},
    {"PutAccountSetting", put_account_setting, registry},
    {"PutRegistryPolicy", put_resource_policy, registry},
    {"PutRepositoryPolicy", put_resource_policy, repository},  // people expect it
    {"SetRepositoryPolicy", put_resource_policy, repository},
    {"TagResource", tag_repository, repository},
    {"UntagResource", untag_repository, repository},
    {"UpdateRepositoryCreationTemplate", update_template, template_},
};

constexpr KnownCall ecr_public_calls[] = {
    {"CreateRepository", create_repository, repository},
    {"DeleteRepository", delete_ecr_thing, repository},
    {"DeleteRepositoryPolicy", delete_resource_policy, repository},
    {"PutRepositoryPolicy", put_resource_policy, repository},
    {"SetRepositoryPolicy", put_resource_policy, repository},
    {"TagResource", tag_repository, repository},
    {"UntagResource", untag_repository, repository},
};

constexpr KnownCall identity_center_calls[] = {
    {"AttachManagedPolicyToPermissionSet", attach_to_permission_set, permission_set},
    {"DeleteInlinePolicyFromPermissionSet", delete_permission_set_policy, permission_set},
    {"DeletePermissionSet", delete_permission_set, permission_set},
    {"DetachManagedPolicyFromPermissionSet", detach_from_permission_set, permission_set},
    {"PutInlinePolicyToPermissionSet", put_permission_set_policy, permission_set},
};

struct Service {
  std::string_view source;
  std::span<const KnownCall> calls;
};

// eventName alone is not enough: CreatePolicy exists in IAM and in Organizations.
constexpr std::array services{
    Service{iam_source, iam_calls},
    Service{ecr_source, ecr_calls},
    Service{ecr_public_source, ecr_public_calls},
    Service{identity_center_source, identity_center_calls},
};
static_assert(std::ranges::all_of(services, [](const Service& service) {
  return std::ranges::is_sorted(service.calls, {}, &KnownCall::name);
}));

const Service* find_service(std::string_view source) {
  const auto found = std::ranges::find(services, source, &Service::source);
  return found == services.end() ? nullptr : &*found;
}

const KnownCall* find_call(std::string_view source, std::string_view name) {
  const Service* const service = find_service(source);
  if (service == nullptr) return nullptr;
  const auto found = std::ranges::lower_bound(service->calls, name, {}, &KnownCall::name);
  return found != service->calls.end() && found->name == name ? &*found : nullptr;
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
  return find_service(event_source) != nullptr;
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
