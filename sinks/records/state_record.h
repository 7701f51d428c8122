// An entry of the memory <-> a record of the topic of the state (compacted, co-partitioned with the
// input). Version 1:
//
//   key    a JSON array: [partition, account, kind, region, entity, attribute, name], and for
//          attributes that keep older versions also [..., time, event id, revision]
//   value  {"v":1,"time":…,"id":…,"rev":…,"set":…,"value":…} or with "document" in place of
//          "value": the policy as the event carried it; null (a tombstone) where the entry was
//          forgotten
//
// Bytes that are not UTF-8 become U+FFFD; a name or text that no valid event holds is cut and says
// so; a document that is too large for a record is restored as a doubt, as is one that this auditor
// can no longer read.
//
// A record of a higher version is refused: an older auditor must not take part of a newer memory.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "evaluator/events/change.h"
#include "sinks/records/output_record.h"
#include "sinks/records/topics.h"

namespace auditor {

// True when the key of such an entry's record holds its stamp: then each entry has a key of its
// own. Otherwise all of the same attribute and name have one, and the latest record is what is
// known.
bool has_own_key(EntityKind kind, const Entry& entry);

OutputRecord state_record(const AccountKey& account, const Fact& fact, std::int32_t partition,
                          const Topics& topics);
// Where a change removes an entry and writes another with the same key, only the record is to be
// published.
OutputRecord state_tombstone(const AccountKey& account, const Fact& fact, std::int32_t partition,
                             const Topics& topics);

struct RestoredFact {
  AccountKey account;
  Fact fact;
  bool is_tombstone = false;  // the entry with this key is forgotten: only its place is known
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
