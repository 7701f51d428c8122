// A broker in memory for the worker's tests: logs of messages, committed offsets, committed
// records; a source and a sink over it that fail where a test says so. Nothing here waits.
#pragma once

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "consumer/worker/clock.h"
#include "consumer/worker/message_handler.h"
#include "consumer/worker/message_source.h"
#include "consumer/worker/worker.h"
#include "sinks/kafka/kafka_handles.h"
#include "sinks/kafka/output_sink.h"

namespace auditor {

class FakeClock : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void sleep(std::chrono::milliseconds duration) override {
    now_ += duration;
    slept += duration;
  }
  std::chrono::milliseconds slept{0};

 private:
  TimePoint now_{};
};

// What outlives a worker: a restarted one begins where the last commit ended.
struct FakeBroker {
  explicit FakeBroker(std::size_t partitions) : logs(partitions), committed(partitions, 0) {}

  bool is_all_committed() const {
    for (std::size_t i = 0; i < logs.size(); ++i) {
      if (committed[i] != static_cast<std::int64_t>(logs[i].size())) return false;
    }
    return true;
  }

  std::vector<std::vector<std::string>> logs;  // payloads by partition
  std::vector<std::int64_t> committed;
  std::vector<OutputRecord> records;  // committed ones
};

class FakeSink : public OutputSink {
 public:
  explicit FakeSink(FakeBroker& broker) : broker_(broker) {}

  // Asked before each call is done, with its name; anything but `done` is what it answers.
  std::function<SinkOutcome(const std::string& call)> fail = [](const std::string&) {
    return SinkOutcome::done;
  };
  // The broker refuses such a record: the transaction must be aborted.
  std::function<bool(const OutputRecord&)> is_refused = [](const OutputRecord&) { return false; };
  // librdkafka refuses such a record at once; the transaction stays good.
  std::function<bool(const OutputRecord&)> is_too_large = [](const OutputRecord&) { return false; };
  // A fatal answer to a commit that the broker has done all the same.
  bool commits_before_failing = false;

  std::vector<std::string> calls;
  std::vector<std::size_t> committed_sizes;  // records of each committed transaction
  std::vector<std::vector<PartitionOffset>> offsets_sent;
  bool is_open = false;

  SinkOutcome start(std::chrono::milliseconds) override { return answered("start"); }

  SinkOutcome begin() override {
    EXPECT_FALSE(is_open);
    const SinkOutcome outcome = answered("begin");
    if (outcome == SinkOutcome::done) is_open = true;
    has_offsets_ = false;
    return outcome;
  }

  SinkOutcome write(const OutputRecord& record) override {
    EXPECT_TRUE(is_open);
    const SinkOutcome outcome = answered("write");
    if (outcome != SinkOutcome::done) return outcome;
    if (is_too_large(record)) return SinkOutcome::too_large;
    pending_.push_back(record);
    return SinkOutcome::done;
  }

  SinkOutcome send_offsets(std::span<const PartitionOffset> next, const ConsumerGroup&) override {
    EXPECT_TRUE(is_open);
    offsets_sent.emplace_back(next.begin(), next.end());
    has_offsets_ = true;
    return answered("send_offsets");
  }

  SinkOutcome commit() override {
    EXPECT_TRUE(is_open);
    for (const OutputRecord& record : pending_) {
      if (is_refused(record)) return SinkOutcome::must_abort;
    }
    const SinkOutcome outcome = answered("commit");
    const bool is_done =
        outcome == SinkOutcome::done || (outcome == SinkOutcome::fatal && commits_before_failing);
    if (is_done) apply();
    return outcome;
  }

  SinkOutcome abort() override {
    EXPECT_TRUE(is_open);
    const SinkOutcome outcome = answered("abort");
    if (outcome != SinkOutcome::done) return outcome;
    is_open = false;
    bool was_refused = false;
    for (const OutputRecord& record : pending_) was_refused = was_refused || is_refused(record);
    pending_.clear();
    return was_refused ? SinkOutcome::record_refused : SinkOutcome::done;
  }

  std::string last_error() const override { return "as the test wants"; }

