// The memory as of a moment, in a file: what `snapshot` writes and `replay` reads. JSON lines,
// version 1:
//
//   {"format": "guardrail-auditor snapshot", "version": 1, "topic": "cloudtrail.events",
//    "offsets": {"0": 1200, ...}, "complete_from": {"0": 1200, ...},
//    "guardrails": fingerprint, "catalogue": fingerprint, "records": 2}
//   {"partition": 0, "key": [...], "value": {...}}
//   ...
//
// A record's key and value are those of the topic of the state (sinks/state_record). It is written
// beside its place and moved there when it is whole. Same memory, same bytes.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "consumer/replay/replay_plan.h"

namespace auditor {

// The latest record of each partition and key, as compaction leaves them.
class StateTable {
 public:
  // An empty value is a tombstone.
  void put(std::int32_t partition, std::string_view key, std::string_view value);

  const std::map<std::pair<std::int32_t, std::string>, std::string>& records() const {
    return records_;
  }

 private:
  std::map<std::pair<std::int32_t, std::string>, std::string> records_;
};

struct Snapshot {
  std::string topic;  // the input
  MemoryOffsets offsets;
  std::string guardrails_fingerprint, catalogue_fingerprint;  // by which it was judged
  StateTable table;
};

std::expected<void, std::string> write_snapshot(const std::string& path, const Snapshot& snapshot);

// The error says what is wrong with the file, and names it.
std::expected<Snapshot, std::string> read_snapshot(const std::string& path);

}  // namespace auditor
