// All that a run has published, in the order that Kafka promises, so that two runs over one input
// can be held against each other.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/kafka/auditor_process.h"
#include "tests/kafka/client.h"

namespace auditor {

using KeyAndValue = std::pair<std::string, std::string>;  // value empty: a tombstone
// The alerts of one output partition, for the events of one input partition.
using Lanes = std::map<std::pair<std::int32_t, std::int32_t>, std::vector<KeyAndValue>>;

Lanes lanes(const std::vector<Record>& alerts);

struct Published {
  Lanes alerts;
  std::map<std::string, std::vector<std::string>> compliance;  // by key
  std::map<std::int32_t, std::vector<KeyAndValue>> state;      // by partition
  std::map<std::string, std::vector<std::string>> quarantine;  // by key
  std::size_t alert_count = 0;
};

// The group of these settings has committed all of its input.
bool is_caught_up(Client& client, const RunSettings& settings, int partitions);
// Which partitions lack how much, in words; empty when it is caught up.
std::string not_caught_up(Client& client, const RunSettings& settings, int partitions);

// No transaction is open on the sinks' topics, which have `partitions` each. Committed offsets can
// be seen a moment before the end of their transaction is written to the other topics, and a reader
// of what is committed sees all of it only then.
bool is_settled(Client& client, const RunSettings& settings, int partitions);

Published published(Client& client, const RunSettings& settings);

// Records of any topic.
struct Differences {
  std::size_t lost = 0;               // expected and not there
  std::size_t doubled = 0;            // there more often than expected
  std::size_t moved = 0;              // sequences of the right records in another order
  std::vector<std::string> examples;  // some of them, in words

  bool any() const { return lost + doubled + moved > 0; }
};

Differences finding_diffs(const Published& got, const Published& expected);

}  // namespace auditor
