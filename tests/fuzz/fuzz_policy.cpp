// Any text as a policy: documents, conditions and globs, through the decision. It must not crash,
// and what it says must stand: a violation's witness replays in the reference evaluator, and what
// the reference cannot read is never called compliant or violated.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tests/evaluator/reference/trial.h"

namespace {

using namespace auditor;
using namespace auditor::reference;

// The replay tries everything one step at a time; a text of this size is enough to be wrong.
constexpr std::size_t replayed_bytes_max = 4096;

Guardrail deletion() {
  Guardrail guardrail;
  guardrail.id = "FUZZ-1";
  guardrail.identity_actions = guardrail.resource_actions = {"ecr:DeleteRepository"};
  guardrail.authorized_principals = {"arn:aws:iam::*:role/ci-*"};
  AcceptedWhen mfa;
  mfa.condition = {*make_condition_clause("Bool", "aws:MultiFactorAuthPresent", {"true"}, true)};
  guardrail.accepted_when = {mfa, AcceptedWhen{{}, {"ecr:ResourceTag/*"}}};
  return guardrail;
}

void check(const Trial& trial, const Guardrail& guardrail, std::size_t size) {
  const Verdict verdict = ask_engine(trial, guardrail);
  if (size > replayed_bytes_max || verdict.kind == VerdictKind::unknown) return;
  const auto documents = read_documents(trial);
  if (!documents) std::abort();
  if (verdict.kind == VerdictKind::compliant) return;
  const Reading reading =
      verdict.certainty == Certainty::certain ? Reading::strict : Reading::lenient;
  if (!verdict.witness ||
      !violates(*verdict.witness, trial.subject, *documents, guardrail, reading)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Guardrail guardrail = deletion();
  static const Subject user = make_subject("user", "arn:aws:iam::111122223333:user/alice");
  static const Subject policy = make_subject("policy", "arn:aws:iam::111122223333:policy/p");
  static const Subject repository =
      make_subject("repository", "arn:aws:ecr:eu-west-1:111122223333:repository/app");
  const std::string text(reinterpret_cast<const char*>(data), size);
  check({user, {text}, std::nullopt, {}}, guardrail, size);
  check({policy, {text}, std::nullopt, {}}, guardrail, size);
  check({repository, {}, std::nullopt, {text}}, guardrail, size);
  return 0;
}
