// The consumer on librdkafka's mock cluster: what is handed over, where a rewind leads to.
#include "consumer/kafka/kafka_message_source.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <thread>

#include "consumer/kafka/client_properties.h"
#include "tests/sinks/kafka/mock_cluster.h"

namespace auditor::kafka_message_source_test {
namespace {

constexpr int partitions = 3;
constexpr int messages_each = 20;

struct Seen : SourceListener {
  bool on_message(const RawMessage& message) noexcept override {
    EXPECT_FALSE(was_assigned_in_this_poll);
    payloads.emplace_back(message.payload);
    offsets.push_back({std::string(message.topic), message.partition, message.offset});
    return payloads.size() < stop_after;
  }
  void on_assigned(std::span<const PartitionOffset> list) noexcept override {
    assigned = list.size();
    was_assigned_in_this_poll = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // messages come meanwhile
  }
  void on_revoked() noexcept override { ++revoked; }

  std::vector<std::string> payloads;
  std::vector<PartitionOffset> offsets;
  std::size_t stop_after = 1'000;
  std::size_t assigned = 0;
  bool was_assigned_in_this_poll = false;
  int revoked = 0;
};

std::string payload(int partition, int number) {
  return std::to_string(partition) + "/" + std::to_string(number);
}

class KafkaMessageSourceTest : public testing::Test {
 protected:
  KafkaMessageSourceTest() {
    spdlog::set_level(spdlog::level::off);
    cluster.create_topic("in", partitions);
    const KafkaClient producer = make_client(
        RD_KAFKA_PRODUCER, make_conf({{"bootstrap.servers", cluster.bootstrap_servers()}}));
    const KafkaTopic topic(rd_kafka_topic_new(producer.get(), "in", nullptr));
    for (int i = 0; i < partitions * messages_each; ++i) {
      std::string text = payload(i % partitions, i / partitions);
      rd_kafka_produce(topic.get(), i % partitions, RD_KAFKA_MSG_F_COPY, text.data(), text.size(),
                       nullptr, 0, nullptr);
    }
    EXPECT_EQ(rd_kafka_flush(producer.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    Settings settings;
    settings.worker_id = "w";
    settings.kafka["bootstrap.servers"] = cluster.bootstrap_servers();
    source = std::make_unique<KafkaMessageSource>(consumer_properties(settings), "in");
    source->subscribe(seen);
  }

  // The group takes three seconds to form on the mock cluster.
  PollOutcome poll_until(std::size_t count) {
    PollOutcome outcome = PollOutcome::caught_up;
    for (int i = 0; i < 200 && seen.payloads.size() < count; ++i) {
      seen.was_assigned_in_this_poll = false;
      outcome = source->poll(std::chrono::milliseconds(100));
    }
    return outcome;
  }

  static constexpr std::size_t all = partitions * messages_each;
  MockCluster cluster;
  Seen seen;
  std::unique_ptr<KafkaMessageSource> source;
};

TEST_F(KafkaMessageSourceTest, HandsOverEveryMessageAndThenSaysThatItIsCaughtUp) {
  poll_until(all);
  EXPECT_EQ(seen.assigned, static_cast<std::size_t>(partitions));
  EXPECT_EQ(seen.payloads.size(), all);
  EXPECT_EQ(std::set<std::string>(seen.payloads.begin(), seen.payloads.end()).size(), all);
  for (std::size_t i = 0; i < all; ++i) {
    EXPECT_EQ(seen.payloads[i],
              payload(seen.offsets[i].partition, static_cast<int>(seen.offsets[i].offset)));
  }
  EXPECT_EQ(source->poll(std::chrono::milliseconds(100)), PollOutcome::caught_up);
  source->close();
  EXPECT_EQ(seen.revoked, 1);
}

TEST_F(KafkaMessageSourceTest, StopsWhenTheListenerHasEnough) {
  seen.stop_after = 5;
  EXPECT_EQ(poll_until(5), PollOutcome::messages);
  EXPECT_EQ(seen.payloads.size(), 5U);
  source->close();
}

TEST_F(KafkaMessageSourceTest, ReadsAgainFromWhereItIsRewound) {
  poll_until(all);
  ASSERT_EQ(seen.payloads.size(), all);
  seen.payloads.clear();
  const std::vector<PartitionOffset> first = {{"in", 0, 18}, {"in", 2, 5}};
  ASSERT_TRUE(source->rewind(first));
  poll_until(17);
  source->poll(std::chrono::milliseconds(200));
  std::ranges::sort(seen.payloads);
  std::vector<std::string> wanted = {payload(0, 18), payload(0, 19)};
  for (int i = 5; i < messages_each; ++i) wanted.push_back(payload(2, i));
  std::ranges::sort(wanted);
  EXPECT_EQ(seen.payloads, wanted);
  source->close();
}

TEST_F(KafkaMessageSourceTest, PassesOverPartitionsThatAreNotOurs) {
  poll_until(all);
  const std::vector<PartitionOffset> first = {{"in", 0, 19}, {"in", 17, 5}};
  EXPECT_TRUE(source->rewind(first));
  source->close();
}

// What the client gets over by itself is told and read past.
TEST_F(KafkaMessageSourceTest, ReadsOnAfterAnErrorThatPasses) {
  poll_until(all);
  cluster.answer(Api::fetch, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                              RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  seen.payloads.clear();
  const std::vector<PartitionOffset> first = {{"in", 0, 0}};
  ASSERT_TRUE(source->rewind(first));
  poll_until(messages_each);
  EXPECT_EQ(seen.payloads.size(), static_cast<std::size_t>(messages_each));
  source->close();
}

// Another process has this member's name: only one of them may go on.
TEST_F(KafkaMessageSourceTest, IsFatalWhenAnotherMemberHasItsName) {
  poll_until(all);
  cluster.answer(Api::heartbeat, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID});
  PollOutcome outcome = PollOutcome::caught_up;
  for (int i = 0; i < 100 && outcome != PollOutcome::fatal; ++i) {
    seen.was_assigned_in_this_poll = false;
    outcome = source->poll(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(outcome, PollOutcome::fatal);
}

TEST_F(KafkaMessageSourceTest, IsFatalWithoutAnOffsetWhereTheSettingsForbidToChooseOne) {
  Settings settings;
  settings.worker_id = "strict";
  settings.kafka["bootstrap.servers"] = cluster.bootstrap_servers();
  settings.kafka_consumer["group.id"] = "strict";
  settings.kafka_consumer["auto.offset.reset"] = "error";
  Seen nothing;
  KafkaMessageSource strict(consumer_properties(settings), "in");
  strict.subscribe(nothing);
  PollOutcome outcome = PollOutcome::caught_up;
  for (int i = 0; i < 100 && outcome != PollOutcome::fatal; ++i) {
    nothing.was_assigned_in_this_poll = false;
    outcome = strict.poll(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(outcome, PollOutcome::fatal);
  EXPECT_TRUE(nothing.payloads.empty());
}

TEST_F(KafkaMessageSourceTest, EndsWithoutACloseAsAfterAFailure) {
  poll_until(1);
  source.reset();
  EXPECT_EQ(seen.revoked, 0) << "no callback into what may be gone";
}

TEST_F(KafkaMessageSourceTest, KeepsTheOrderWhenTheListenerTakesOneAtATime) {
  for (std::size_t i = 1; i <= all; ++i) {
    seen.stop_after = i;
    poll_until(i);
    ASSERT_EQ(seen.payloads.size(), i);
  }
  for (std::size_t i = 0; i < all; ++i) {
    EXPECT_EQ(seen.payloads[i],
              payload(seen.offsets[i].partition, static_cast<int>(seen.offsets[i].offset)));
  }
  source->close();
}

TEST(DrainWatch, SaysOnceThatHalfOfManyIsGone) {
  DrainWatch watch;
  EXPECT_FALSE(watch.has_halved(100'000));
  EXPECT_FALSE(watch.has_halved(60'000));
  EXPECT_TRUE(watch.has_halved(50'000));
  EXPECT_FALSE(watch.has_halved(49'000));
  EXPECT_FALSE(watch.has_halved(90'000));
  EXPECT_TRUE(watch.has_halved(0));
  EXPECT_FALSE(watch.has_halved(0));
}

TEST(DrainWatch, SaysNothingOfFew) {
  DrainWatch watch;
  EXPECT_FALSE(watch.has_halved(1'000));
  EXPECT_FALSE(watch.has_halved(0));
}

}  // namespace
}  // namespace auditor::kafka_message_source_test
