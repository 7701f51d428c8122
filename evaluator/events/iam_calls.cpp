// Roles, users and groups: who they are, what they hold, who is in which group.
// Tested by account_change_test.cpp.
#include "evaluator/events/iam_calls.h"

#include <optional>
#include <string>
#include <utility>

#include "evaluator/events/event_owner.h"
#include "evaluator/events/policy_calls.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

EntityKey principal_key(EntityKind kind, std::string_view name) {
  return {kind, {}, to_lower(name)};
}

std::string_view requested_name(const FactWriter& out, EntityKind kind) {
  const RequestParameters& request = out.request();
  if (kind == EntityKind::role) return text_or_empty(request.role_name);
  return text_or_empty(kind == EntityKind::user ? request.user_name : request.group_name);
}

// The valid name that the request gives; else a doubt is written.
std::optional<std::string_view> valid_name(FactWriter& out, EntityKind kind) {
  const std::string_view name = requested_name(out, kind);
  if (is_iam_name(name)) return name;
  out.unnamed(std::string(to_string(kind)) + " name");
  return std::nullopt;
}

void spell(FactWriter& out, const EntityKey& key, std::string_view name) {
  if (key.name != name) out.set(key, Attribute::spelling, {}, std::string(name));
}

// Whom the call gave or took something. Its name may be all that is ever known of it.
std::optional<EntityKey> holder(FactWriter& out, EntityKind kind) {
  const auto name = valid_name(out, kind);
  if (!name) return std::nullopt;
  const EntityKey key = principal_key(kind, *name);
  spell(out, key, *name);
  return key;
}

std::string arn_of(const FactWriter& out, EntityKind kind, std::string_view path,
                   std::string_view name) {
  return entity_arn(kind, place_of(out.account()), std::string(path.substr(1)).append(name));
}

// What AWS answered; else what was asked for, which is all of it when the parameters are there.
// Nullopt: its path is not known.
std::optional<std::string> created_principal_arn(const FactWriter& out, EntityKind kind,
                                                 std::string_view name) {
  if (const auto& answered = out.event().response.arn) {
    const auto answered_name = name_in_arn(*answered, kind, out.account());
    const bool is_understood = answered_name && equal_ignoring_case(*answered_name, name);
    return is_understood ? answered : std::nullopt;
  }
  if (!out.has_parameters()) return std::nullopt;
  const std::string path = out.request().path.value_or("/");
  return is_iam_path(path) ? std::optional(arn_of(out, kind, path, name)) : std::nullopt;
}

void set_boundary(FactWriter& out, const EntityKey& key) {
  const std::string_view arn = text_or_empty(out.request().permissions_boundary);
  if (is_managed_policy_arn(arn)) {
    out.set(key, Attribute::boundary, {}, std::string(arn));
  } else {
    out.set(key, Attribute::boundary_doubt, {},
            "the event names no lawful ARN of a permissions boundary");
  }
}

void set_principal_tags(FactWriter& out, const EntityKey& key) {
  for (const Tag& tag : out.request().tags) {
    out.set(key, Attribute::tag, to_lower(tag.key), tag.value);
  }
}

std::optional<std::string> inline_name(FactWriter& out) {
  const std::string_view name = text_or_empty(out.request().policy_name);
  if (is_iam_name(name)) return std::string(name);
  out.unnamed("policy name");
  return std::nullopt;
}

void create_principal(FactWriter& out, EntityKind kind) {
  std::string_view name = requested_name(out, kind);
  if (!is_iam_name(name)) {
    name = name_in_arn(text_or_empty(out.event().response.arn), kind, out.account())
               .value_or(std::string_view());
  }
  if (name.empty()) return out.unnamed(std::string(to_string(kind)) + " name");
  const EntityKey key = principal_key(kind, name);
  const auto arn = created_principal_arn(out, kind, name);
  if (!arn) spell(out, key, name);
  out.set(key, Attribute::created, {}, arn.value_or(std::string()));
  set_principal_tags(out, key);
  if (out.request().permissions_boundary || !out.has_parameters()) set_boundary(out, key);
}

// The name is in the answer alone. Without one nothing is lost: these roles are not judged.
void create_service_linked_role(FactWriter& out, EntityKind kind) {
  const std::string_view arn = text_or_empty(out.event().response.arn);
  if (const auto name = name_in_arn(arn, kind, out.account())) {
    out.set(principal_key(kind, *name), Attribute::created, {}, std::string(arn));
  }
}

void delete_principal(FactWriter& out, EntityKind kind) {
  if (const auto name = valid_name(out, kind)) {
    out.set(principal_key(kind, *name), Attribute::deleted);
  }
}

