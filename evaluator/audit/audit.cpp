// A change -> the cache -> what is said. What a document means is decided in evaluator/decision,
// who holds which in evaluator/account_view; here is only the order of the steps.
#include "evaluator/audit/audit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "evaluator/account/affected_subjects.h"
#include "evaluator/audit/late_arrival.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/seen_events.h"
#include "evaluator/audit/transitions.h"

namespace auditor {

AuditResult audit(const CloudTrailEvent& event, const AccountChange& change, AccountState& state,
                  const AuditRules& rules, VerdictCache& cache) {
  AuditResult result;
  if (change.facts.empty()) return result;
  const Occasion occasion{Cause::event, event};

  const std::vector<EntityKey> affected_before = affected_by(state, change.facts);
  StateChange merged = state.merge(change.facts);
  std::vector<EntityKey> entities;
  std::ranges::set_union(affected_before, affected_by(state, change.facts),
                         std::back_inserter(entities));

  const Views after = views_of(change.account, state, entities);
  Views before;
  const bool is_changed = !merged.written.empty() || !merged.removed.empty();
  if (is_changed) {
    state.rollback(merged);
    before = views_of(change.account, state, entities);
    merged = state.merge(change.facts);
    Transitions told = transitions(before, after, rules, cache, occasion);
    result.findings = std::move(told.findings);
    result.compliance = std::move(told.compliance);
    result.changes.push_back(std::move(merged));
    note_findings(result.findings, state, result.changes);
    if (!judged_by(state)) note_judged_by(judged_by_rules(rules, {}), state, result.changes);
  }
  if (!was_seen(event, state)) {
    std::ranges::move(
        late_findings(change, is_changed ? before : after, after, state, rules, cache, occasion),
        std::back_inserter(result.findings));
  }
  if (is_changed || !result.findings.empty()) note_seen(event, state, result.changes);
  sort_findings(result.findings);
  return result;
}

}  // namespace auditor
