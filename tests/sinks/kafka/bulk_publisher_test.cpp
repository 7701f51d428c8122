#include "sinks/kafka/bulk_publisher.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace auditor::bulk_publisher_test {
namespace {

// Keeps what was committed. The n-th call, counted over all calls, answers as told.
class FakeSink : public OutputSink {
 public:
  std::map<int, SinkOutcome> answers;
  std::vector<OutputRecord> committed;
  int calls = 0;

  SinkOutcome start(std::chrono::milliseconds) override { return answer(); }
  SinkOutcome begin() override {
    EXPECT_FALSE(is_open_);
    const SinkOutcome outcome = answer();
    is_open_ = outcome == SinkOutcome::done;
    return outcome;
  }
  SinkOutcome write(const OutputRecord& record) override {
    EXPECT_TRUE(is_open_);
    const SinkOutcome outcome = answer();
    if (outcome == SinkOutcome::done) open_.push_back(record);
    return outcome;
  }
  SinkOutcome send_offsets(std::span<const PartitionOffset>, const ConsumerGroup&) override {
    ADD_FAILURE() << "whoever publishes in bulk consumes nothing";
    return SinkOutcome::fatal;
  }
  SinkOutcome commit() override {
    const SinkOutcome outcome = answer();
    if (outcome != SinkOutcome::done) return outcome;
    committed.insert(committed.end(), open_.begin(), open_.end());
    open_.clear();
    is_open_ = false;
    return outcome;
  }
  SinkOutcome abort() override {
    open_.clear();
    is_open_ = false;
    return SinkOutcome::done;
  }
  std::string last_error() const override { return "the fake says so"; }

 private:
  SinkOutcome answer() {
    const auto told = answers.find(calls++);
    return told == answers.end() ? SinkOutcome::done : told->second;
  }

  std::vector<OutputRecord> open_;
  bool is_open_ = false;
};

std::vector<OutputRecord> some_records(std::size_t count) {
  std::vector<OutputRecord> records(count);
  for (std::size_t i = 0; i < count; ++i) records[i].key = std::to_string(i);
  return records;
}

std::string keys_of(const std::vector<OutputRecord>& records) {
  std::string keys;
  for (const OutputRecord& record : records) keys += record.key + ' ';
  return keys;
}

TEST(Publish, WritesAllInOrderAndSaysHowFarItIs) {
  FakeSink sink;
  const auto records = some_records(2 * publish_batch_records + 1);
  std::vector<std::size_t> told;
  ASSERT_TRUE(
      publish(sink, records, [&](std::size_t count) { told.push_back(count); }).has_value());
  EXPECT_EQ(keys_of(sink.committed), keys_of(records));
  EXPECT_EQ(told, (std::vector<std::size_t>{5'000, 10'000, 10'001}));
}

TEST(Publish, AnyOneFailureThatCanBeMendedIsMended) {
  const auto records = some_records(5);
  FakeSink whole;
  ASSERT_TRUE(publish(whole, records, [](std::size_t) {}).has_value());
  for (const SinkOutcome outcome : {SinkOutcome::retry, SinkOutcome::must_abort}) {
    for (int call = outcome == SinkOutcome::retry ? 0 : 1; call < whole.calls; ++call) {
      FakeSink sink;
      sink.answers[call] = outcome;
      EXPECT_TRUE(publish(sink, records, [](std::size_t) {}).has_value());
      EXPECT_EQ(keys_of(sink.committed), keys_of(records)) << "call " << call;
    }
  }
}

TEST(Publish, SaysWhyItGaveUpAndLeavesNoPartOfABatch) {
  const auto records = some_records(5);
  for (const SinkOutcome outcome : {SinkOutcome::fatal, SinkOutcome::too_large}) {
    FakeSink sink;
    sink.answers[3] = outcome;
    const auto done = publish(sink, records, [](std::size_t) {});
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error(), "a batch was not written: the fake says so");
    EXPECT_TRUE(sink.committed.empty());
  }
  FakeSink refusing;
  for (int call = 2; call < 1'000; ++call) refusing.answers[call] = SinkOutcome::must_abort;
  EXPECT_FALSE(publish(refusing, records, [](std::size_t) {}).has_value());
  EXPECT_LT(refusing.calls, 100);
  FakeSink closed;
  closed.answers[0] = SinkOutcome::fatal;
  EXPECT_EQ(publish(closed, records, [](std::size_t) {}).error(),
            "no transaction can be begun: the fake says so");
}

}  // namespace
}  // namespace auditor::bulk_publisher_test
