#include "tests/fuzz/verdict_check.h"

#include <cstdio>
#include <cstdlib>

#include "tests/oracle/reference/attack.h"

namespace auditor::reference {
namespace {

constexpr std::size_t attack_requests_max = 30;

[[noreturn]] void fail(const Trial& trial, const char* what, const std::string& detail) {
  std::fprintf(
      stderr, "%s: %s\n%s\n", what, detail.c_str(),
      to_json(trial).dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace).c_str());
  std::abort();
}

std::string write(const Request& request) {
  return to_json(request).dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

bool is_same(const Verdict& a, const Verdict& b) {
  return a.kind == b.kind && a.certainty == b.certainty && a.reason == b.reason &&
         a.witness == b.witness && a.actions == b.actions && a.granted_by == b.granted_by &&
         a.notes == b.notes;
}

void replay(const Trial& trial, const Guardrail& guardrail, const Verdict& verdict) {
  const auto documents = read_documents(trial);
  if (!documents) fail(trial, "a malformed document passes", std::string(to_string(verdict.kind)));
  if (verdict.kind == VerdictKind::compliant) {
    Attack attack;
    attack.requests_max = attack_requests_max;
    attack.reading = Reading::lenient;
    const auto found = find_violation(trial.subject, *documents, guardrail, attack);
    if (found) fail(trial, "compliant, but this passes", write(*found));
    return;
  }
  const Reading reading =
      verdict.certainty == Certainty::certain ? Reading::strict : Reading::lenient;
  const auto replayed = violates(*verdict.witness, trial.subject, *documents, guardrail, reading);
  if (!replayed) {
    fail(trial, "the witness does not replay", replayed.error() + ": " + write(*verdict.witness));
  }
}

}  // namespace

Verdict check_form(const Trial& trial, const Guardrail& guardrail) {
  Verdict verdict = ask_engine(trial, guardrail);
  if (!is_same(verdict, ask_engine(trial, guardrail))) fail(trial, "two verdicts", verdict.reason);
  if (verdict.kind == VerdictKind::violation && !verdict.witness) fail(trial, "no witness", "");
  if (verdict.kind == VerdictKind::violation && verdict.granted_by.empty()) {
    fail(trial, "granted by nothing", write(*verdict.witness));
  }
  if (verdict.kind == VerdictKind::unknown && verdict.reason.empty()) {
    fail(trial, "unknown without a reason", "");
  }
  return verdict;
}

void check_verdict(const Trial& trial, const Guardrail& guardrail, std::size_t size) {
  const Verdict verdict = check_form(trial, guardrail);
  if (size <= replayed_bytes_max && verdict.kind != VerdictKind::unknown) {
    replay(trial, guardrail, verdict);
  }
}

}  // namespace auditor::reference