void update_principal(FactWriter& out, EntityKind kind) {
  const auto name = valid_name(out, kind);
  if (!name) return;
  const auto& asked =
      kind == EntityKind::user ? out.request().new_user_name : out.request().new_group_name;
  const auto& path = out.request().new_path;
  const std::string_view new_name = asked ? std::string_view(*asked) : *name;
  if (!is_iam_name(new_name)) return out.unnamed("new " + std::string(to_string(kind)) + " name");
  const EntityKey old_key = principal_key(kind, *name);
  const EntityKey new_key = principal_key(kind, new_name);
  if (old_key != new_key) {
    out.set(old_key, Attribute::renamed_to, {}, new_key.name);
    out.set(new_key, Attribute::renamed_from, {}, old_key.name);
  }
  if (path && is_iam_path(*path)) {
    return out.set(new_key, Attribute::arn, {}, arn_of(out, kind, *path, new_name));
  }
  if (asked) spell(out, new_key, new_name);
  if (path) out.clear(new_key, Attribute::arn);
}

void put_inline_policy(FactWriter& out, EntityKind kind) {
  const auto key = holder(out, kind);
  if (!key) return;
  if (auto name = inline_name(out)) out.document(*key, inline_document, std::move(*name));
}

void delete_inline_policy(FactWriter& out, EntityKind kind) {
  const auto key = holder(out, kind);
  if (!key) return;
  if (auto name = inline_name(out)) out.clear(*key, Attribute::inline_policy, std::move(*name));
}

void attach_policy(FactWriter& out, EntityKind kind) {
  const auto key = holder(out, kind);
  if (key) attach_to(out, *key);
}

void detach_policy(FactWriter& out, EntityKind kind) {
  const auto key = holder(out, kind);
  if (key) detach_from(out, *key);
}

void put_boundary(FactWriter& out, EntityKind kind) {
  if (const auto key = holder(out, kind)) set_boundary(out, *key);
}

void delete_boundary(FactWriter& out, EntityKind kind) {
  if (const auto key = holder(out, kind)) out.clear(*key, Attribute::boundary);
}

void add_to_group(FactWriter& out, EntityKind kind) {
  const auto group = valid_name(out, EntityKind::group);
  if (!group) return;
  if (const auto key = holder(out, kind)) out.set(*key, Attribute::member_of, to_lower(*group));
}

void remove_from_group(FactWriter& out, EntityKind kind) {
  const auto group = valid_name(out, EntityKind::group);
  if (!group) return;
  if (const auto key = holder(out, kind)) out.clear(*key, Attribute::member_of, to_lower(*group));
}

// WHY no doubt about roles: a session may set any tag, so a role's tags are taken to be free.
void tag_principal(FactWriter& out, EntityKind kind) {
  if (kind == EntityKind::role && !out.has_parameters()) return;
  if (const auto key = holder(out, kind)) set_principal_tags(out, *key);
}

void untag_principal(FactWriter& out, EntityKind kind) {
  if (kind == EntityKind::role && !out.has_parameters()) return;
  const auto key = holder(out, kind);
  if (!key) return;
  for (const std::string& tag : out.request().tag_keys) {
    out.clear(*key, Attribute::tag, to_lower(tag));
  }
}

}  // namespace

std::span<const KnownCall> iam_calls() {
  static constexpr KnownCall calls[] = {
      {"AddUserToGroup", add_to_group, EntityKind::user},
      {"AttachGroupPolicy", attach_policy, EntityKind::group},
      {"AttachRolePolicy", attach_policy, EntityKind::role},
      {"AttachUserPolicy", attach_policy, EntityKind::user},
      {"CreateGroup", create_principal, EntityKind::group, Access::cannot_grow},
      {"CreateRole", create_principal, EntityKind::role, Access::cannot_grow},
      {"CreateServiceLinkedRole", create_service_linked_role, EntityKind::role,
       Access::cannot_grow},
      {"CreateUser", create_principal, EntityKind::user, Access::cannot_grow},
      {"DeleteGroup", delete_principal, EntityKind::group, Access::cannot_grow},
      {"DeleteGroupPolicy", delete_inline_policy, EntityKind::group},
      {"DeleteRole", delete_principal, EntityKind::role, Access::cannot_grow},
      {"DeleteRolePermissionsBoundary", delete_boundary, EntityKind::role},
      {"DeleteRolePolicy", delete_inline_policy, EntityKind::role},
      {"DeleteUser", delete_principal, EntityKind::user, Access::cannot_grow},
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
      {"TagRole", tag_principal, EntityKind::role, Access::cannot_grow},
      {"TagUser", tag_principal, EntityKind::user},
      {"UntagRole", untag_principal, EntityKind::role, Access::cannot_grow},
      {"UntagUser", untag_principal, EntityKind::user},
      {"UpdateGroup", update_principal, EntityKind::group},
      {"UpdateUser", update_principal, EntityKind::user},
  };
  static_assert(is_ordered_by_name(calls));
  return calls;
}

void teach_role_of_session(FactWriter& out) {
  const std::string& arn = out.event().actor.role_arn;
  const auto name = name_in_arn(arn, EntityKind::role, out.account());
  if (!name) return;
  const EntityKey key = principal_key(EntityKind::role, *name);
  // WHY: a role may delete itself; what it was called does not bring it back.
  if (!out.has(key, Attribute::deleted)) out.set(key, Attribute::arn, {}, arn);
}

}  // namespace auditor
