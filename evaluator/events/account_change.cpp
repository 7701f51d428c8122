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
  void (*write)(FactWriter& out, ThingKind kind);
  ThingKind kind;
};

// INVARIANT: each table is ordered by name.
constexpr KnownCall iam_calls[] = {
    {"AddUserToGroup", add_to_group, ThingKind::user},
    {"AttachGroupPolicy", attach_policy, ThingKind::group},
    {"AttachRolePolicy", attach_policy, ThingKind::role},
    {"AttachUserPolicy", attach_policy, ThingKind::user},
    {"CreateGroup", create_principal, ThingKind::group},
    {"CreatePolicy", create_policy, ThingKind::policy},
    {"CreatePolicyVersion", create_policy_version, ThingKind::policy},
    {"CreateRole", create_principal, ThingKind::role},
    {"CreateServiceLinkedRole", create_service_linked_role, ThingKind::role},
    {"CreateUser", create_principal, ThingKind::user},
    {"DeleteGroup", delete_principal, ThingKind::group},
    {"DeleteGroupPolicy", delete_inline_policy, ThingKind::group},
    {"DeletePolicy", delete_policy, ThingKind::policy},
    {"DeletePolicyVersion", delete_policy_version, ThingKind::policy},
    {"DeleteRole", delete_principal, ThingKind::role},
    {"DeleteRolePermissionsBoundary", delete_boundary, ThingKind::role},
    {"DeleteRolePolicy", delete_inline_policy, ThingKind::role},
    {"DeleteUser", delete_principal, ThingKind::user},
    {"DeleteUserPermissionsBoundary", delete_boundary, ThingKind::user},
    {"DeleteUserPolicy", delete_inline_policy, ThingKind::user},
    {"DetachGroupPolicy", detach_policy, ThingKind::group},
    {"DetachRolePolicy", detach_policy, ThingKind::role},
    {"DetachUserPolicy", detach_policy, ThingKind::user},
    {"PutGroupPolicy", put_inline_policy, ThingKind::group},
    {"PutRolePermissionsBoundary", put_boundary, ThingKind::role},
    {"PutRolePolicy", put_inline_policy, ThingKind::role},
    {"PutUserPermissionsBoundary", put_boundary, ThingKind::user},
    {"PutUserPolicy", put_inline_policy, ThingKind::user},
    {"RemoveUserFromGroup", remove_from_group, ThingKind::user},
    {"SetDefaultPolicyVersion", set_default_version, ThingKind::policy},
    {"TagRole", tag_principal, ThingKind::role},
    {"TagUser", tag_principal, ThingKind::user},
    {"UntagRole", untag_principal, ThingKind::role},
    {"UntagUser", untag_principal, ThingKind::user},
    {"UpdateGroup", update_principal, ThingKind::group},
    {"UpdateUser", update_principal, ThingKind::user},
};

constexpr KnownCall ecr_calls[] = {
    {"CreateRepository", create_repository, ThingKind::repository},
    {"CreateRepositoryCreationTemplate", create_template, ThingKind::template_},
    {"DeleteRegistryPolicy", delete_resource_policy, ThingKind::registry},
    {"DeleteRepository", delete_ecr_thing, ThingKind::repository},
    {"DeleteRepositoryCreationTemplate", delete_ecr_thing, ThingKind::template_},
    {"DeleteRepositoryPolicy", delete_resource_policy, ThingKind::repository},
    {"PutAccountSetting", put_account_setting, ThingKind::registry},
    {"PutRegistryPolicy", put_resource_policy, ThingKind::registry},
    {"PutRepositoryPolicy", put_resource_policy, ThingKind::repository},  // people expect it
    {"SetRepositoryPolicy", put_resource_policy, ThingKind::repository},
    {"TagResource", tag_repository, ThingKind::repository},
    {"UntagResource", untag_repository, ThingKind::repository},
    {"UpdateRepositoryCreationTemplate", update_template, ThingKind::template_},
};

constexpr KnownCall ecr_public_calls[] = {
    {"CreateRepository", create_repository, ThingKind::repository},
    {"DeleteRepository", delete_ecr_thing, ThingKind::repository},
    {"DeleteRepositoryPolicy", delete_resource_policy, ThingKind::repository},
    {"PutRepositoryPolicy", put_resource_policy, ThingKind::repository},
    {"SetRepositoryPolicy", put_resource_policy, ThingKind::repository},
    {"TagResource", tag_repository, ThingKind::repository},
    {"UntagResource", untag_repository, ThingKind::repository},
};

constexpr KnownCall identity_center_calls[] = {
    {"AttachManagedPolicyToPermissionSet", attach_to_permission_set, ThingKind::permission_set},
    {"DeleteInlinePolicyFromPermissionSet", delete_permission_set_policy,
     ThingKind::permission_set},
    {"DeletePermissionSet", delete_permission_set, ThingKind::permission_set},
    {"DetachManagedPolicyFromPermissionSet", detach_from_permission_set, ThingKind::permission_set},
    {"PutInlinePolicyToPermissionSet", put_permission_set_policy, ThingKind::permission_set},
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
