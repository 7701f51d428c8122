#include "consumer/auditor/message_auditor.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <span>
#include <utility>

#include "evaluator/audit/account_audit.h"
#include "evaluator/audit/subject_evaluation.h"
#include "evaluator/audit/transitions.h"
#include "evaluator/audit/use_audit.h"
#include "evaluator/events/event_owner.h"

namespace auditor {
namespace {

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

AuditRules audit_rules(const Rules& rules, std::int64_t use_window_seconds) {
  return {rules.guardrails, rules.managed_policies, rules.guardrails_fingerprint,
          rules.catalogue_fingerprint, use_window_seconds};
}

}  // namespace

void Audited::clear() {
  findings.clear();
  compliance.clear();
  remembered.clear();
  quarantined.clear();
}

MessageAuditor::MessageAuditor(std::shared_ptr<const Rules> rules, std::int64_t use_window_seconds)
    : rules_(std::move(rules)),
      audit_rules_(audit_rules(*rules_, use_window_seconds)),
      guarded_actions_(rules_->guardrails),
      can_matter_(matters_under(rules_->guardrails)),
      reader_(rules_->guardrails),
      verdicts_(random_seed()) {}

void MessageAuditor::audit(const RawMessage& message, Audited& out, Counters& counters) {
  struct Target {
    MessageAuditor& auditor;
    Audited& out;
    Counters& counters;
  } target{*this, out, counters};
  // WHY one capture: std::function holds one pointer in place, and allocates for more of them.
  const auto evaluate_at_once = [&target](const CloudTrailEvent& event, std::string_view) {
    target.auditor.evaluate(event, target.out, target.counters);
  };
  reader_.read(message, evaluate_at_once, out.quarantined, counters);
}

// A call can be both: DeleteRepository is a use by somebody and changes what is remembered.
void MessageAuditor::evaluate(const CloudTrailEvent& event, Audited& out, Counters& counters) {
  ++counters.events;
  const std::int32_t partition = event.position.partition;
  const std::size_t findings_before = out.findings.size();
  bool is_judged = false;
  if (is_use(event)) {
    is_judged = true;
    const AccountKey account{partition_of(event), event.account};
    AccountState& state = memory_.account(partition, account);
    take(audit_use(event, account, state, audit_rules_, verdicts_), partition, account, out);
  }
  if (const auto change = account_change(event, can_matter_)) {
    is_judged = true;
    AccountState& state = memory_.account(partition, change->account);
    take(auditor::audit(event, *change, state, audit_rules_, verdicts_), partition, change->account,
         out);
  }
  ++(is_judged ? counters.evaluated : counters.irrelevant);
  const std::span<Finding> found = std::span(out.findings).subspan(findings_before);
  sort_findings(found);
  for (const Finding& finding : found) ++counters.findings[finding.guardrail.id];
}

// A guarded call, or a change of a policy that was tried in vain.
bool MessageAuditor::is_use(const CloudTrailEvent& event) const {
  return (event.failed() && is_policy_call(event.source, event.name)) ||
         guarded_actions_.contains(event.source, event.name);
}

void MessageAuditor::evaluate_accounts(std::int32_t partition, Audited& out) {
  const AccountMemory::Accounts* accounts = memory_.accounts(partition);
  if (accounts == nullptr) return;
  std::vector<AccountKey> keys;
  for (const auto& [key, state] : *accounts) keys.push_back(key);
  for (const AccountKey& key : keys) {
    AccountState& state = memory_.account(partition, key);
    take(audit_account(key, state, audit_rules_, verdicts_), partition, key, out);
  }
}

void MessageAuditor::take(AuditResult result, std::int32_t partition, const AccountKey& account,
                          Audited& out) {
  std::ranges::move(result.findings, std::back_inserter(out.findings));
  std::ranges::move(result.compliance, std::back_inserter(out.compliance));
  memory_.settle(partition, account, result.changes);
  if (!result.changes.empty()) {
    out.remembered.push_back({partition, account, std::move(result.changes)});
  }
}

}  // namespace auditor
