// What a worker remembers of the accounts in its partitions, and how the last changes are undone.
//
// By input partition, because a partition comes and goes as a whole: what is remembered of it
// stands in the same partition of the topic of the state. One thread, which is the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "evaluator/account/account_state.h"
#include "sinks/records/state_record.h"

namespace auditor {

class AccountMemory {
 public:
  using Accounts = std::map<AccountKey, AccountState>;

  // Valid until settle(), rollback() or forget_all().
  AccountState& account(std::int32_t partition, const AccountKey& key) {
    return partitions_[partition][key];
  }

  // What was done to an account, so that it can be undone; an account of which nothing is known is
  // forgotten.
  void settle(std::int32_t partition, const AccountKey& key, std::vector<StateChange> changes);

  // A record of the topic of the state, in the order of the topic: the last of a key counts.
  void restore(std::int32_t partition, RestoredFact restored);

  // Null when nothing is known of the partition.
  const Accounts* accounts(std::int32_t partition) const;

  void commit() { undo_log_.clear(); }
  void rollback();
  void forget_all();

 private:
  struct Done {
    std::int32_t partition = 0;
    AccountKey account;
    std::vector<StateChange> changes;
  };

  void drop_if_empty(std::int32_t partition, const AccountKey& key);

  std::map<std::int32_t, Accounts> partitions_;
  std::vector<Done> undo_log_;
};

}  // namespace auditor
