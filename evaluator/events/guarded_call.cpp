#include "evaluator/events/guarded_call.h"

#include <algorithm>
#include <utility>

#include "evaluator/events/event_owner.h"
#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::string_view lifecycle_event = "PolicyExecutionEvent";
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

Subject repository_subject(const CloudTrailEvent& event, const std::string& arn) {
  return {.type = EntityKind::repository,
          .arn = arn,
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
  if (!is_lifecycle(event)) {
    call.caller = caller_of(event);
    return call;
  }
  if (event.lifecycle_deletions == 0 || call.resource.empty()) return std::nullopt;
  call.caller = {.kind = CallerKind::service,
                 .id = std::string(ecr_source),
                 .account = {},
                 .partition = call.account.partition,
                 .provider = {}};
  call.repository = repository_subject(event, call.resource);
  return call;
}

}  // namespace auditor
