#include <optional>
#include <vector>

#include "tests/evaluator/reference/trial.h"

namespace auditor::reference {

Verdict ask_engine(const Trial& trial, const Guardrail& guardrail) {
  std::vector<JudgedPolicy> identity;
  std::vector<JudgedPolicy> resource;
  for (const std::string& text : trial.identity) {
    identity.push_back(parse_policy_document(text, PolicyKind::identity));
  }
  for (const std::string& text : trial.resource) {
    resource.push_back(parse_policy_document(text, PolicyKind::resource));
  }
  std::optional<JudgedPolicy> boundary;
  if (trial.boundary) boundary = parse_policy_document(*trial.boundary, PolicyKind::identity);
  return decide({trial.subject, identity, boundary ? &*boundary : nullptr, resource}, guardrail);
}

}  // namespace auditor::reference