 private:
  SinkOutcome answered(const std::string& call) {
    calls.push_back(call);
    return fail(call);
  }

  void apply() {
    committed_sizes.push_back(pending_.size());
    for (OutputRecord& record : pending_) broker_.records.push_back(std::move(record));
    pending_.clear();
    if (has_offsets_) {
      for (const PartitionOffset& next : offsets_sent.back()) {
        broker_.committed[static_cast<std::size_t>(next.partition)] = next.offset;
      }
    }
    is_open = false;
  }

  FakeBroker& broker_;
  std::vector<OutputRecord> pending_;
  bool has_offsets_ = false;
};

class FakeSource : public MessageSource {
 public:
  FakeSource(FakeBroker& broker, const FakeSink& sink, FakeClock& clock, std::uint32_t seed = 1)
      : broker_(broker), sink_(sink), clock_(clock), random_(seed) {}

  // Asked at each poll, with its number from 1, before anything is handed over.
  std::function<void(int poll)> at_poll = [](int) {};
  std::size_t messages_per_poll_max = 100;
  std::chrono::milliseconds poll_cost{0};
  std::chrono::milliseconds message_cost{0};
  bool is_fatal = false;
  bool rewinds = true;
  int polls = 0;
  std::vector<PartitionOffset> last_rewind;
  SourceListener* listener = nullptr;

  void subscribe(SourceListener& the_listener) override {
    listener = &the_listener;
    assign();
  }

  PollOutcome poll(std::chrono::milliseconds timeout) override {
    EXPECT_FALSE(sink_.is_open) << "polled inside a transaction";
    clock_.sleep(poll_cost);
    was_assigned_ = false;
    at_poll(++polls);
    if (was_assigned_) return PollOutcome::caught_up;
    if (is_fatal) return PollOutcome::fatal;
    for (std::size_t i = 0; i < messages_per_poll_max; ++i) {
      if (!hand_over_one()) {
        if (i == 0) clock_.sleep(timeout);
        return PollOutcome::caught_up;
      }
      if (!goes_on_) return PollOutcome::messages;
    }
    return PollOutcome::messages;
  }

  bool rewind(std::span<const PartitionOffset> first) override {
    last_rewind.assign(first.begin(), first.end());
    if (!rewinds) return false;
    for (const auto& [topic, partition, offset] : first) {
      positions_[static_cast<std::size_t>(partition)] = offset;
    }
    return true;
  }

  const ConsumerGroup& group() const override { return group_; }

  void close() override {
    if (listener != nullptr) listener->on_revoked();
    listener = nullptr;
  }

  // As a broker would: the new owner, here the same worker, begins at what is committed.
  void rebalance() {
    listener->on_revoked();
    assign();
  }

  void set_position(std::size_t partition, std::int64_t offset) { positions_[partition] = offset; }

 private:
  void assign() {
    positions_ = broker_.committed;
    std::vector<PartitionOffset> partitions;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      partitions.push_back({"in", static_cast<std::int32_t>(i), positions_[i]});
    }
    listener->on_assigned(partitions);
    was_assigned_ = true;
  }

  bool hand_over_one() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      if (positions_[i] < static_cast<std::int64_t>(broker_.logs[i].size())) waiting.push_back(i);
    }
    if (waiting.empty()) return false;
    const std::size_t partition = waiting[random_() % waiting.size()];
    const std::int64_t offset = positions_[partition]++;
    // A copy that dies here: whoever keeps a view of it is found by the address sanitizer.
    const std::string payload = broker_.logs[partition][static_cast<std::size_t>(offset)];
    clock_.sleep(message_cost);
    goes_on_ = listener->on_message({.payload = payload,
                                     .topic = "in",
                                     .partition = static_cast<std::int32_t>(partition),
                                     .offset = offset,
                                     .timestamp_ms = 1'000});
    return true;
  }

  FakeBroker& broker_;
  const FakeSink& sink_;
  FakeClock& clock_;
  std::mt19937 random_;
  std::vector<std::int64_t> positions_;
  bool goes_on_ = true;
  bool was_assigned_ = false;
  ConsumerGroup group_;  // of nothing
};

