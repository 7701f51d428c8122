// A whole account judged again: after a seed, under another catalogue or other guardrails. No event
// tells of these, so what was open is read from the account's own notes.
#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "evaluator/audit.h"
#include "evaluator/judgement.h"
#include "evaluator/open_register.h"
#include "evaluator/reporting.h"
#include "evaluator/transitions.h"

namespace auditor {
namespace {

// Nullopt: the account was judged by these rules, and with its newest seed.
std::optional<Cause> cause_to_judge(const AccountState& state, const JudgedBy& now) {
  const auto judged = judged_by(state);
  if (!judged) return now.seed == Stamp() ? Cause::guardrails : Cause::seed;
  if (now.seed > judged->seed) return Cause::seed;
  if (now.catalogue != judged->catalogue) return Cause::catalogue;
  if (now.guardrails != judged->guardrails) return Cause::guardrails;
  return std::nullopt;
}

class AccountAudit {
 public:
  AccountAudit(const AccountKey& account, const AccountState& state, const AuditRules& rules,
               VerdictMemory& memory, Cause cause, const Stamp& seed)
      : account_(account),
        state_(state),
        rules_(rules),
        memory_(memory),
        cause_(cause),
        seed_(seed),
        noted_(open_findings(state)) {}

  AuditResult run() {
    std::vector<ThingKey> things;
    for (const auto& [key, thing] : state_.things()) things.push_back(key);
    const Views views = views_of(account_, state_, things);
    for (const auto& [arn, view] : views) last_event_ = std::max(last_event_, view.as_of.time);
    for (const auto& [arn, view] : views) judge_subject(view);
    for (const auto& [id, open] : noted_) resolve_missing(id, open);
    sort_findings(result_.findings);
    return std::move(result_);
  }

 private:
  void judge_subject(const SubjectView& view) {
    const Judgement judgement = judge(view, rules_.guardrails, rules_.managed_policies, memory_);
    const Occasion occasion = occasion_of();
    for (std::size_t i = 0; i < rules_.guardrails.size(); ++i) {
      if (!judgement.standings[i]) continue;
      const Guardrail& guardrail = rules_.guardrails[i];
      const Standing& standing = *judgement.standings[i];
      if (standing.violation) {
        compare(grant_finding(FindingStatus::open, guardrail, view, standing, occasion));
      }
      if (standing.unverifiable) {
        compare(unverifiable_finding(guardrail, view, standing, occasion));
      }
      result_.compliance.push_back(compliance_record(guardrail, view, standing));
      recorded_.emplace(view.subject.arn, guardrail.id);
    }
  }

  // What is open now, beside what was noted. Of a grant that was open only its actions are known.
  void compare(Finding finding) {
    const auto noted = noted_.find(finding.id);
    if (noted == noted_.end()) {
      if (finding.kind == FindingKind::grant && cause_ == Cause::catalogue) {
        finding.new_access = GainedAccess{finding.actions, finding.witness};
      }
      result_.findings.push_back(std::move(finding));
      return;
    }
    const bool differs = noted->second.actions != finding.actions;
    noted_.erase(noted);
    if (!differs) return;
    finding.status = FindingStatus::changed;
    result_.findings.push_back(std::move(finding));
  }

  void resolve_missing(const std::string& id, const OpenFinding& open) {
    SubjectView view;
    view.subject = {open.type, open.arn, account_.account, open.region};
    view.latent = open.latent;
    Guardrail guardrail;
    guardrail.id = open.guardrail;
    const auto known = std::ranges::find(rules_.guardrails, open.guardrail, &Guardrail::id);
    if (known != rules_.guardrails.end()) guardrail = *known;
    Finding finding =
        blank_finding(open.kind, FindingStatus::resolved, guardrail, view, occasion_of());
    finding.id = id;
    finding.actions = open.actions;
    result_.findings.push_back(std::move(finding));
    if (!recorded_.contains({open.arn, open.guardrail})) {
      result_.compliance.push_back(tombstone(guardrail, view.subject));
    }
  }

  // The time of a seed is its own, of a catalogue the day of its snapshot; guardrails have none, so
  // what they say is said as of the last event.
  Occasion occasion_of() const {
    Occasion occasion;
    occasion.cause = cause_;
    occasion.event.account = account_.account;
    occasion.event.time = time_of_seconds(cause_ == Cause::seed ? seed_.time : last_event_);
    if (cause_ == Cause::catalogue) {
      occasion.event.time = rules_.managed_policies.snapshot() + "T00:00:00Z";
    }
    return occasion;
  }

  const AccountKey& account_;
  const AccountState& state_;
  const AuditRules& rules_;
  VerdictMemory& memory_;
  Cause cause_;
  Stamp seed_;
  std::int64_t last_event_ = 0;
  std::set<std::pair<std::string, std::string>> recorded_;  // subject ARN and guardrail
  std::map<std::string, OpenFinding> noted_;                // what is left is open no longer
  AuditResult result_;
};

}  // namespace

AuditResult audit_account(const AccountKey& account, AccountState& state, const AuditRules& rules,
                          VerdictMemory& memory) {
  const JudgedBy now{std::string(rules.guardrails_fingerprint),
                     std::string(rules.catalogue_fingerprint), newest_seed(state)};
  const auto cause = cause_to_judge(state, now);
  if (!cause) return {};
  AuditResult result = AccountAudit(account, state, rules, memory, *cause, now.seed).run();
  note_findings(result.findings, state, result.changes);
  note_judged_by(now, state, result.changes);
  return result;
}

}  // namespace auditor
