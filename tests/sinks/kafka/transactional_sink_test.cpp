// How the installed librdkafka classes what a broker answers, and what the sink makes of it.
#include "sinks/kafka/transactional_sink.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <thread>

#include "tests/sinks/kafka/mock_cluster.h"

namespace auditor {
namespace {

constexpr std::chrono::seconds patience{10};

class TransactionalSinkTest : public testing::Test {
 protected:
  TransactionalSinkTest() {
    spdlog::set_level(spdlog::level::off);
    cluster.create_topic("out", 1);
    cluster.create_topic("in", 1);
    consumer = make_client(
        RD_KAFKA_CONSUMER,
        make_conf({{"bootstrap.servers", cluster.bootstrap_servers()}, {"group.id", "group"}}));
    sink = std::make_unique<TransactionalSink>(
        KafkaProperties{{"bootstrap.servers", cluster.bootstrap_servers()},
                        {"transactional.id", "auditor-test"},
                        {"transaction.timeout.ms", "5000"},
                        {"message.max.bytes", "100000"},
                        {"retry.backoff.ms", "10"}});
  }

  ConsumerGroup group() {
    return {GroupMetadata(rd_kafka_consumer_group_metadata(consumer.get()))};
  }

  SinkOutcome send_offsets() {
    const std::array<PartitionOffset, 1> next = {{{"in", 0, 7}}};
    return sink->send_offsets(next, group());
  }

  // The whole batch up to the first call that is not done.
  SinkOutcome publish(const std::string& value = "value") {
    SinkOutcome outcome = sink->begin();
    if (outcome == SinkOutcome::done) outcome = sink->write({"out", "key", value, {{"a", "b"}}});
    if (outcome == SinkOutcome::done) outcome = send_offsets();
    if (outcome == SinkOutcome::done) outcome = sink->commit();
    return outcome;
  }

  void start() { ASSERT_EQ(sink->start(patience), SinkOutcome::done) << sink->last_error(); }

