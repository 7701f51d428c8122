#include "consumer/guarded_calls.h"

#include "evaluator/values.h"

namespace auditor {
namespace {

constexpr std::string_view source_suffix = ".amazonaws.com";

}  // namespace

GuardedCalls::GuardedCalls(std::span<const Guardrail> guardrails) {
  for (const Guardrail& guardrail : guardrails) {
    for (const std::string& action : guardrail.identity_actions) actions_.insert(to_lower(action));
    for (const std::string& action : guardrail.resource_actions) actions_.insert(to_lower(action));
  }
  if (actions_.contains("ecr:batchdeleteimage")) actions_.insert("ecr:policyexecutionevent");
}

bool GuardedCalls::contains(std::string_view event_source, std::string_view event_name) const {
  if (!event_source.ends_with(source_suffix)) return false;
  event_source.remove_suffix(source_suffix.size());
  return actions_.contains(to_lower(std::string(event_source) + ":" + std::string(event_name)));
}

}  // namespace auditor
