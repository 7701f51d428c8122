// Repositories, registries, and the templates by which ECR creates repositories.
// Tested by account_change_test.cpp.
#include "evaluator/events/ecr_calls.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evaluator/events/event_owner.h"
#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

std::string region_of(const CloudTrailEvent& event) {
  return event.source == ecr_public_source ? std::string(public_region) : event.region;
}

std::optional<std::string> template_prefix(const CloudTrailEvent& event) {
  for (const auto* prefix : {&event.request.prefix, &event.response.prefix}) {
    if (*prefix && is_repository_name(**prefix)) return **prefix;
  }
  return std::nullopt;
}

std::optional<EntityKey> ecr_entity(FactWriter& out, EntityKind kind) {
  EntityKey key{kind, region_of(out.event()), {}};
  if (kind == EntityKind::registry) return key;  // there is one
  const bool is_template = kind == EntityKind::template_;
  auto name = is_template ? template_prefix(out.event()) : repository_name(out.event());
  if (!name) {
    out.unnamed(is_template ? "template prefix" : "repository name");
    return std::nullopt;
  }
  key.name = std::move(*name);
  return key;
}

// Pull-through caches, replication, create on push: then a template gives the policy and the tags.
bool is_made_by_ecr(const Actor& actor) {
  // "pullthroughcache.ecr.amazonaws.com", with any partition's suffix.
  return actor.type == "AWSService" || ("." + actor.invoked_by).contains(".ecr.");
}

void set_repository_tags(FactWriter& out, const EntityKey& key) {
  for (const Tag& tag : out.request().tags) out.set(key, Attribute::tag, tag.key, tag.value);
}

// The ARN says that all of its tags are known.
void create_repository(FactWriter& out, EntityKind kind) {
  const auto key = ecr_entity(out, kind);
  if (!key) return;
  std::string creator;
  if (is_made_by_ecr(out.event().actor)) {
    creator = "service";
  } else if (out.has_parameters()) {
    creator = repository_arn(out.event(), out.account(), key->name);
  }
  out.set(*key, Attribute::created, {}, creator);
  set_repository_tags(out, *key);
}

void delete_ecr_entity(FactWriter& out, EntityKind kind) {
  if (const auto key = ecr_entity(out, kind)) out.set(*key, Attribute::deleted);
}

void put_resource_policy(FactWriter& out, EntityKind kind) {
  if (const auto key = ecr_entity(out, kind)) out.document(*key, resource_document);
}

void delete_resource_policy(FactWriter& out, EntityKind kind) {
  if (const auto key = ecr_entity(out, kind)) out.clear(*key, Attribute::policy);
}

void tag_repository(FactWriter& out, EntityKind kind) {
  if (const auto key = ecr_entity(out, kind)) set_repository_tags(out, *key);
}

void untag_repository(FactWriter& out, EntityKind kind) {
  const auto key = ecr_entity(out, kind);
  if (!key) return;
  for (const std::string& tag : out.request().tag_keys) out.clear(*key, Attribute::tag, tag);
}

void put_account_setting(FactWriter& out, EntityKind kind) {
  const RequestParameters& request = out.request();
  if (!out.has_parameters()) return out.unnamed("account setting");
  if (request.setting_name != "REGISTRY_POLICY_SCOPE") return;
  if (request.setting_value != "V1" && request.setting_value != "V2") {
    return out.unnamed("scope of the registry policy");
  }
  if (const auto key = ecr_entity(out, kind)) {
    out.set(*key, Attribute::scope, {}, *request.setting_value);
  }
}

void create_template(FactWriter& out, EntityKind kind) {
  const auto key = ecr_entity(out, kind);
  if (!key) return;
  out.set(*key, Attribute::created);
  if (out.request().policy_document || !out.has_parameters()) {
    out.document(*key, resource_document);
  }
}

// Without a policy in the request it keeps the one it has.
void update_template(FactWriter& out, EntityKind kind) {
  if (out.has_parameters() && !out.request().policy_document) return;
  if (const auto key = ecr_entity(out, kind)) out.document(*key, resource_document);
}

}  // namespace

std::span<const KnownCall> ecr_calls() {
  static constexpr KnownCall calls[] = {
      {"CreateRepository", create_repository, EntityKind::repository},
      {"CreateRepositoryCreationTemplate", create_template, EntityKind::template_},
      {"DeleteRegistryPolicy", delete_resource_policy, EntityKind::registry},
      {"DeleteRepository", delete_ecr_entity, EntityKind::repository, Access::cannot_grow},
      {"DeleteRepositoryCreationTemplate", delete_ecr_entity, EntityKind::template_,
       Access::cannot_grow},
      {"DeleteRepositoryPolicy", delete_resource_policy, EntityKind::repository},
      {"PutAccountSetting", put_account_setting, EntityKind::registry},
      {"PutRegistryPolicy", put_resource_policy, EntityKind::registry},
      {"PutRepositoryPolicy", put_resource_policy, EntityKind::repository},  // people expect it
      {"SetRepositoryPolicy", put_resource_policy, EntityKind::repository},
      {"TagResource", tag_repository, EntityKind::repository},
      {"UntagResource", untag_repository, EntityKind::repository},
      {"UpdateRepositoryCreationTemplate", update_template, EntityKind::template_},
  };
  static_assert(is_ordered_by_name(calls));
  return calls;
}

std::span<const KnownCall> ecr_public_calls() {
  static constexpr KnownCall calls[] = {
      {"CreateRepository", create_repository, EntityKind::repository},
      {"DeleteRepository", delete_ecr_entity, EntityKind::repository, Access::cannot_grow},
      {"DeleteRepositoryPolicy", delete_resource_policy, EntityKind::repository},
      {"PutRepositoryPolicy", put_resource_policy, EntityKind::repository},
      {"SetRepositoryPolicy", put_resource_policy, EntityKind::repository},
      {"TagResource", tag_repository, EntityKind::repository},
      {"UntagResource", untag_repository, EntityKind::repository},
  };
  static_assert(is_ordered_by_name(calls));
  return calls;
}

}  // namespace auditor