  MockCluster cluster;
  KafkaClient consumer;
  std::unique_ptr<TransactionalSink> sink;
};

TEST_F(TransactionalSinkTest, CommitsBatchAfterBatch) {
  start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(publish(), SinkOutcome::done) << sink->last_error();
}

TEST_F(TransactionalSinkTest, CommitsOffsetsWithoutRecords) {
  start();
  EXPECT_EQ(sink->begin(), SinkOutcome::done);
  EXPECT_EQ(send_offsets(), SinkOutcome::done);
  EXPECT_EQ(sink->commit(), SinkOutcome::done) << sink->last_error();
}

TEST_F(TransactionalSinkTest, WritesToTheNamedPartitionAndATombstoneWithoutValue) {
  cluster.create_topic("state", 4);
  start();
  OutputRecord record;
  record.topic = "state";
  record.key = "key";
  record.partition = 2;
  ASSERT_EQ(sink->begin(), SinkOutcome::done);
  EXPECT_EQ(sink->write(record), SinkOutcome::done);  // an empty value, which is none of the two
  record.is_tombstone = true;
  EXPECT_EQ(sink->write(record), SinkOutcome::done);
  EXPECT_EQ(sink->commit(), SinkOutcome::done) << sink->last_error();

  const KafkaClient reader =
      make_client(RD_KAFKA_CONSUMER, make_conf({{"bootstrap.servers", cluster.bootstrap_servers()},
                                                {"group.id", "reader"},
                                                {"auto.offset.reset", "earliest"}}));
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), "state", 2)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(reader.get(), list.get());
  for (const bool is_tombstone : {false, true}) {
    KafkaMessage message(rd_kafka_consumer_poll(reader.get(), 10'000));
    ASSERT_NE(message, nullptr);
    ASSERT_EQ(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(message->payload == nullptr, is_tombstone);
    EXPECT_EQ(message->len, 0U);
  }
}

TEST_F(TransactionalSinkTest, SaysRetryWhenNoCoordinatorAnswersInTime) {
  TransactionalSink lonely({{"bootstrap.servers", "127.0.0.1:1"}, {"transactional.id", "x"}});
  EXPECT_EQ(lonely.start(std::chrono::milliseconds(300)), SinkOutcome::retry);
  EXPECT_FALSE(lonely.last_error().empty());
}

TEST_F(TransactionalSinkTest, ARecordOverTheLocalLimitLeavesTheTransactionGood) {
  start();
  ASSERT_EQ(sink->begin(), SinkOutcome::done);
  EXPECT_EQ(sink->write({"out", "key", std::string(200'000, 'x'), {}}), SinkOutcome::too_large);
  EXPECT_EQ(sink->write({"out", "key", "short", {}}), SinkOutcome::done);
  EXPECT_EQ(send_offsets(), SinkOutcome::done);
  EXPECT_EQ(sink->commit(), SinkOutcome::done) << sink->last_error();
}

TEST_F(TransactionalSinkTest, AFullQueueSaysRetryAndTheTransactionStaysGood) {
  TransactionalSink small({{"bootstrap.servers", cluster.bootstrap_servers()},
                           {"transactional.id", "auditor-small"},
                           {"queue.buffering.max.messages", "1"},
                           {"linger.ms", "50"}});
  ASSERT_EQ(small.start(patience), SinkOutcome::done);
  ASSERT_EQ(small.begin(), SinkOutcome::done);
  EXPECT_EQ(small.write({"out", "key", "first", {}}), SinkOutcome::done);
  EXPECT_EQ(small.write({"out", "key", "second", {}}), SinkOutcome::retry);
  SinkOutcome again = SinkOutcome::retry;
  for (int i = 0; i < 50 && again == SinkOutcome::retry; ++i) {
    again = small.write({"out", "key", "second", {}});
  }
  EXPECT_EQ(again, SinkOutcome::done);
  EXPECT_EQ(small.commit(), SinkOutcome::done) << small.last_error();
}

TEST_F(TransactionalSinkTest, AWriteIntoATransactionThatHasFailedSaysSo) {
  start();
  cluster.answer(Api::add_partitions_to_txn, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  ASSERT_EQ(sink->begin(), SinkOutcome::done);
  SinkOutcome outcome = SinkOutcome::done;
  for (int i = 0; i < 200 && outcome == SinkOutcome::done; ++i) {
    outcome = sink->write({"out", "key", "value", {}});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(outcome, SinkOutcome::must_abort) << sink->last_error();
  EXPECT_EQ(sink->abort(), SinkOutcome::done) << sink->last_error();
  EXPECT_EQ(publish(), SinkOutcome::done) << sink->last_error();
}

// ---- the record is at fault

class RefusedRecord : public TransactionalSinkTest,
                      public testing::WithParamInterface<rd_kafka_resp_err_t> {};

TEST_P(RefusedRecord, MustAbortAndTheAbortNamesTheRecord) {
  start();
  cluster.answer(Api::produce, {GetParam()});
  EXPECT_EQ(publish(), SinkOutcome::must_abort);
  EXPECT_EQ(sink->abort(), SinkOutcome::record_refused) << sink->last_error();
  // KAFKA: librdkafka 2.0.2 has used up the refused record's sequence number, so the next batch is
  // out of order and aborted too, which bumps the epoch. The one after it must be good.
  if (publish() == SinkOutcome::must_abort) {
    EXPECT_EQ(sink->abort(), SinkOutcome::done);
  }
  EXPECT_EQ(publish(), SinkOutcome::done) << sink->last_error();
}

INSTANTIATE_TEST_SUITE_P(Errors, RefusedRecord,
                         testing::Values(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                         RD_KAFKA_RESP_ERR_INVALID_RECORD));

// ---- nobody's fault that another batch would have as well: abort, and no word of a record

struct Answer {
  Api api;
  rd_kafka_resp_err_t error;
};

class MustAbort : public TransactionalSinkTest, public testing::WithParamInterface<Answer> {};

TEST_P(MustAbort, AndTheNextBatchIsCommitted) {
  start();
  cluster.answer(GetParam().api, {GetParam().error});
  EXPECT_EQ(publish(), SinkOutcome::must_abort) << sink->last_error();
  EXPECT_EQ(sink->abort(), SinkOutcome::done) << sink->last_error();
  EXPECT_EQ(publish(), SinkOutcome::done) << sink->last_error();
}

INSTANTIATE_TEST_SUITE_P(
    Errors, MustAbort,
    testing::Values(Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID},
                    Answer{Api::add_partitions_to_txn,
                           RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED},
                    Answer{Api::add_offsets_to_txn, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID}));

TEST_F(TransactionalSinkTest, AForbiddenTopicIsAnOutageAndNotTheRecordsFault) {
  start();
  cluster.answer(Api::produce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  EXPECT_EQ(publish(), SinkOutcome::must_abort);
  EXPECT_EQ(sink->abort(), SinkOutcome::done) << sink->last_error();
  // The client remembers it for the topic until its next look at the metadata.
  EXPECT_EQ(publish(), SinkOutcome::must_abort);
  EXPECT_EQ(sink->abort(), SinkOutcome::done) << sink->last_error();
}

// ---- the library asks again by itself

class Transient : public TransactionalSinkTest, public testing::WithParamInterface<Answer> {};

TEST_P(Transient, IsNotSeenAtAll) {
  start();
  cluster.answer(GetParam().api, {GetParam().error, GetParam().error});
  EXPECT_EQ(publish(), SinkOutcome::done) << sink->last_error();
}

INSTANTIATE_TEST_SUITE_P(
    Errors, Transient,
    testing::Values(Answer{Api::add_partitions_to_txn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS},
                    Answer{Api::add_partitions_to_txn,
                           RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS},
                    Answer{Api::add_offsets_to_txn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS},
                    Answer{Api::add_offsets_to_txn, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS},
                    Answer{Api::produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION}));

// ---- another worker has the id, or the state is lost: only a restart knows

class Fatal : public TransactionalSinkTest, public testing::WithParamInterface<Answer> {};

TEST_P(Fatal, AndEveryCallAfterItSaysSo) {
  start();
  cluster.answer(GetParam().api, {GetParam().error});
  EXPECT_EQ(publish(), SinkOutcome::fatal) << sink->last_error();
  EXPECT_NE(sink->write({"out", "key", "value", {}}), SinkOutcome::done);
  EXPECT_EQ(sink->begin(), SinkOutcome::fatal);
  EXPECT_FALSE(sink->last_error().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Errors, Fatal,
    testing::Values(Answer{Api::end_txn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED},
                    Answer{Api::add_partitions_to_txn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED}));

// KAFKA: librdkafka 2.0.2 calls this one abortable. A real broker then refuses the abort, which is
// fatal, so it comes to the same end.
TEST_F(TransactionalSinkTest, AFencedMemberThatAddsItsOffsetsPublishesNothing) {
  start();
  cluster.answer(Api::add_offsets_to_txn, {RD_KAFKA_RESP_ERR_PRODUCER_FENCED});
  const SinkOutcome outcome = publish();
  EXPECT_TRUE(outcome == SinkOutcome::must_abort || outcome == SinkOutcome::fatal)
      << to_string(outcome);
}

// ---- at the n-th request of each kind, n = 1.. : whatever it is, batches go on

class AtTheNthRequest : public TransactionalSinkTest, public testing::WithParamInterface<Answer> {
 protected:
  // As the worker does it: what is aborted is tried again.
  void expect_published(const std::string& what) {
    constexpr int tries_max = 5;
    for (int i = 0; i < tries_max; ++i) {
      const SinkOutcome outcome = publish();
      if (outcome == SinkOutcome::done) return;
      ASSERT_EQ(outcome, SinkOutcome::must_abort) << what << ": " << sink->last_error();
      ASSERT_NE(sink->abort(), SinkOutcome::fatal) << what << ": " << sink->last_error();
    }
    FAIL() << what << ": " << sink->last_error();
  }
};

TEST_P(AtTheNthRequest, TheBatchIsPublishedInTheEnd) {
  start();
  constexpr int batches = 4;
  for (std::size_t n = 1; n <= batches; ++n) {
    std::vector<rd_kafka_resp_err_t> answers(n - 1, RD_KAFKA_RESP_ERR_NO_ERROR);
    answers.push_back(GetParam().error);
    cluster.answer(GetParam().api, answers);
    for (int batch = 0; batch < batches; ++batch) {
      expect_published("request " + std::to_string(n) + ", batch " + std::to_string(batch));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Errors, AtTheNthRequest,
    testing::Values(Answer{Api::produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION},
                    Answer{Api::produce, RD_KAFKA_RESP_ERR_INVALID_RECORD},
                    Answer{Api::add_partitions_to_txn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR},
                    Answer{Api::add_partitions_to_txn,
                           RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED},
                    Answer{Api::add_offsets_to_txn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR},
                    Answer{Api::add_offsets_to_txn, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_NOT_COORDINATOR},
                    Answer{Api::txn_offset_commit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR},
                    Answer{Api::end_txn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING}));

TEST_F(TransactionalSinkTest, SettingsThatLibrdkafkaRefusesNameTheKey) {
  try {
    TransactionalSink({{"transactional.id", "x"}, {"linger.msec", "5"}});
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "unknown key `kafka.linger.msec`, did you mean `linger.ms`?");
  }
}

TEST(KafkaHandles, SecretsAreNotShown) {
  for (const char* key : {"sasl.password", "ssl.key.password", "ssl.keystore.password",
                          "sasl.oauthbearer.client.secret", "ssl.key.pem"}) {
    EXPECT_EQ(shown_value(key, "hunter2"), "***") << key;
  }
  EXPECT_EQ(shown_value("sasl.username", "auditor"), "auditor");
}

}  // namespace
}  // namespace auditor
