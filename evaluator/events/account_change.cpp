#include "evaluator/events/account_change.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "evaluator/events/ecr_calls.h"
#include "evaluator/events/event_owner.h"
#include "evaluator/events/iam_calls.h"
#include "evaluator/events/policy_calls.h"
#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

struct Service {
  std::string_view source;
  std::span<const KnownCall> (*calls)();
};

// eventName alone is not enough: CreatePolicy exists in IAM and in Organizations.
constexpr std::array services{
    Service{iam_source, iam_calls},
    Service{iam_source, managed_policy_calls},
    Service{ecr_source, ecr_calls},
    Service{ecr_public_source, ecr_public_calls},
    Service{identity_center_source, permission_set_calls},
};

// The region is part of the keys of what its calls change.
bool is_regional(std::string_view source) {
  return source == ecr_source || source == identity_center_source;
}

const KnownCall* find_call(std::string_view source, std::string_view name) {
  for (const Service& service : services) {
    if (service.source != source) continue;
    const std::span<const KnownCall> calls = service.calls();
    const auto found = std::ranges::lower_bound(calls, name, {}, &KnownCall::name);
    if (found != calls.end() && found->name == name) return &*found;
  }
  return nullptr;
}

std::optional<AccountChange> change_of(const CloudTrailEvent& event, const KnownCall& call,
                                       const CanMatter& can_matter) {
  const auto owner = owner_of(event);
  if (!owner || !is_account_id(event.account) ||
      (is_regional(event.source) && !is_region(event.region))) {
    FactWriter nowhere(event, {partition_of(event), {}}, can_matter);
    nowhere.doubt("the event does not say in which account and region it happened");
    return nowhere.take();
  }
  if (is_foreign_copy(event, *owner)) return std::nullopt;
  FactWriter out(event, {partition_of(event), *owner}, can_matter);
  call.write(out, call.kind);
  if (!event.failed()) teach_role_of_session(out);
  return out.take();
}

}  // namespace

bool is_policy_service(std::string_view event_source) {
  return std::ranges::find(services, event_source, &Service::source) != services.end();
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
  if (call == nullptr || call->access == Access::cannot_grow || !event.failed() ||
      event.was_throttled()) {
    return std::nullopt;
  }
  return change_of(event, *call, can_matter);
}

}  // namespace auditor
