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
  std::size_t alert_count = 0;
};

Published published(Client& client, const RunSettings& settings);

// Says which parts differ.
void expect_same(const Published& got, const Published& expected);

}  // namespace auditor
