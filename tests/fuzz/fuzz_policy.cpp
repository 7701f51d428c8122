// Any text as a policy: documents, conditions and globs, through the decision. It must not crash,
// and what it says must stand: see verdict_check.h.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/verdict_check.h"

namespace {

using namespace auditor;
using namespace auditor::reference;

Guardrail deletion() {
  Guardrail guardrail;
  guardrail.summary.id = "FUZZ-1";
  guardrail.identity_actions = guardrail.resource_actions = {"ecr:DeleteRepository"};
  guardrail.authorized_principals = {"arn:aws:iam::*:role/ci-*"};
  AcceptedWhen mfa;
  mfa.condition = {*make_condition_clause("Bool", "aws:MultiFactorAuthPresent", {"true"}, true)};
  guardrail.accepted_when = {mfa, AcceptedWhen{{}, {"ecr:ResourceTag/*"}}};
  return guardrail;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Guardrail guardrail = deletion();
  static const Subject user = make_subject("user", "arn:aws:iam::111122223333:user/alice");
  static const Subject policy = make_subject("policy", "arn:aws:iam::111122223333:policy/p");
  static const Subject repository =
      make_subject("repository", "arn:aws:ecr:eu-west-1:111122223333:repository/app");
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_verdict({user, {text}, std::nullopt, {}}, guardrail, size);
  check_verdict({policy, {text}, std::nullopt, {}}, guardrail, size);
  check_verdict({repository, {}, std::nullopt, {text}}, guardrail, size);
  return 0;
}
