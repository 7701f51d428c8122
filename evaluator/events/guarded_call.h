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
#include "evaluator/events/caller.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/guardrail/guardrail.h"

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
  Caller caller;
  // Of a lifecycle deletion, which nobody calls: the repository that it happened to.
  std::optional<Subject> repository;
  std::string resource;  // an ARN; empty: the call names no resource
  std::optional<bool> mfa;
  bool failed = false;

  bool is_lifecycle() const { return repository.has_value(); }
};

// Nullopt when the event is no call of a guarded action, was only throttled, or is a lifecycle
// event that deleted nothing. An event whose account is not valid has an empty text there.
std::optional<GuardedCall> guarded_call(const CloudTrailEvent& event,
                                        std::span<const Guardrail> guardrails);

}  // namespace auditor
