// Any text as a guardrail file. It must not crash or throw, every problem must say what and where,
// and a guardrail that is read without an error must be one that decide() can judge by.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "evaluator/policy/pattern.h"
#include "tests/fuzz/verdict_check.h"

namespace {

using namespace auditor;
using namespace auditor::reference;

constexpr std::size_t judged_guardrails_max = 4;  // a file may hold a thousand

void check_file(const GuardrailFile& file) {
  for (const ConfigProblem& problem : file.problems) {
    if (problem.message.empty() || problem.file != "fuzz.yaml") std::abort();
    if ((problem.line == 0) != (problem.column == 0)) std::abort();
  }
  if (file.has_errors()) return;
  if (file.guardrails.empty()) std::abort();  // watching nothing must not look lawful
  std::set<std::string> ids;
  for (const Guardrail& guardrail : file.guardrails) {
    const bool has_action =
        !guardrail.identity_actions.empty() || !guardrail.resource_actions.empty();
    if (!has_action || guardrail.summary.title.empty() || !ids.insert(guardrail.summary.id).second)
      std::abort();
    for (const AcceptedWhen& accepted : guardrail.accepted_when) {
      if (accepted.condition.empty() && accepted.limited_to_owner_by.empty()) std::abort();
    }
  }
}

// The reference knows the world of ECR; a guardrail may be about another service.
bool is_about_ecr(const Guardrail& guardrail) {
  const auto is_ecr = [](const std::string& action) { return action_matches("ecr:*", action); };
  return std::ranges::all_of(guardrail.identity_actions, is_ecr) &&
         std::ranges::all_of(guardrail.resource_actions, is_ecr);
}

void check_judging(const Trial& trial, const Guardrail& guardrail, std::size_t size) {
  if (is_about_ecr(guardrail)) {
    check_verdict(trial, guardrail, size);
  } else {
    check_form(trial, guardrail);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Subject role = make_subject("role", "arn:aws:iam::111122223333:role/build");
  static const Subject repository =
      make_subject("repository", "arn:aws:ecr:eu-west-1:111122223333:repository/app");
  static const std::string everything =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  static const std::string everyone =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Principal":"*"}})";
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const GuardrailFile file = parse_guardrails(text, "fuzz.yaml");
  check_file(file);
  if (file.has_errors()) return 0;
  std::size_t judged = 0;
  for (const Guardrail& guardrail : file.guardrails) {
    if (++judged > judged_guardrails_max) break;
    check_judging({role, {everything}, std::nullopt, {}}, guardrail, size);
    check_judging({repository, {}, std::nullopt, {everyone}}, guardrail, size);
  }
  return 0;
}
