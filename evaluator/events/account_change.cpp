#include "evaluator/events/account_change.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "evaluator/events/call_handlers.h"
#include "evaluator/events/event_owner.h"
#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

struct KnownCall {
  std::string_view name;
  void (*write)(FactWriter& out, EntityKind kind);
  EntityKind kind;
};

// INVARIANT: each table is ordered by name.
constexpr KnownCall iam_calls[] = {
    {"AddUserToGroup", add_to_group, EntityKind::user},
    {"AttachGroupPolicy", attach_policy, EntityKind::group},
    {"AttachRolePolicy", attach_policy, EntityKind::role},
    {"AttachUserPolicy", attach_policy, EntityKind::user},
    {"CreateGroup", create_principal, EntityKind::group},
    {"CreatePolicy", create_policy, EntityKind::policy},
    {"CreatePolicyVersion", create_policy_version, EntityKind::policy},
    {"CreateRole", create_principal, EntityKind::role},
    {"CreateServiceLinkedRole", create_service_linked_role, EntityKind::role},
    {"CreateUser", create_principal, EntityKind::user},
    {"DeleteGroup", delete_principal, EntityKind::group},
    {"DeleteGroupPolicy", delete_inline_policy, EntityKind::group},
    {"DeletePolicy", delete_policy, EntityKind::policy},
    {"DeletePolicyVersion", delete_policy_version, EntityKind::policy},
    {"DeleteRole", delete_principal, EntityKind::role},
    {"DeleteRolePermissionsBoundary", delete_boundary, EntityKind::role},
    {"DeleteRolePolicy", delete_inline_policy, EntityKind::role},
    {"DeleteUser", delete_principal, EntityKind::user},
    {"DeleteUserPermissionsBoundary", delete_boundary, EntityKind::user},
    {"DeleteUserPolicy", delete_inline_policy, EntityKind::user},
    {"DetachGroupPolicy", detach_policy, EntityKind::group},
    {"DetachRolePolicy", detach_policy, EntityKind::role},
    {"DetachUserPolicy", detach_policy, EntityKind::user},
    {"PutGroupPolicy", put_inline_policy, EntityKind::group},
    {"PutRolePermissionsBoundary", put_boundary, EntityKind::role},
    {"PutRolePolicy", put_inline_policy, EntityKind::role},
    {"PutUserPermissionsBoundary", put_boundary, EntityKind::user},
    {"PutUserPolicy", put_inline_policy, EntityKind::user},
    {"RemoveUserFromGroup", remove_from_group, EntityKind::user},
    {"SetDefaultPolicyVersion", set_default_version, EntityKind::policy},
    {"TagRole", tag_principal, EntityKind::role},
    {"TagUser", tag_principal, EntityKind::user},
    {"UntagRole", untag_principal, EntityKind::role},
    {"UntagUser", untag_principal, EntityKind::user},
    {"UpdateGroup", update_principal, EntityKind::group},
    {"UpdateUser", update_principal, EntityKind::user},
};

constexpr KnownCall ecr_calls[] = {
    {"CreateRepository", create_repository, EntityKind::repository},
    {"CreateRepositoryCreationTemplate", create_template, EntityKind::template_},
    {"DeleteRegistryPolicy", delete_resource_policy, EntityKind::registry},
    {"DeleteRepository", delete_ecr_entity, EntityKind::repository},
    {"DeleteRepositoryCreationTemplate", delete_ecr_entity, EntityKind::template_},
    {"DeleteRepositoryPolicy", delete_resource_policy, EntityKind::repository},
    {"PutAccountSetting", put_account_setting, EntityKind::registry},
    {"PutRegistryPolicy", put_resource_policy, EntityKind::registry},
    {"PutRepositoryPolicy", put_resource_policy, EntityKind::repository},  // people expect it
    {"SetRepositoryPolicy", put_resource_policy, EntityKind::repository},
    {"TagResource", tag_repository, EntityKind::repository},
    {"UntagResource", untag_repository, EntityKind::repository},
    {"UpdateRepositoryCreationTemplate", update_template, EntityKind::template_},
};

constexpr KnownCall ecr_public_calls[] = {
    {"CreateRepository", create_repository, EntityKind::repository},
    {"DeleteRepository", delete_ecr_entity, EntityKind::repository},
    {"DeleteRepositoryPolicy", delete_resource_policy, EntityKind::repository},
    {"PutRepositoryPolicy", put_resource_policy, EntityKind::repository},
    {"SetRepositoryPolicy", put_resource_policy, EntityKind::repository},
    {"TagResource", tag_repository, EntityKind::repository},
    {"UntagResource", untag_repository, EntityKind::repository},
};

constexpr KnownCall identity_center_calls[] = {
    {"AttachManagedPolicyToPermissionSet", attach_to_permission_set, EntityKind::permission_set},
    {"DeleteInlinePolicyFromPermissionSet", delete_permission_set_policy,
     EntityKind::permission_set},
    {"DeletePermissionSet", delete_permission_set, EntityKind::permission_set},
    {"DetachManagedPolicyFromPermissionSet", detach_from_permission_set,
     EntityKind::permission_set},
    {"PutInlinePolicyToPermissionSet", put_permission_set_policy, EntityKind::permission_set},
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
