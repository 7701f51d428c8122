#include "consumer/auditor/account_memory.h"

#include <ranges>
#include <utility>

namespace auditor {
namespace {

void erase(AccountState& state, const EntityKey& entity, const Entry& entry) {
  StateChange change;
  change.written.push_back({entity, entry, {}});
  state.rollback(change);
}

// Most entries of one attribute and name have one key in the topic: what stood there before.
void erase_same_key(AccountState& state, const Fact& fact) {
  const EntityKind kind = fact.entity.kind;
  if (has_own_key(kind, fact.entry)) return erase(state, fact.entity, fact.entry);
  const Entity* entity = state.find(fact.entity);
  if (entity == nullptr) return;
  const auto found = entity->of(fact.entry.attribute, fact.entry.name);
  const std::vector<Entry> entries(found.begin(), found.end());
  for (const Entry& entry : entries) {
    if (!has_own_key(kind, entry)) erase(state, fact.entity, entry);
  }
}

}  // namespace

void AccountMemory::settle(std::int32_t partition, const AccountKey& key,
                           std::vector<StateChange> changes) {
  if (!changes.empty()) undo_log_.push_back({partition, key, std::move(changes)});
  drop_if_empty(partition, key);
}

void AccountMemory::restore(std::int32_t partition, RestoredFact restored) {
  AccountState& state = account(partition, restored.account);
  const bool takes_own_place = has_own_key(restored.fact.entity.kind, restored.fact.entry);
  if (restored.is_tombstone || !takes_own_place) erase_same_key(state, restored.fact);
  if (!restored.is_tombstone) return state.restore(std::move(restored.fact));
  drop_if_empty(partition, restored.account);
}

const AccountMemory::Accounts* AccountMemory::accounts(std::int32_t partition) const {
  const auto found = partitions_.find(partition);
  return found == partitions_.end() ? nullptr : &found->second;
}

void AccountMemory::rollback() {
  for (const Done& done : std::views::reverse(undo_log_)) {
    AccountState& state = account(done.partition, done.account);
    for (const StateChange& change : std::views::reverse(done.changes)) state.rollback(change);
    drop_if_empty(done.partition, done.account);
  }
  undo_log_.clear();
}

void AccountMemory::forget_all() {
  partitions_.clear();
  undo_log_.clear();
}

void AccountMemory::drop_if_empty(std::int32_t partition, const AccountKey& key) {
  const auto accounts = partitions_.find(partition);
  if (accounts == partitions_.end()) return;
  const auto found = accounts->second.find(key);
  if (found != accounts->second.end() && found->second.empty()) accounts->second.erase(found);
}

}  // namespace auditor
