// Tested by audit_test.cpp.
#include "evaluator/audit/account_audit.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "evaluator/audit/finding_builder.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/subject_evaluation.h"
#include "evaluator/audit/transitions.h"

namespace auditor {
namespace {

// Nullopt: the account was judged by these rules, and with its newest seed.
std::optional<Cause> cause_to_judge(const AccountState& state, const JudgedBy& now) {
  const auto judged = judged_by(state);
  if (!judged) {
    // The first change of a policy notes by what it was judged: without, there are windows of use
    // at most, and a restored worker must write no more than one that never stopped.
    return now.seed ? std::optional(Cause::seed) : std::nullopt;
  }
  if (now.seed && (!judged->seed || *judged->seed < *now.seed)) return Cause::seed;
  if (now.catalogue != judged->catalogue) return Cause::catalogue;
  if (now.guardrails != judged->guardrails) return Cause::guardrails;
  return std::nullopt;
}

class AccountAudit {
 public:
  AccountAudit(const AccountKey& account, const AccountState& state, const AuditRules& rules,
               VerdictCache& cache, Cause cause, JudgedBy now)
      : account_(account),
        state_(state),
        rules_(rules),
        cache_(cache),
        cause_(cause),
        now_(std::move(now)),
        entities_(entities_of(state)),
        views_(views_of(account, state, entities_)),
        occasion_(occasion_of()),
        noted_(open_findings(state)) {}

  AuditResult run() {
    for (const auto& [arn, view] : views_) evaluate_subject(view);
    if (cause_ == Cause::seed) forget_what_the_seed_renamed();
    forget_other_guardrails();
    for (const auto& [id, open] : noted_) resolve_missing(id, open);
    sort_findings(result_.findings);
    return std::move(result_);
  }

 private:
  static std::vector<EntityKey> entities_of(const AccountState& state) {
    std::vector<EntityKey> entities;
    for (const auto& [key, entity] : state.entities()) entities.push_back(key);
    return entities;
  }

  void evaluate_subject(const SubjectView& view) {
    const SubjectEvaluation evaluation =
        evaluate(view, rules_.guardrails, rules_.managed_policies, cache_);
    for (std::size_t i = 0; i < rules_.guardrails.size(); ++i) {
      if (!evaluation.results[i]) continue;
      const GuardrailSummary& guardrail = rules_.guardrails[i].summary;
      const GuardrailResult& result = *evaluation.results[i];
      if (result.violation) {
        compare(grant_finding(FindingStatus::open, guardrail, view, result, occasion_));
      }
      if (result.unverifiable) {
        compare(unverifiable_finding(guardrail, view, result, occasion_));
      }
      result_.compliance.push_back(compliance_record(guardrail, view, result));
      recorded_.emplace(view.subject.arn, guardrail.id);
    }
  }

  // What is open now, beside what was noted. Of a grant that was open only its actions are known.
  void compare(Finding finding) {
    const auto noted = noted_.find(finding.id);
    if (noted == noted_.end()) {
      if (finding.kind == FindingKind::grant && cause_ == Cause::catalogue) {
        finding.new_access = GainedAccess{finding.evidence.actions, finding.evidence.witness};
      }
      result_.findings.push_back(std::move(finding));
      return;
    }
    const bool differs = noted->second.actions != finding.evidence.actions;
    noted_.erase(noted);
    if (!differs) return;
    finding.status = FindingStatus::changed;
    result_.findings.push_back(std::move(finding));
  }

  // What has another ARN since the seed taught its path.
  void forget_what_the_seed_renamed() {
    StateChange seeded;
    for (const auto& [key, entity] : state_.entities()) {
      for (const Entry& entry : entity.entries) {
        if (now_.seed && entry.stamp == *now_.seed) seeded.written.push_back({key, entry, {}});
      }
    }
    AccountState before = state_;
    before.rollback(seeded);
    for (const auto& [arn, view] : views_of(account_, before, entities_)) {
      if (views_.contains(arn)) continue;
      for (const Guardrail& guardrail : rules_.guardrails) forget(guardrail.summary, view.subject);
    }
  }

