// Managed policies: customer managed ones with their versions, and the permission sets of Identity
// Center, which are policies that live elsewhere.
// Tested by account_change_test.cpp.
#include "evaluator/events/policy_calls.h"

#include <optional>
#include <string>
#include <utility>

#include "evaluator/account/account_state.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

// The key of a customer's policy in this account; AWS's own are not written by calls.
std::optional<EntityKey> own_policy(const FactWriter& out, std::string_view arn) {
  auto key = policy_key(arn);
  if (!key) return std::nullopt;
  const auto parts = split_arn(arn);
  const bool is_own = parts && parts->partition == out.account().partition &&
                      parts->account == out.account().account;
  return is_own ? key : std::nullopt;
}

std::optional<EntityKey> requested_policy(FactWriter& out) {
  auto key = own_policy(out, text_or_empty(out.request().policy_arn));
  if (!key) out.unnamed("policy ARN");
  return key;
}

// Nullopt: it is not known which policy was created. A path that is not understood is not `/`: the
// policy would take the place of another one.
std::optional<std::string> created_policy_arn(const FactWriter& out) {
  const auto& answered = out.event().response.arn;
  if (answered && own_policy(out, *answered)) return answered;
  const std::string_view name = text_or_empty(out.request().policy_name);
  if (answered || !out.has_parameters() || !is_iam_name(name)) return std::nullopt;
  const std::string path = out.request().path.value_or("/");
  if (!is_iam_path(path)) return std::nullopt;
  return entity_arn(EntityKind::policy, place_of(out.account()), path.substr(1).append(name));
}

// WHY `?`: no valid version has it. A version whose id the event does not say is one that was
// never seen to whoever reads the memory.
std::string unknown_version(const FactWriter& out) { return "?" + out.stamp().event_id; }

std::string version_or_unknown(const FactWriter& out, const std::optional<std::string>& version) {
  return version && is_iam_name(*version) ? *version : unknown_version(out);
}

// Which version the policy has by default after another one was made; nullopt: the one before.
std::optional<std::string> default_after(const FactWriter& out, const std::string& made) {
  const auto& is_default = out.request().set_as_default;
  if (!is_default || equal_ignoring_case(*is_default, "false")) return std::nullopt;
  return equal_ignoring_case(*is_default, "true") ? made : unknown_version(out);
}

std::optional<EntityKey> permission_set(FactWriter& out, EntityKind kind) {
  const std::string_view arn = text_or_empty(out.request().permission_set_arn);
  if (const auto named = parse_entity_arn(arn); named && named->kind == kind) {
    return EntityKey{kind, out.event().region, std::string(arn)};
  }
  out.unnamed("permission set");
  return std::nullopt;
}

void create_policy(FactWriter& out, EntityKind) {
  auto arn = created_policy_arn(out);
  const auto key = arn ? policy_key(*arn) : std::nullopt;
  if (!key) return out.unnamed("policy name and path");
  const std::string version = "v1";  // of every new policy
  out.set(*key, Attribute::created, {}, *arn);
  out.document(*key, version_document, version);
  out.set(*key, Attribute::default_version, {}, version);
}

void create_policy_version(FactWriter& out, EntityKind) {
  const auto key = requested_policy(out);
  if (!key) return;
  const std::string version = version_or_unknown(out, out.event().response.version_id);
  out.document(*key, version_document, version);
  if (const auto chosen = default_after(out, version)) {
    out.set(*key, Attribute::default_version, {}, *chosen);
  }
}

void set_default_version(FactWriter& out, EntityKind) {
  if (const auto key = requested_policy(out)) {
    out.set(*key, Attribute::default_version, {},
            version_or_unknown(out, out.request().version_id));
  }
}

void delete_policy(FactWriter& out, EntityKind) {
  if (const auto key = requested_policy(out)) out.set(*key, Attribute::deleted);
}

void delete_policy_version(FactWriter& out, EntityKind) {
  const auto key = requested_policy(out);
  if (!key) return;
  const std::string_view version = text_or_empty(out.request().version_id);
  if (!is_iam_name(version)) return out.unnamed("policy version");
  out.clear(*key, Attribute::version, std::string(version));
}

void put_permission_set_policy(FactWriter& out, EntityKind kind) {
  if (const auto key = permission_set(out, kind)) out.document(*key, inline_document);
}

void delete_permission_set_policy(FactWriter& out, EntityKind kind) {
  if (const auto key = permission_set(out, kind)) out.clear(*key, Attribute::inline_policy);
}

void attach_to_permission_set(FactWriter& out, EntityKind kind) {
  if (const auto key = permission_set(out, kind)) attach_to(out, *key);
}

void detach_from_permission_set(FactWriter& out, EntityKind kind) {
  if (const auto key = permission_set(out, kind)) detach_from(out, *key);
}

void delete_permission_set(FactWriter& out, EntityKind kind) {
  if (const auto key = permission_set(out, kind)) out.set(*key, Attribute::deleted);
}

}  // namespace

std::span<const KnownCall> managed_policy_calls() {
  static constexpr KnownCall calls[] = {
      {"CreatePolicy", create_policy, EntityKind::policy},
      {"CreatePolicyVersion", create_policy_version, EntityKind::policy},
      {"DeletePolicy", delete_policy, EntityKind::policy, Access::cannot_grow},
      {"DeletePolicyVersion", delete_policy_version, EntityKind::policy, Access::cannot_grow},
      {"SetDefaultPolicyVersion", set_default_version, EntityKind::policy},
  };
  static_assert(is_ordered_by_name(calls));
  return calls;
}

std::span<const KnownCall> permission_set_calls() {
  static constexpr KnownCall calls[] = {
      {"AttachManagedPolicyToPermissionSet", attach_to_permission_set, EntityKind::permission_set},
      {"DeleteInlinePolicyFromPermissionSet", delete_permission_set_policy,
       EntityKind::permission_set},
      {"DeletePermissionSet", delete_permission_set, EntityKind::permission_set,
       Access::cannot_grow},
      {"DetachManagedPolicyFromPermissionSet", detach_from_permission_set,
       EntityKind::permission_set},
      {"PutInlinePolicyToPermissionSet", put_permission_set_policy, EntityKind::permission_set},
  };
  static_assert(is_ordered_by_name(calls));
  return calls;
}

void attach_to(FactWriter& out, const EntityKey& holder) {
  const std::string_view arn = text_or_empty(out.request().policy_arn);
  if (is_managed_policy_arn(arn)) return out.set(holder, Attribute::attached, std::string(arn));
  out.set(holder, Attribute::attached_doubt, {},
          "the event names no lawful ARN of an attached policy");
}

void detach_from(FactWriter& out, const EntityKey& holder) {
  const std::string_view arn = text_or_empty(out.request().policy_arn);
  if (is_managed_policy_arn(arn)) return out.clear(holder, Attribute::attached, std::string(arn));
  out.set(holder, Attribute::attached_doubt, {},
          "the event names no lawful ARN of a detached policy");
}

}  // namespace auditor
