// An entry of the memory <-> a record of the topic of the state (compacted, co-partitioned with the
// input). Version 1:
//
//   key    a JSON array: [partition, account, kind, region, thing, register, name], and for registers
//          that keep older versions also [..., time, event id, revision]
//   value  {"v":1,"time":…,"id":…,"rev":…,"set":…,"value":…} or with "document" in place of "value":
//          the policy as the event carried it; null (a tombstone) where the entry was forgotten
//
// A record of a higher version is refused: an older auditor must not take part of a newer memory.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "evaluator/account_change.h"
#include "sinks/encoder.h"
#include "sinks/output_record.h"

namespace auditor {

OutputRecord state_record(const AccountKey& account, const Fact& fact, std::int32_t partition,
                          const Topics& topics);
OutputRecord state_tombstone(const AccountKey& account, const Fact& fact, std::int32_t partition,
                             const Topics& topics);

struct RestoredFact {
  AccountKey account;
  std::optional<Fact> fact;  // nullopt: a tombstone
};

// Fast: some hundred thousand records a second. One thread.
class StateReader {
 public:
  explicit StateReader(CanMatter can_matter);
  ~StateReader();

  std::expected<RestoredFact, std::string> read(std::string_view key, std::string_view value);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auditor
