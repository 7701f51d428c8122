// Which subjects a change can concern, and what ended an entry that came too late.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evaluator/account/account_state.h"

namespace auditor {

// The entities whose view may differ after a change to `entity`, itself included: holders of a
// policy, members of a group, repositories of a registry, what a deleted principal had. A superset.
// Ask before and after the change.
std::vector<EntityKey> affected_by(const AccountState& state, const EntityKey& entity);

// The same of all entities that `facts` are about; sorted, each once.
std::vector<EntityKey> affected_by(const AccountState& state, std::span<const Fact> facts);

// Nullopt: the entry is in effect. Otherwise the entry that ended it: of those that superseded or
// wiped it, the one with the smallest stamp. `entry` need not be in the state.
std::optional<Fact> undone_by(const AccountState& state, const EntityKey& entity,
                              const Entry& entry);

}  // namespace auditor
