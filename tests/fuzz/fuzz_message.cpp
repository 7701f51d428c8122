// Any bytes as a message: wrappings, records, changes, verdicts. It must not crash, and every
// byte must be accounted for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "consumer/auditor/message_auditor.h"

namespace {

std::shared_ptr<const auditor::Rules> rules() {
  auto rules = std::make_shared<auditor::Rules>();
  auditor::Guardrail guardrail;
  guardrail.summary.id = "FUZZ-1";
  guardrail.identity_actions = guardrail.resource_actions = {"ecr:DeleteRepository"};
  guardrail.authorized_principals = {"arn:aws:iam::*:role/ci-*"};
  rules->guardrails.push_back(std::move(guardrail));
  return rules;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auditor::MessageAuditor auditor(rules());
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auditor::Audited out;
  auditor::Counters counters;
  auditor.audit({bytes, "fuzz", 0, 0, -1}, out, counters);
  const bool adds_up =
      counters.events == counters.evaluated + counters.irrelevant + counters.quarantined &&
      counters.quarantined == out.quarantined.size();
  if (!adds_up) std::abort();
  return 0;
}
