#include "evaluator/events/guarded_call.h"

#include <algorithm>
#include <utility>

#include "evaluator/events/event_owner.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::string_view lifecycle_event = "PolicyExecutionEvent";
constexpr std::string_view session_of_role = "assumed-role/";  // its ARN has no path
constexpr std::string_view image_deletion = "ecr:BatchDeleteImage";

bool is_lifecycle(const CloudTrailEvent& event) {
  return event.source == ecr_source && event.name == lifecycle_event;
}

// "ecr.amazonaws.com" and "BatchDeleteImage" -> "ecr:BatchDeleteImage".
std::string action_of(const CloudTrailEvent& event) {
  if (is_lifecycle(event)) return std::string(image_deletion);
  return event.source.substr(0, event.source.find('.')) + ":" + event.name;
}

// As the guardrail spells it; null when it does not guard the action.
const std::string* spelling(const Guardrail& guardrail, std::string_view action) {
  for (const auto* actions : {&guardrail.identity_actions, &guardrail.resource_actions}) {
    const auto found = std::ranges::find_if(
        *actions, [&](const std::string& guarded) { return equal_ignoring_case(guarded, action); });
    if (found != actions->end()) return &*found;
  }
  return nullptr;
}

std::string root_of(const AccountKey& account) {
  return entity_arn(EntityKind::account, place_of(account));
}

// The caller as policies name it. Of a caller from another account the event may say no more than
// the account.
Principal principal_of(const CloudTrailEvent& event) {
  const Actor& actor = event.actor;
  if (!actor.role_arn.empty()) return ArnPrincipal{actor.role_arn};
  if (!actor.arn.empty()) return ArnPrincipal{actor.arn};
  if (actor.type != "AWSService" && is_account_id(actor.account)) {
    return ArnPrincipal{root_of({partition_of(event), actor.account})};
  }
  if (!actor.invoked_by.empty()) return ServicePrincipal{actor.invoked_by};
  return AnonymousPrincipal{};
}

// The type of entity that an ARN of IAM or STS names. What is neither a role nor a user (root, a
// federated user) acts as its account.
EntityKind type_of(const Arn& arn) {
  const EntityKindRow& user = row_of(EntityKind::user);
  if (arn.resource.starts_with(row_of(EntityKind::role).resource) ||
      arn.resource.starts_with(session_of_role)) {
    return EntityKind::role;
  }
  return arn.service == user.service && arn.resource.starts_with(user.resource)
             ? EntityKind::user
             : EntityKind::account;
}

// A caller without an ARN (a service, nobody) acts as the account in whose trail the call stands.
Subject subject_of(const Principal& principal, const AccountKey& account) {
  if (const auto* named = std::get_if<ArnPrincipal>(&principal)) {
    if (const auto arn = split_arn(named->arn)) {
      return {.type = type_of(*arn),
              .arn = named->arn,
              .account = std::string(arn->account),
              .region = {},
              .path_is_known = !arn->resource.starts_with(session_of_role)};
    }
  }
  return {.type = EntityKind::account,
          .arn = root_of(account),
          .account = account.account,
          .region = {}};
}

AccountKey account_of(const CloudTrailEvent& event) {
  return {partition_of(event), is_account_id(event.account) ? event.account : std::string()};
}

std::string resource_of(const CloudTrailEvent& event) {
  if (is_ecr(event) && is_region(event.region)) {
    const auto owner = owner_of(event);
    const auto name = repository_name(event);
    if (name && owner) return repository_arn(event, {partition_of(event), *owner}, *name);
  }
  const auto named = std::ranges::find_if(
      event.resource_arns, [](const std::string& arn) { return split_arn(arn).has_value(); });
  return named == event.resource_arns.end() ? std::string() : *named;
}

Subject repository_subject(const CloudTrailEvent& event, const GuardedCall& call) {
  return {.type = EntityKind::repository,
          .arn = call.resource,
          .account = owner_of(event).value_or(std::string()),
          .region = event.region};
}

}  // namespace

GuardedActions::GuardedActions(std::span<const Guardrail> guardrails) {
  for (const Guardrail& guardrail : guardrails) {
    for (const auto* actions : {&guardrail.identity_actions, &guardrail.resource_actions}) {
      for (const std::string& action : *actions) {
        const std::size_t colon = action.find(':');
        if (colon == std::string::npos) continue;
        const std::string source = to_lower(action.substr(0, colon)) + ".amazonaws.com";
        add(source, action.substr(colon + 1));
        if (equal_ignoring_case(action, image_deletion)) add(source, std::string(lifecycle_event));
      }
    }
  }
}

void GuardedActions::add(const std::string& source, std::string name) {
  if (contains(source, name)) return;
  auto service = std::ranges::find(services_, source, &Service::source);
  if (service == services_.end()) service = services_.insert(service, {source, {}});
  service->names.push_back(std::move(name));
}

bool GuardedActions::contains(std::string_view event_source, std::string_view event_name) const {
  const auto service = std::ranges::find(services_, event_source, &Service::source);
  return service != services_.end() &&
         std::ranges::any_of(service->names, [&](const std::string& name) {
           return equal_ignoring_case(name, event_name);
         });
}

std::optional<GuardedCall> guarded_call(const CloudTrailEvent& event,
                                        std::span<const Guardrail> guardrails) {
  if (event.was_throttled()) return std::nullopt;
  GuardedCall call;
  const std::string action = action_of(event);
  for (std::size_t i = 0; i < guardrails.size(); ++i) {
    const std::string* const spelled = spelling(guardrails[i], action);
    if (spelled == nullptr) continue;
    if (call.guardrails.empty()) call.action = *spelled;
    call.guardrails.push_back(i);
  }
  if (call.guardrails.empty()) return std::nullopt;
  call.account = account_of(event);
  call.resource = resource_of(event);
  call.mfa = event.actor.mfa;
  call.failed = event.failed();
  call.is_lifecycle = is_lifecycle(event);
  if (call.is_lifecycle) {
    if (event.lifecycle_deletions == 0 || call.resource.empty()) return std::nullopt;
    call.principal = ServicePrincipal{std::string(ecr_source)};
    call.subject = repository_subject(event, call);
    return call;
  }
  Caller caller = caller_of(event, call.account);
  call.principal = std::move(caller.principal);
  call.subject = std::move(caller.subject);
  return call;
}

Caller caller_of(const CloudTrailEvent& event, const AccountKey& account) {
  Principal principal = principal_of(event);
  Subject subject = subject_of(principal, account);
  return {std::move(principal), std::move(subject)};
}

}  // namespace auditor