// "F..." leads to an alert, "Q..." cannot be read, anything else leads to nothing. The value of an
// alert is how many alerts its partition had before: a memory that is read back from what is
// committed, and is wrong as soon as something is remembered twice or not at all.
class FakeHandler : public MessageHandler {
 public:
  FakeHandler(const FakeBroker& broker, const Topics& topics) : broker_(broker), topics_(topics) {}

  std::vector<OutputRecord> outputs_of_assignment;
  bool has_memory = true;
  std::vector<std::string> calls;  // of all but the messages

  void handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
              Counters& counters) override {
    ++counters.messages;
    ++counters.events;
    if (message.payload.starts_with("F")) {
      ++counters.evaluated;
      std::size_t& alerts = alerts_.at(message.partition);
      outputs.push_back(alert(message, alerts++));
      undo_log_.push_back(message.partition);
    } else if (message.payload.starts_with("Q")) {
      ++counters.quarantined;
      outputs.push_back(quarantined(message));
    } else {
      ++counters.irrelevant;
    }
  }

  bool on_assigned(std::span<const std::int32_t> partitions,
                   std::vector<OutputRecord>& outputs) override {
    calls.emplace_back("assigned");
    EXPECT_TRUE(alerts_.empty()) << "assigned without a revocation";
    for (const std::int32_t partition : partitions) alerts_[partition] = 0;
    for (const OutputRecord& record : broker_.records) {
      if (record.topic == topics_.alerts && record.partition >= 0) ++alerts_[record.partition];
    }
    outputs.insert(outputs.end(), outputs_of_assignment.begin(), outputs_of_assignment.end());
    return has_memory;
  }

  void on_revoked() override {
    calls.emplace_back("revoked");
    alerts_.clear();
    undo_log_.clear();
  }

  void commit() override {
    calls.emplace_back("commit");
    undo_log_.clear();
  }

  void rollback() override {
    calls.emplace_back("rollback");
    for (const std::int32_t partition : undo_log_) --alerts_.at(partition);
    undo_log_.clear();
  }

 private:
  OutputRecord alert(const RawMessage& message, std::size_t before) const {
    OutputRecord record;
    record.topic = topics_.alerts;
    record.key = message.payload;
    record.value = std::to_string(before);
    record.partition = message.partition;
    return record;
  }

  OutputRecord quarantined(const RawMessage& message) const {
    OutputRecord record;
    record.topic = topics_.quarantine;
    record.value = message.payload;
    return record;
  }

  const FakeBroker& broker_;
  const Topics& topics_;
  std::map<std::int32_t, std::size_t> alerts_;  // by partition
  std::vector<std::int32_t> undo_log_;
};

// A worker over the fakes. Stops by itself when all is committed; fails the test when it takes more
// than `polls_max` polls.
struct WorkerRig {
  explicit WorkerRig(FakeBroker& the_broker, std::uint32_t seed = 1)
      : broker(the_broker),
        sink(the_broker),
        source(the_broker, sink, clock, seed),
        handler(the_broker, settings.topics) {
    settings.topics.input = "in";
    spdlog::set_level(spdlog::level::off);  // failures are what these tests are made of
  }

  WorkerEnd run() {
    const auto at_poll = source.at_poll;
    source.at_poll = [this, at_poll](int poll) {
      at_poll(poll);
      if (stops_when_done && broker.is_all_committed()) stop_requested = true;
      if (poll < polls_max) return;
      ADD_FAILURE() << "the worker does not come to an end";
      stop_requested = true;
    };
    Worker worker(settings, source, sink, handler, clock, progress, stop_requested, on_counters);
    const WorkerEnd end = worker.run();
    counters = worker.counters();
    return end;
  }

  FakeBroker& broker;
  Settings settings;
  FakeClock clock;
  FakeSink sink;
  FakeSource source;
  FakeHandler handler;
  Progress progress;
  std::atomic<bool> stop_requested = false;
  Worker::OnCounters on_counters;
  bool stops_when_done = true;
  int polls_max = 10'000;
  WorkerCounters counters;
};

}  // namespace auditor
