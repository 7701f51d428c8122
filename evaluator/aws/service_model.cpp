#include "evaluator/aws/service_model.h"

#include <algorithm>
#include <array>
#include <vector>

#include "evaluator/aws/ecr_actions.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/nearest.h"

namespace auditor {

std::span<const ServiceModel> service_models() {
  static const std::array models{
      ServiceModel{.name = "ECR",
                   .article = "an",
                   .prefix = "ecr:",
                   .event_sources = ecr_sources,
                   .actions = ecr_actions(),
                   .aliases = ecr_aliases,
                   .resource = EntityKind::repository,
                   .resource_tag = "ecr:resourcetag/",
                   .tagging_actions = ecr_tagging_actions,
                   .retagging_actions = ecr_retagging_actions},
  };
  return models;
}

const ServiceModel* service_of(std::string_view action_or_key) {
  for (const ServiceModel& model : service_models()) {
    if (equal_ignoring_case(action_or_key.substr(0, model.prefix.size()), model.prefix)) {
      return &model;
    }
  }
  return nullptr;
}

const ServiceModel* service_of_source(std::string_view event_source) {
  for (const ServiceModel& model : service_models()) {
    if (std::ranges::find(model.event_sources, event_source) != model.event_sources.end()) {
      return &model;
    }
  }
  return nullptr;
}

const ServiceAction* find_action(std::string_view action) {
  const ServiceModel* const service = service_of(action);
  if (service == nullptr) return nullptr;
  for (const ServiceAction& known : service->actions) {
    if (equal_ignoring_case(known.name, action)) return &known;
  }
  return nullptr;
}

bool has_resource(std::string_view action) {
  const ServiceAction* const known = find_action(action);
  return known == nullptr || known->has_resource;
}

std::optional<std::string_view> action_alias(std::string_view action) {
  const ServiceModel* const service = service_of(action);
  if (service == nullptr) return std::nullopt;
  for (const auto& [wrong, right] : service->aliases) {
    if (equal_ignoring_case(wrong, action)) return right;
  }
  return std::nullopt;
}

std::optional<std::string_view> nearest_action(std::string_view action) {
  const ServiceModel* const service = service_of(action);
  if (service == nullptr || has_wildcard(action) || find_action(action) != nullptr) {
    return std::nullopt;
  }
  if (const auto alias = action_alias(action)) return alias;
  const std::size_t prefix = service->prefix.size();
  std::vector<std::string_view> operations;
  for (const ServiceAction& known : service->actions) {
    operations.push_back(known.name.substr(prefix));
  }
  const auto operation = nearest(action.substr(prefix), operations);
  if (!operation) return std::nullopt;
  // The name with its prefix: the operation's view lies inside the table's text.
  return std::string_view(operation->data() - prefix, operation->size() + prefix);
}

bool carries_tags(std::string_view action) {
  const ServiceModel* const service = service_of(action);
  return service != nullptr &&
         std::ranges::find(service->tagging_actions, action) != service->tagging_actions.end();
}

bool is_service_tag(std::string_view key) {
  const ServiceModel* const service = service_of(key);
  return service != nullptr && key.starts_with(service->resource_tag);
}

bool is_resource_tag(std::string_view key) {
  return key.starts_with(global_resource_tag) || is_service_tag(key);
}

}  // namespace auditor
