// Tested by audit_test.cpp and use_audit_test.cpp.
#include "evaluator/audit/merge_effect.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "evaluator/account/affected_subjects.h"

namespace auditor {

Views views_of(const AccountKey& account, const AccountState& state,
               std::span<const EntityKey> entities, const Stamp* as_of) {
  Views views;
  for (const EntityKey& entity : entities) {
    auto view = view_of(account, state, entity, as_of);
    if (!view) continue;
    std::string arn = view->subject.arn;
    views.try_emplace(std::move(arn), std::move(*view));
  }
  return views;
}

// Whom a change affects is asked on both sides of it: what it takes away and what it gives each
// show on one side only.
MergeEffect effect_of_merge(const AccountChange& change, AccountState& state) {
  const std::vector<EntityKey> affected_before = affected_by(state, change.facts);
  const StateChange merged = state.merge(change.facts);
  std::vector<EntityKey> entities;
  std::ranges::set_union(affected_before, affected_by(state, change.facts),
                         std::back_inserter(entities));

  MergeEffect effect;
  effect.is_changed = !merged.written.empty() || !merged.removed.empty();
  effect.after = views_of(change.account, state, entities);
  if (!effect.is_changed) {
    effect.before = effect.after;
    return effect;
  }
  state.rollback(merged);
  effect.before = views_of(change.account, state, entities);
  return effect;
}

}  // namespace auditor
