// The services that guardrails can be about, one row a service: its events, its actions, what they
// are about, and the tags of that.
//
// Whoever asks "of which service is this action?" asks here. A service without a row is not an
// error: its actions are decided without what a row adds (a form of resources, which calls carry
// tags).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/aws/entity_kind.h"
#include "evaluator/aws/service_action.h"

namespace auditor {

struct ServiceModel {
  std::string_view name, article;                       // "ECR", "an": in messages
  std::string_view prefix;                              // "ecr:": of its actions and its keys
  std::span<const std::string_view> event_sources;      // of CloudTrail
  std::span<const ServiceAction> actions;               // ordered by name
  std::span<const ActionAlias> aliases;                 // widespread wrong names
  EntityKind resource;                                  // of the actions that have one
  std::string_view resource_tag;                        // "ecr:resourcetag/", before the tag's key
  std::span<const std::string_view> tagging_actions;    // in lower case: their requests carry tags
  std::span<const std::string_view> retagging_actions;  // change the tags of what exists
};

// Before the key of a tag of the resource, of whatever service.
inline constexpr std::string_view global_resource_tag = "aws:resourcetag/";

std::span<const ServiceModel> service_models();

// By the prefix of an action or of a condition key, in any case; null: no row.
const ServiceModel* service_of(std::string_view action_or_key);
const ServiceModel* service_of_source(std::string_view event_source);

// The entry of `action`, in any case; null when AWS documents none.
const ServiceAction* find_action(std::string_view action);

// True when a request for `action` names a resource. An action that is in no table is taken to
// have one: most do, and the actions of the future too.
bool has_resource(std::string_view action);

// The real name for a widespread wrong one: ecr:PutRepositoryPolicy, ecr:BatchDeleteImages.
std::optional<std::string_view> action_alias(std::string_view action);

// What an unknown action of a known service probably meant: its alias, else the nearest name.
// Nullopt when it is a real action, of another service, holds a wildcard, or nothing is near.
std::optional<std::string_view> nearest_action(std::string_view action);

// `action` in lower case: whether its request carries tags (aws:RequestTag, aws:TagKeys).
bool carries_tags(std::string_view action);

// In lower case, "ecr:resourcetag/team": as a service itself calls a tag of its resource.
bool is_service_tag(std::string_view key);
// That, or "aws:resourcetag/team".
bool is_resource_tag(std::string_view key);

}  // namespace auditor
