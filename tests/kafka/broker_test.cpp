// The fixture judged by itself: what it starts is a broker whose transactions are real, and the
// reader that the other tests trust does not see an aborted record.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/kafka/environment.h"

namespace auditor::broker_test {
namespace {

struct Conf {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  void set(const char* key, const std::string& value) {
    ASSERT_EQ(rd_kafka_conf_set(conf, key, value.c_str(), nullptr, 0), RD_KAFKA_CONF_OK) << key;
  }
};

void expect_done(rd_kafka_error_t* error) {
  EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
  if (error != nullptr) rd_kafka_error_destroy(error);
}

KafkaHandle transactional_producer(const std::string& id) {
  Conf conf;
  conf.set("bootstrap.servers", environment().client().bootstrap_servers());
  conf.set("transactional.id", id);
  KafkaHandle producer(rd_kafka_new(RD_KAFKA_PRODUCER, conf.conf, nullptr, 0));
  expect_done(rd_kafka_init_transactions(producer.get(), 30'000));
  return producer;
}

void produce(rd_kafka_t* producer, const std::string& topic, const std::string& value) {
  rd_kafka_vu_t arguments[3]{};
  arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  arguments[0].u.cstr = topic.c_str();
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[1].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem.ptr = const_cast<char*>(value.data());
  arguments[2].u.mem.size = value.size();
  expect_done(rd_kafka_produceva(producer, arguments, 3));
}

std::vector<std::string> values(const std::vector<Record>& records) {
  std::vector<std::string> texts;
  for (const Record& record : records) texts.push_back(record.value);
  return texts;
}

TEST(Broker, ReaderGetsWhatWasProducedInOrder) {
  Client& client = environment().client();
  const std::string topic = environment().unique("plain");
  client.create_topic(topic, 2);
  for (int i = 0; i < 100; ++i) client.produce(topic, i % 2, std::to_string(i));
  client.flush();
  const auto records = client.read(topic);
  ASSERT_EQ(records.size(), 100u);
  std::int64_t next[2] = {0, 0};
  for (const Record& record : records) {
    EXPECT_EQ(record.offset, next[record.partition]);
    EXPECT_EQ(record.value, std::to_string(2 * record.offset + record.partition));
    ++next[record.partition];
  }
  EXPECT_EQ(client.end_offsets(topic, 2), (Offsets{{0, 50}, {1, 50}}));
}

TEST(Broker, AbortedRecordIsHiddenFromReadCommittedOnly) {
  Client& client = environment().client();
  const std::string topic = environment().unique("aborted");
  client.create_topic(topic, 1);
  const KafkaHandle producer = transactional_producer(topic);
  for (const char* value : {"first", "aborted", "last"}) {
    expect_done(rd_kafka_begin_transaction(producer.get()));
    produce(producer.get(), topic, value);
    EXPECT_EQ(rd_kafka_flush(producer.get(), 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    expect_done(std::string_view(value) == "aborted"
                    ? rd_kafka_abort_transaction(producer.get(), -1)
                    : rd_kafka_commit_transaction(producer.get(), -1));
  }
  EXPECT_EQ(values(client.read(topic)), (std::vector<std::string>{"first", "last"}));
  EXPECT_EQ(values(client.read(topic, Isolation::read_uncommitted)),
            (std::vector<std::string>{"first", "aborted", "last"}));
}

TEST(Broker, SecondProducerOfTheSameIdFencesTheFirst) {
  Client& client = environment().client();
  const std::string topic = environment().unique("fenced");
  client.create_topic(topic, 1);
  const KafkaHandle first = transactional_producer(topic);
  expect_done(rd_kafka_begin_transaction(first.get()));
  produce(first.get(), topic, "zombie");
  EXPECT_EQ(rd_kafka_flush(first.get(), 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  const KafkaHandle second = transactional_producer(topic);
  rd_kafka_error_t* error = rd_kafka_commit_transaction(first.get(), -1);
  ASSERT_NE(error, nullptr);
  EXPECT_TRUE(rd_kafka_error_is_fatal(error)) << rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  EXPECT_TRUE(client.read(topic).empty());
}

}  // namespace
}  // namespace auditor::broker_test
