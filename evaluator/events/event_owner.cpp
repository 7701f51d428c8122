// Tested by account_change_test.cpp.
#include "evaluator/events/event_owner.h"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

const std::string& value_or_empty(const std::optional<std::string>& text) {
  static const std::string empty;
  return text ? *text : empty;
}

std::optional<std::string> ecr_account_in(std::string_view text) {
  const auto arn = split_arn(text);
  const bool is_ecr_arn = arn && (arn->service == "ecr" || arn->service == "ecr-public");
  if (!is_ecr_arn || !is_account_id(arn->account)) return std::nullopt;
  return std::string(arn->account);
}

std::optional<std::string> repository_in(std::string_view text) {
  const auto arn = parse_entity_arn(text);
  if (!arn || arn->kind != EntityKind::repository || !is_account_id(arn->place.account) ||
      !is_repository_name(arn->name)) {
    return std::nullopt;
  }
  return std::string(arn->name);
}

// What AWS answered before what the caller asked.
std::string registry_account(const CloudTrailEvent& event) {
  for (const auto* id : {&event.response.registry_id, &event.request.registry_id}) {
    if (*id && is_account_id(**id)) return **id;
  }
  if (auto account = ecr_account_in(value_or_empty(event.request.resource_arn))) return *account;
  for (const std::string& text : event.resource_arns) {
    if (auto account = ecr_account_in(text)) return *account;
  }
  return event.account;
}

}  // namespace

bool is_ecr(const CloudTrailEvent& event) {
  return std::ranges::find(ecr_sources, event.source) != ecr_sources.end();
}

Stamp stamp_of(const CloudTrailEvent& event) {
  if (event.addendum.is_correction()) return {event.time, event.addendum.original_id, 1};
  return {event.time, event.id, 0};
}

std::string partition_of(const CloudTrailEvent& event) {
  const RequestParameters& request = event.request;
  std::vector<std::string_view> texts{value_or_empty(event.response.arn), event.actor.role_arn,
                                      event.actor.arn};
  texts.insert(texts.end(), event.resource_arns.begin(), event.resource_arns.end());
  for (const auto* asked : {&request.resource_arn, &request.permission_set_arn, &request.policy_arn,
                            &request.permissions_boundary}) {
    texts.emplace_back(value_or_empty(*asked));
  }
  for (const std::string_view text : texts) {
    if (const auto arn = split_arn(text)) return std::string(arn->partition);
  }
  return partition_of_region(event.region);
}

std::optional<std::string> owner_of(const CloudTrailEvent& event) {
  std::string owner = is_ecr(event) ? registry_account(event) : event.account;
  return is_account_id(owner) ? std::optional(std::move(owner)) : std::nullopt;
}

bool is_foreign_copy(const CloudTrailEvent& event, std::string_view owner) {
  return event.account_is_recipient && event.account != owner;
}

std::optional<std::string> repository_name(const CloudTrailEvent& event) {
  for (const auto* name : {&event.request.repository_name, &event.response.repository_name}) {
    if (*name && is_repository_name(**name)) return **name;
  }
  if (auto name = repository_in(value_or_empty(event.request.resource_arn))) return name;
  for (const std::string& text : event.resource_arns) {
    if (auto name = repository_in(text)) return name;
  }
  return std::nullopt;
}

std::string repository_arn(const CloudTrailEvent& event, const AccountKey& owner,
                           std::string_view name) {
  const bool is_public = event.source == ecr_public_source;
  return entity_arn(EntityKind::repository,
                    place_of(owner, is_public ? public_region : std::string_view(event.region)),
                    name);
}

std::optional<std::string_view> name_in_arn(std::string_view arn, EntityKind kind,
                                            const AccountKey& account) {
  const auto named = parse_entity_arn(arn);
  if (!named || named->kind != kind || named->place.partition != account.partition ||
      named->place.account != account.account) {
    return std::nullopt;
  }
  if (!is_named_with_path(named->name)) return std::nullopt;
  return named->name.substr(named->name.rfind('/') + 1);
}

}  // namespace auditor
