// A change -> the cache -> what is said. What a document means is decided in evaluator/decision,
// who holds which in evaluator/account; here is only the order of the steps.
#include "evaluator/audit/audit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "evaluator/audit/late_arrival.h"
#include "evaluator/audit/merge_effect.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/seen_events.h"
#include "evaluator/audit/transitions.h"

namespace auditor {

AuditResult audit(const CloudTrailEvent& event, const AccountChange& change, AccountState& state,
                  const AuditRules& rules, VerdictCache& cache) {
  AuditResult result;
  if (change.facts.empty()) return result;
  const Occasion occasion{Cause::event, event};

  const MergeEffect effect = effect_of_merge(change, state);
  if (effect.is_changed) {
    result.changes.push_back(state.merge(change.facts));
    Transitions told = transitions(effect.before, effect.after, rules, cache, occasion);
    result.findings = std::move(told.findings);
    result.compliance = std::move(told.compliance);
    note_findings(result.findings, state, result.changes);
    if (!judged_by(state))
      note_judged_by(judged_by_rules(rules, std::nullopt), state, result.changes);
  }
  if (!was_seen(event, state)) {
    std::ranges::move(
        late_findings(change, effect.before, effect.after, state, rules, cache, occasion),
        std::back_inserter(result.findings));
  }
  if (effect.is_changed || !result.findings.empty()) note_seen(event, state, result.changes);
  sort_findings(result.findings);
  return result;
}

}  // namespace auditor
