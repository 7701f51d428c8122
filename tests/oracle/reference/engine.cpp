#include <optional>
#include <vector>

#include "tests/oracle/reference/trial.h"

namespace auditor::reference {

EngineQuestion::EngineQuestion(const Trial& trial) : trial_(trial) {
  for (const std::string& text : trial.identity) {
    identity_.push_back(parse_policy_document(text, PolicyKind::identity));
  }
  for (const std::string& text : trial.resource) {
    resource_.push_back(parse_policy_document(text, PolicyKind::resource));
  }
  if (trial.boundary) boundary_ = parse_policy_document(*trial.boundary, PolicyKind::identity);
}

Query EngineQuestion::question() const {
  return {.subject = trial_.subject,
          .identity_policies = identity_,
          .permissions_boundary = boundary_ ? &*boundary_ : nullptr,
          .resource_policies = resource_,
          .tags = trial_.tags ? &*trial_.tags : nullptr,
          .registry_scope_v1 = trial_.registry_scope_v1};
}

Verdict ask_engine(const Trial& trial, const Guardrail& guardrail) {
  const EngineQuestion question(trial);
  return decide(question.question(), guardrail);
}

}  // namespace auditor::reference
