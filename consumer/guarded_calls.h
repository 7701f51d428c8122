// The calls whose use the guardrails guard, by the names that CloudTrail gives them.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/guardrail.h"

namespace auditor {

class GuardedCalls {
 public:
  explicit GuardedCalls(std::span<const Guardrail> guardrails);

  // ("ecr.amazonaws.com", "BatchDeleteImage"). A lifecycle policy deletes images as an event of its
  // own, PolicyExecutionEvent.
  bool contains(std::string_view event_source, std::string_view event_name) const;

 private:
  std::set<std::string> actions_;  // lower case: "ecr:batchdeleteimage"
};

}  // namespace auditor
