// The use of what guardrails guard: which event is a call of a guarded action, who made it, on
// what.
//
// Pure. Whether the use is acceptable is decided elsewhere; here is only what the event says.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/account/fact.h"
#include "evaluator/aws/subject.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/guardrail/guardrail.h"
#include "evaluator/policy/request.h"

namespace auditor {

// The event names of guarded actions: ecr:BatchDeleteImage is BatchDeleteImage of
// ecr.amazonaws.com, and PolicyExecutionEvent where a lifecycle policy deletes the images.
class GuardedActions {
 public:
  GuardedActions() = default;
  explicit GuardedActions(std::span<const Guardrail> guardrails);

  bool contains(std::string_view event_source, std::string_view event_name) const;

 private:
  struct Service {
    std::string source;
    std::vector<std::string> names;
  };
  void add(const std::string& source, std::string name);

  std::vector<Service> services_;
};

struct GuardedCall {
  AccountKey account;                   // in whose trail it stands
  std::string action;                   // "ecr:BatchDeleteImage", as the guardrails spell it
  std::vector<std::size_t> guardrails;  // that guard the action: their positions, ascending
  // Who did it. The role for a session, since allow-lists name roles with their path. Of a
  // lifecycle deletion, which nobody calls, the repository.
  Subject subject;
  Principal principal;
  std::string resource;  // an ARN; empty: the call names no resource
  std::optional<bool> mfa;
  bool failed = false;
  bool is_lifecycle = false;
};

// Who made the call of an event: the role for a session; whoever has no ARN (a service, nobody)
// acts as the account in whose trail the call stands.
struct Caller {
  Principal principal;
  Subject subject;
};
Caller caller_of(const CloudTrailEvent& event, const AccountKey& account);

// Nullopt when the event is no call of a guarded action, was only throttled, or is a lifecycle
// event that deleted nothing. An event whose account or caller is not valid has empty texts there.
std::optional<GuardedCall> guarded_call(const CloudTrailEvent& event,
                                        std::span<const Guardrail> guardrails);

}  // namespace auditor
