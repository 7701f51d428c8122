#include "consumer/kafka/client_properties.h"

#include <gtest/gtest.h>

namespace auditor::kafka_config_test {
namespace {

Settings good() {
  Settings settings;
  settings.worker_id = "w7";
  settings.kafka["bootstrap.servers"] = "localhost:9092";
  return settings;
}

TEST(KafkaConfig, TheDefaultsAreWithoutProblems) { EXPECT_TRUE(kafka_problems(good()).empty()); }

TEST(KafkaConfig, WhatExactlyOnceRestsOnIsWrittenDown) {
  const KafkaProperties consumer = consumer_properties(good());
  EXPECT_EQ(consumer.at("isolation.level"), "read_committed");
  EXPECT_EQ(consumer.at("enable.auto.commit"), "false");
  EXPECT_EQ(consumer.at("enable.auto.offset.store"), "false");
  EXPECT_EQ(consumer.at("partition.assignment.strategy"), "range");
  EXPECT_EQ(consumer.at("auto.offset.reset"), "earliest");
  EXPECT_EQ(consumer.at("group.instance.id"), "w7");
  EXPECT_EQ(producer_properties(good()).at("transactional.id"), "guardrail-auditor-w7");
}

TEST(KafkaConfig, TheSpecialLayerWinsOverTheCommonOneAndEmptyTakesADefaultAway) {
  Settings settings = good();
  settings.kafka["client.id"] = "common";
  settings.kafka_producer["client.id"] = "special";
  settings.kafka_consumer["group.instance.id"] = "";
  EXPECT_EQ(consumer_properties(settings).at("client.id"), "common");
  EXPECT_EQ(producer_properties(settings).at("client.id"), "special");
  EXPECT_FALSE(consumer_properties(settings).contains("group.instance.id"));
}

TEST(KafkaConfig, ATransactionIsNeverOpenForLongerThanASession) {
  Settings settings = good();
  settings.kafka_consumer["session.timeout.ms"] = "6000";
  EXPECT_EQ(producer_properties(settings).at("transaction.timeout.ms"), "6000");
  EXPECT_TRUE(kafka_problems(settings).empty());
}

struct Wrong {
  const char* layer;
  const char* key;
  const char* value;
  const char* problem;
};

class WrongKafkaSetting : public testing::TestWithParam<Wrong> {};

TEST_P(WrongKafkaSetting, IsAProblemThatNamesIt) {
  const auto& [layer, key, value, problem] = GetParam();
  Settings settings = good();
  const std::string where = layer;
  auto& properties = where == "kafka"      ? settings.kafka
                     : where == "consumer" ? settings.kafka_consumer
                                           : settings.kafka_producer;
  properties[key] = value;
  const auto problems = kafka_problems(settings);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0], problem);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, WrongKafkaSetting,
    testing::Values(
        Wrong{"kafka", "bootstrap.servers", "", "`kafka.bootstrap.servers` is missing"},
        Wrong{"kafka", "isolation.level", "read_uncommitted",
              "`kafka.isolation.level` is the auditor's own: remove it"},
        Wrong{"consumer", "enable.auto.commit", "true",
              "`kafka.consumer.enable.auto.commit` is the auditor's own: remove it"},
        Wrong{"producer", "transactional.id", "mine",
              "`kafka.producer.transactional.id` is the auditor's own: remove it"},
        Wrong{"consumer", "sesion.timeout.ms", "1",
              "unknown key `kafka.consumer.sesion.timeout.ms`, did you mean `session.timeout.ms`?"},
        Wrong{"producer", "transaction.timeout.ms", "soon",
              "`kafka.producer.transaction.timeout.ms` cannot be `soon`"},
        Wrong{"producer", "compression.type", "zip",
              "`kafka.producer.compression.type` cannot be `zip`"},
        Wrong{
            "consumer", "partition.assignment.strategy", "cooperative-sticky",
            "`kafka.partition.assignment.strategy` cannot be `cooperative-sticky`: use `range` or "
            "`roundrobin`"},
        Wrong{"consumer", "group.protocol", "consumer",
              "`kafka.consumer.group.protocol` is the auditor's own: remove it"},
        Wrong{"consumer", "auto.offset.reset", "latest",
              "`kafka.consumer.auto.offset.reset` cannot be `latest`, which skips messages: use "
              "`earliest` or `error`"},
        Wrong{"producer", "transaction.timeout.ms", "60000",
              "`kafka.producer.transaction.timeout.ms` (60000) cannot be longer than "
              "`kafka.consumer.session.timeout.ms` (10000)"},
        Wrong{"consumer", "max.poll.interval.ms", "30000",
              "`watchdog_ms` (60000) cannot be longer than `kafka.consumer.max.poll.interval.ms` "
              "(30000)"}));

}  // namespace
}  // namespace auditor::kafka_config_test
