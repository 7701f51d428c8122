// The memory is read back whole from a replica that has not yet heard how far it may be read: here
// from a follower (client.rack), as it can be from a leader that is new.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

#include "consumer/kafka/client_properties.h"
#include "consumer/kafka/state_restorer.h"
#include "tests/kafka/client.h"
#include "tests/kafka/faults/cluster.h"
#include "tests/kafka/temporary_directory.h"

namespace auditor {
namespace {

constexpr int nodes = 3;
constexpr int rounds = 9;
constexpr int records_per_round = 50;

TEST(Racks, WhatAFollowerDoesNotYetShowIsWaitedFor) {
  spdlog::set_level(spdlog::level::warn);
  const TemporaryDirectory directory("racks");
  const Cluster cluster(KAFKA_JARS, directory.path(), nodes);
  Settings settings;
  settings.worker_id = "w";
  settings.kafka["bootstrap.servers"] = cluster.bootstrap_servers();
  Client client(cluster.bootstrap_servers());
  client.create_topic(settings.topics.input, 1);
  client.create_topic(settings.topics.state, 1);
  Progress progress;
  const std::atomic<bool> stopped = false;
  constexpr std::array<std::int32_t, 1> partition = {0};
  for (int round = 1; round <= rounds; ++round) {
    settings.kafka["client.rack"] = rack_of(round % nodes);
    StateRestorer restorer(consumer_properties(settings), settings.topics, progress, stopped);
    for (int i = 0; i < records_per_round; ++i) client.produce(settings.topics.state, 0, "{}");
    client.flush();
    int seen = 0;
    ASSERT_TRUE(restorer.read(partition, [&](auto...) { return ++seen > 0; }));
    EXPECT_EQ(seen, round * records_per_round) << settings.kafka["client.rack"];
  }
}

}  // namespace
}  // namespace auditor
