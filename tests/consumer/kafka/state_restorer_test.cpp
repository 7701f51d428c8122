// Reading the topic of the state back, on librdkafka's mock cluster. That a lagging replica is
// waited for is tests/kafka/faults/rack_test.cpp's to say.
#include "consumer/kafka/state_restorer.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

#include "consumer/kafka/client_properties.h"
#include "tests/sinks/kafka/mock_cluster.h"

namespace auditor::state_restorer_test {
namespace {

constexpr int records = 20;
constexpr std::array<std::int32_t, 2> partitions = {0, 1};

using Counts = std::array<int, 2>;  // of records, by partition

class StateRestorerTest : public testing::Test {
 protected:
  StateRestorerTest() {
    spdlog::set_level(spdlog::level::off);
    settings.worker_id = "w";
    settings.kafka["bootstrap.servers"] = cluster.bootstrap_servers();
    for (const std::string& topic : {settings.topics.input, settings.topics.state}) {
      cluster.create_topic(topic, 2);
    }
    const KafkaClient producer = make_client(
        RD_KAFKA_PRODUCER, make_conf({{"bootstrap.servers", cluster.bootstrap_servers()}}));
    const KafkaTopic topic(
        rd_kafka_topic_new(producer.get(), settings.topics.state.c_str(), nullptr));
    std::string value = "value";
    for (int i = 0; i < records; ++i) {
      rd_kafka_produce(topic.get(), 1, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), "key", 3,
                       nullptr);
    }
    EXPECT_EQ(rd_kafka_flush(producer.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  bool read() {
    StateRestorer restorer(consumer_properties(settings), settings.topics, progress, stopped);
    return restorer.read(partitions, [&](std::int32_t partition, auto, auto) {
      ++seen.at(static_cast<std::size_t>(partition));
      return is_usable;
    });
  }

  MockCluster cluster;
  Settings settings;
  Progress progress;
  std::atomic<bool> stopped = false;
  bool is_usable = true;
  Counts seen{};
};

TEST_F(StateRestorerTest, ReadsEveryPartitionToItsEnd) {
  EXPECT_TRUE(read());
  EXPECT_EQ(seen, (Counts{0, records}));
}

TEST_F(StateRestorerTest, AsksAgainWhileALeaderDoesNotKnowWhereItsPartitionEnds) {
  cluster.answer(Api::list_offsets, std::vector(8, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE));
  EXPECT_TRUE(read());
  EXPECT_EQ(seen, (Counts{0, records}));
}

TEST_F(StateRestorerTest, ReadsNothingOnceItIsToStop) {
  stopped = true;
  EXPECT_FALSE(read());
  EXPECT_EQ(seen, Counts{});
}

TEST_F(StateRestorerTest, EndsAtARecordThatCannotBeUsed) {
  is_usable = false;
  EXPECT_FALSE(read());
  EXPECT_EQ(seen, (Counts{0, 1}));
}

}  // namespace
}  // namespace auditor::state_restorer_test