  // Guardrails that are gone, and those that no longer concern a subject.
  void forget_other_guardrails() {
    std::vector<GuardrailSummary> gone;
    const auto judged = judged_by(state_);
    for (const std::string& id : judged ? judged->guardrail_ids : std::vector<std::string>()) {
      if (std::ranges::find(now_.guardrail_ids, id) == now_.guardrail_ids.end()) {
        gone.emplace_back().id = id;
      }
    }
    for (const auto& [arn, view] : views_) {
      for (const GuardrailSummary& guardrail : gone) forget(guardrail, view.subject);
      if (!judged || judged->guardrails == now_.guardrails) continue;
      for (const Guardrail& guardrail : rules_.guardrails) forget(guardrail.summary, view.subject);
    }
  }

  // Nothing is to be said of the subject under the guardrail, but something may have been.
  void forget(const GuardrailSummary& guardrail, const Subject& subject) {
    if (!recorded_.emplace(subject.arn, guardrail.id).second) return;
    result_.compliance.push_back(tombstone(guardrail, subject));
  }

  void resolve_missing(const std::string& id, const OpenFinding& open) {
    const Subject subject{open.type, open.arn, account_.account, open.region};
    const GuardrailSummary guardrail = guardrail_of(open);
    Finding finding =
        blank_finding(open.kind, FindingStatus::resolved, guardrail, subject, occasion_);
    finding.id = id;
    finding.latent = open.latent;
    finding.evidence.actions = open.actions;
    result_.findings.push_back(std::move(finding));
    forget(guardrail, subject);
  }

  // Of a guardrail that is gone only the id is known.
  GuardrailSummary guardrail_of(const OpenFinding& open) const {
    for (const Guardrail& guardrail : rules_.guardrails) {
      if (guardrail.summary.id == open.guardrail) return guardrail.summary;
    }
    GuardrailSummary gone;
    gone.id = open.guardrail;
    return gone;
  }

  // The time of a seed is its own, of a catalogue the day of its snapshot; guardrails have none, so
  // what they say is said as of the last event.
  EventTime time_of_cause() const {
    if (cause_ == Cause::seed && now_.seed) return now_.seed->time;
    const auto snapshot = EventTime::read(rules_.managed_policies.snapshot() + "T00:00:00Z");
    return cause_ == Cause::catalogue && snapshot ? *snapshot : last_event();
  }

  // That a subject rests on; without a subject the last that anything is remembered of.
  EventTime last_event() const {
    std::vector<Stamp> stamps;
    for (const auto& [arn, view] : views_) {
      if (view.as_of) stamps.push_back(*view.as_of);
    }
    if (!stamps.empty()) return std::ranges::max(stamps).time;
    for (const auto& [key, entity] : state_.entities()) {
      for (const Entry& entry : entity.entries) stamps.push_back(entry.stamp);
    }
    return stamps.empty() ? Stamp::of_no_event().time : std::ranges::max(stamps).time;
  }

  Occasion occasion_of() const {
    Occasion occasion{cause_, CloudTrailEvent(time_of_cause())};
    occasion.event.account = account_.account;
    return occasion;
  }

  const AccountKey& account_;
  const AccountState& state_;
  const AuditRules& rules_;
  VerdictCache& cache_;
  Cause cause_;
  JudgedBy now_;
  std::vector<EntityKey> entities_;
  Views views_;
  Occasion occasion_;
  std::set<std::pair<std::string, std::string>> recorded_;  // subject ARN and guardrail
  std::map<std::string, OpenFinding> noted_;                // what is left is open no longer
  AuditResult result_;
};

}  // namespace

AuditResult audit_account(const AccountKey& account, AccountState& state, const AuditRules& rules,
                          VerdictCache& cache) {
  const JudgedBy now = judged_by_rules(rules, newest_seed(state));
  const auto cause = cause_to_judge(state, now);
  if (!cause) return {};
  AuditResult result = AccountAudit(account, state, rules, cache, *cause, now).run();
  note_findings(result.findings, state, result.changes);
  note_judged_by(now, state, result.changes);
  return result;
}

}  // namespace auditor
