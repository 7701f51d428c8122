#include "evaluator/audit/use_audit.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "evaluator/audit/call_acceptance.h"
#include "evaluator/audit/merge_effect.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/transitions.h"
#include "evaluator/audit/use_window.h"
#include "evaluator/events/event_owner.h"
#include "evaluator/events/guarded_call.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

// The entity of a role or user, if it is one of the account.
std::optional<EntityKey> entity_of(const Caller& caller, const AccountKey& account) {
  if (caller.kind != CallerKind::role && caller.kind != CallerKind::user) return std::nullopt;
  const EntityKind kind = caller.kind == CallerKind::role ? EntityKind::role : EntityKind::user;
  const auto name = name_in_arn(caller.id, kind, account);
  if (!name) return std::nullopt;
  return EntityKey{kind, {}, to_lower(*name)};
}

const std::string& event_id_of(const CloudTrailEvent& event) {
  return event.shared_id.empty() ? event.id : event.shared_id;
}

class UseAudit {
 public:
  UseAudit(const CloudTrailEvent& event, const AccountKey& account, AccountState& state,
           const AuditRules& rules, VerdictCache& cache)
      : event_(event),
        account_(account),
        state_(state),
        rules_(rules),
        cache_(cache),
        caller_(caller_of(event)),
        stamp_(stamp_of(event)) {}

  AuditResult run() {
    if (const auto call = guarded_call(event_, rules_.guardrails)) report_call(*call);
    if (event_.failed()) report_attempted_change();
    sort_findings(result_.findings);
    return std::move(result_);
  }

 private:
  void report_call(const GuardedCall& call) {
    const Refusals refusals = refusals_of(call, rules_.guardrails, cache_);
    const GuardrailResults known = results_of(call.caller);
    for (const std::size_t i : refusals) {
      const Guardrail& guardrail = rules_.guardrails[i];
      if (!guardrail.reports_use) continue;
      // What failed was not granted, so that no document grants it says nothing.
      const bool is_compliant = i < known.size() && known[i] && known[i]->is_compliant();
      if (!call.failed && is_compliant) continue;
      Finding finding = use_finding(call, guardrail);
      if (!call.failed && policy_holder(call.caller) && known.empty()) {
        finding.evidence.notes.emplace_back("not all policies of the principal are known");
      }
      if (!call.is_lifecycle()) note_doubt_about_caller(finding);
      report(std::move(finding), call.action, call.resource);
    }
  }

  Finding use_finding(const GuardedCall& call, const Guardrail& guardrail) const {
    Finding finding =
        blank(call.failed ? FindingKind::attempt : FindingKind::usage, guardrail,
              call.repository ? FindingSubject(*call.repository) : FindingSubject(call.caller));
    if (call.failed || call.is_lifecycle()) finding.guardrail.severity = Severity::low;
    finding.evidence.actions = {call.action};
    finding.evidence.witness = Request{principal_of(call.caller),
                                       call.action,
                                       call.resource.empty() ? std::string("*") : call.resource,
                                       {}};
    if (call.mfa) {
      finding.evidence.witness->context["aws:MultiFactorAuthPresent"] =
          *call.mfa ? "true" : "false";
    }
    return finding;
  }

  // Of a principal whose documents are all known; empty: they are not.
  GuardrailResults results_of(const Caller& caller) {
    const auto entity = entity_of(caller, account_);
    const Entity* known = entity ? state_.find(*entity) : nullptr;
    if (known == nullptr) return {};
    const auto view = view_of(account_, state_, *entity);
    if (!view || !view->doubts.empty() || view->subject.arn != caller.id ||
        view_of(account_, state_, account_entity)) {
      return {};
    }
    // A user's tags are known when its creation was seen; of a role only the mark says so.
    const bool saw_creation = entity->kind == EntityKind::user
                                  ? view->tags.has_value()
                                  : known->newest(Attribute::created) != nullptr;
    if (!saw_creation) return {};
    return evaluate(*view, rules_.guardrails, rules_.managed_policies, cache_).results;
  }

  void report_attempted_change() {
    const auto change = attempted_change(event_, matters_under(rules_.guardrails));
    if (!change || change->facts.empty()) return;
    const bool is_unnamed = std::ranges::any_of(change->facts, [](const Fact& fact) {
      return fact.entry.attribute == Attribute::doubt && fact.entry.is_set;
    });
    if (is_unnamed) {
      report_unnamed_attempt();
    } else if (change->account == account_) {
      report_attempt_as_if_it_worked(*change);
    }
  }

  void report_unnamed_attempt() {
    for (const Guardrail& guardrail : rules_.guardrails) {
      Finding finding = blank(FindingKind::attempt, guardrail, caller_);
      finding.guardrail.severity = Severity::low;
      finding.evidence.certainty = Certainty::unknown;
      finding.evidence.reason = "`" + event_.name + "` failed (" + event_.error_code +
                                "), and the event does not say what it would have changed";
      note_doubt_about_caller(finding);
      report(std::move(finding), event_.name, {});
    }
  }

  void report_attempt_as_if_it_worked(const AccountChange& change) {
    const MergeEffect effect = effect_of_merge(change, state_);
    const Occasion occasion{Cause::event, event_};
    for (Finding& finding :
         transitions(effect.before, effect.after, rules_, cache_, occasion).findings) {
      if (finding.status != FindingStatus::open) continue;
      const std::string would_be = "`" + event_.name + "` failed (" + event_.error_code +
                                   "); had it worked, this would be open";
      finding.kind = FindingKind::attempt;
      finding.guardrail.severity = Severity::low;
      finding.id =
          finding_id(finding.guardrail.id, finding.kind, finding.subject.arn, event_id_of(event_));
      finding.new_access.reset();
      finding.evidence.notes.push_back(would_be);
      const std::string subject = finding.subject.arn;
      report(std::move(finding), event_.name, subject);
    }
  }

  void note_doubt_about_caller(Finding& finding) const {
    std::string doubt = doubt_about(caller_, event_.actor);
    if (!doubt.empty()) finding.evidence.notes.push_back(std::move(doubt));
  }

  Finding blank(FindingKind kind, const Guardrail& guardrail, const FindingSubject& subject) const {
    Finding finding = blank_finding(kind, FindingStatus::open, guardrail.summary, subject,
                                    {Cause::event, event_});
    finding.id = finding_id(guardrail.summary.id, kind, subject.arn, event_id_of(event_));
    return finding;
  }

  void report(Finding finding, std::string_view action, std::string_view resource) {
    const UseKey key{finding.guardrail.id, finding.kind, caller_.id, action, resource};
    const auto uses = count_use(key, stamp_, rules_.use_window_seconds, state_, result_.changes);
    if (!uses) return;
    finding.uses = *uses;
    result_.findings.push_back(std::move(finding));
  }

  const CloudTrailEvent& event_;
  const AccountKey& account_;
  AccountState& state_;
  const AuditRules& rules_;
  VerdictCache& cache_;
  Caller caller_;
  Stamp stamp_;
  AuditResult result_;
};

}  // namespace

AuditResult audit_use(const CloudTrailEvent& event, const AccountKey& account, AccountState& state,
                      const AuditRules& rules, VerdictCache& cache) {
  return UseAudit(event, account, state, rules, cache).run();
}

}  // namespace auditor
