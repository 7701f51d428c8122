// One test per row of the worker's state machine. What happens when any call fails: see
// worker_failure_test.cpp.
#include "consumer/worker/worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/consumer/worker/worker_fakes.h"

namespace auditor::worker_test {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> repeated(const std::string& payload, std::size_t times) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < times; ++i) list.push_back(payload + std::to_string(i));
  return list;
}

std::size_t count(const std::vector<std::string>& calls, const std::string& call) {
  return static_cast<std::size_t>(std::ranges::count(calls, call));
}

std::string header(const OutputRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.headers) {
    if (key == name) return value;
  }
  return "";
}

std::vector<OutputRecord> records_of(const FakeBroker& broker, const std::string& topic) {
  std::vector<OutputRecord> list;
  std::ranges::copy_if(broker.records, std::back_inserter(list),
                       [&](const OutputRecord& record) { return record.topic == topic; });
  return list;
}

// Answers `outcome` to the `nth` call named `call`, and to the `times - 1` after it.
auto failing(const std::string& call, SinkOutcome outcome, int nth = 1, int times = 1) {
  return [=, seen = 0](const std::string& name) mutable {
    if (name != call) return SinkOutcome::done;
    ++seen;
    return seen >= nth && seen < nth + times ? outcome : SinkOutcome::done;
  };
}

class WorkerTest : public testing::Test {
 protected:
  FakeBroker broker{1};
  WorkerRig rig{broker};
  const std::string alerts = rig.settings.topics.alerts;
  const std::string quarantine = rig.settings.topics.quarantine;
};

// ---- starting

TEST_F(WorkerTest, StartsAgainUntilTheCoordinatorAnswers) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("start", SinkOutcome::retry, 1, 3);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(count(rig.sink.calls, "start"), 4U);
  EXPECT_EQ(broker.records.size(), 1U);
}

TEST_F(WorkerTest, FailsWhenTheStartIsFatal) {
  rig.sink.fail = failing("start", SinkOutcome::fatal);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_EQ(rig.source.polls, 0);
}

TEST_F(WorkerTest, ReportsProgressWhileNothingComes) {
  constexpr milliseconds pause(30);
  rig.stops_when_done = false;
  rig.source.at_poll = [this, pause](int poll) {
    EXPECT_LT(rig.progress.age(), pause) << "the watchdog would see an idle worker as a stuck one";
    std::this_thread::sleep_for(pause);
    rig.stop_requested = poll == 3;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
}

TEST_F(WorkerTest, CanBeStoppedWhileItStarts) {
  rig.sink.fail = [this](const std::string&) {
    rig.stop_requested = true;
    return SinkOutcome::retry;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
}

// ---- collecting

TEST_F(WorkerTest, PublishesAtOnceWhenCaughtUp) {
  broker.logs[0] = {"x", "F1", "x"};
  rig.sink.fail = [this](const std::string&) {
    EXPECT_EQ(rig.clock.slept, milliseconds(0)) << "an alert must not wait";
    return SinkOutcome::done;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, std::vector<std::size_t>{1});
  EXPECT_EQ(rig.sink.offsets_sent.back(), (std::vector<PartitionOffset>{{"in", 0, 3}}));
}

TEST_F(WorkerTest, GoesOnUnderBacklogUntilTheBatchIsOld) {
  broker.logs[0] = repeated("F", 100);
  rig.source.messages_per_poll_max = 1;
  rig.source.poll_cost = milliseconds(10);
  rig.settings.batch.age = milliseconds(200);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  // The first output at 10 ms, the bound at 210 ms: twenty-one messages a transaction.
  EXPECT_EQ(rig.sink.committed_sizes, (std::vector<std::size_t>{21, 21, 21, 21, 16}));
}

TEST_F(WorkerTest, BoundsABatchByItsOutputs) {
  broker.logs[0] = repeated("F", 25);
  rig.settings.batch.outputs_max = 10;
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, (std::vector<std::size_t>{10, 10, 5}));
}

TEST_F(WorkerTest, BoundsABatchByItsBytes) {
  broker.logs[0] = repeated("Q" + std::string(1'000, 'x'), 10);
  rig.settings.batch.bytes_max = 2'500;
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_GE(rig.sink.committed_sizes.size(), 4U);
  EXPECT_EQ(broker.records.size(), 10U);
}

TEST_F(WorkerTest, OffsetsWithoutOutputsWaitForTheirTimer) {
  broker.logs[0] = repeated("x", 1'000);
  rig.settings.batch.offsets_interval = milliseconds(5'000);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, std::vector<std::size_t>{0});
  EXPECT_GE(rig.clock.slept, milliseconds(5'000));
}

TEST_F(WorkerTest, OffsetsWithoutOutputsAreCommittedByTheirTimerUnderBacklogToo) {
  broker.logs[0] = repeated("x", 2'000);
  rig.source.message_cost = milliseconds(10);
  rig.settings.batch.offsets_interval = milliseconds(5'000);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  // Twenty seconds of messages: after 5, 10 and 15 s, and the rest. Never later than a look's.
  ASSERT_GE(rig.sink.offsets_sent.size(), 3U);
  std::int64_t committed = 0;
  for (const auto& sent : rig.sink.offsets_sent) {
    EXPECT_LE(sent.at(0).offset - committed, 500 + 32);
    committed = sent.at(0).offset;
  }
}

TEST_F(WorkerTest, OffsetsWithoutOutputsRideWithTheNextTransaction) {
  broker.logs[0] = repeated("x", 500);
  broker.logs[0].push_back("F1");
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, std::vector<std::size_t>{1});
  EXPECT_EQ(broker.committed[0], 501);
}

TEST_F(WorkerTest, DropsWhatWasCollectedOfRevokedPartitions) {
  broker.logs[0] = {"F1", "F2", "F3"};
  rig.source.messages_per_poll_max = 1;
  rig.source.at_poll = [this](int poll) {
    if (poll == 3) rig.source.rebalance();
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(broker.records.size(), 3U);
  EXPECT_EQ(rig.counters.rebalances, 2U);
  EXPECT_EQ(rig.counters.audited.messages, 3U) << "what was read twice counts once";
}

TEST_F(WorkerTest, FailsWhenTheConsumerIsFatal) {
  broker.logs[0] = {"F1"};
  rig.source.is_fatal = true;
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_TRUE(broker.records.empty());
}

TEST_F(WorkerTest, FailsWhenOffsetsRunBackwards) {
  broker.logs[0] = {"x", "x", "x"};
  rig.source.messages_per_poll_max = 2;
  rig.source.at_poll = [this](int poll) {
    if (poll == 2) rig.source.set_position(0, 0);
  };
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_EQ(broker.committed[0], 0);
}

TEST_F(WorkerTest, QuarantinesAMessageThatTheSettingsName) {
  broker.logs[0] = {"F1", "F2"};
  rig.settings.skip = {{"in", 0, 1}};
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  ASSERT_EQ(records_of(broker, quarantine).size(), 1U);
  EXPECT_EQ(records_of(broker, quarantine)[0].value, "F2");
  EXPECT_EQ(records_of(broker, alerts).size(), 1U);
  EXPECT_EQ(rig.counters.audited.quarantined, 1U);
}

// ---- the handler's memory

TEST_F(WorkerTest, KeepsWhatIsCommitted) {
  broker.logs[0] = {"F1", "F2"};
  rig.settings.batch.outputs_max = 1;
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.handler.calls,
            (std::vector<std::string>{"assigned", "commit", "commit", "revoked"}));
}

TEST_F(WorkerTest, RollsBackWhatIsAbortedBeforeItIsReadAgain) {
  broker.logs[0] = {"F1", "F2"};
  rig.sink.fail = failing("commit", SinkOutcome::must_abort);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.handler.calls,
            (std::vector<std::string>{"assigned", "rollback", "commit", "revoked"}));
  ASSERT_EQ(broker.records.size(), 2U);
  EXPECT_EQ(broker.records[0].value, "0");
  EXPECT_EQ(broker.records[1].value, "1");
}

TEST_F(WorkerTest, ForgetsWhatIsRevokedAndReadsItBackWhenItIsAssigned) {
  broker.logs[0] = {"F1", "F2", "F3"};
  rig.source.messages_per_poll_max = 1;
  rig.settings.batch.outputs_max = 2;
  rig.source.at_poll = [this](int poll) {
    if (poll == 4) rig.source.rebalance();
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.handler.calls, (std::vector<std::string>{"assigned", "commit", "revoked",
                                                         "assigned", "commit", "revoked"}));
  ASSERT_EQ(broker.records.size(), 3U);
  EXPECT_EQ(broker.records[2].value, "2");
}

TEST_F(WorkerTest, PublishesWhatAnAssignmentLeadsToWithoutAMessageAndWithoutOffsets) {
  OutputRecord record;
  record.topic = alerts;
  record.key = "a newer catalogue";
  rig.handler.outputs_of_assignment = {record};
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  ASSERT_EQ(broker.records.size(), 1U);
  EXPECT_EQ(broker.records[0].key, "a newer catalogue");
  EXPECT_EQ(rig.sink.calls, (std::vector<std::string>{"start", "begin", "write", "commit"}));
  EXPECT_EQ(rig.handler.calls, (std::vector<std::string>{"assigned", "commit", "revoked"}));
}

TEST_F(WorkerTest, PublishesWhatAnAssignmentLeadsToBeforeAnyMessage) {
  broker.logs[0] = {"F1"};
  OutputRecord record;
  record.topic = alerts;
  record.key = "a newer catalogue";
  rig.handler.outputs_of_assignment = {record};
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, (std::vector<std::size_t>{1, 1}));
  ASSERT_EQ(broker.records.size(), 2U);
  EXPECT_EQ(broker.records[0].key, "a newer catalogue");
}

TEST_F(WorkerTest, TriesWhatAnAssignmentLeadsToAgainAndRollsBackNothing) {
  broker.logs[0] = {"F1"};
  OutputRecord record;
  record.topic = alerts;
  rig.handler.outputs_of_assignment = {record};
  rig.sink.fail = failing("commit", SinkOutcome::must_abort, 1, 3);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 3U);
  EXPECT_EQ(broker.records.size(), 2U);
  EXPECT_EQ(rig.handler.calls,
            (std::vector<std::string>{"assigned", "commit", "commit", "revoked"}));
}

TEST_F(WorkerTest, FailsWithoutItsMemoryAndHandlesNoMessage) {
  broker.logs[0] = {"F1"};
  rig.handler.has_memory = false;
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_TRUE(broker.records.empty());
  EXPECT_EQ(broker.committed[0], 0);
}

TEST_F(WorkerTest, AStopWhileTheMemoryIsReadBackIsNoFailure) {
  broker.logs[0] = {"F1"};
  rig.handler.has_memory = false;
  rig.source.at_poll = [this](int) { rig.stop_requested = true; };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(broker.committed[0], 0);
}

// ---- writing

TEST_F(WorkerTest, TriesAFullQueueAgain) {
  broker.logs[0] = {"F1", "F2"};
  rig.sink.fail = failing("write", SinkOutcome::retry, 2, 5);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, std::vector<std::size_t>{2});
}

TEST_F(WorkerTest, AQueueThatStaysFullAbortsTheBatch) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("write", SinkOutcome::retry, 1, 150);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 1U);
  EXPECT_EQ(broker.records.size(), 1U);
}

TEST_F(WorkerTest, ReplacesARecordThatIsTooLargeByAShortOneInTheSameTransaction) {
  broker.logs[0] = {"F1", "F2", "F3"};
  rig.sink.is_too_large = [this](const OutputRecord& record) {
    return record.topic == alerts && record.key == "F2";
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.sink.committed_sizes, std::vector<std::size_t>{3});
  EXPECT_EQ(rig.counters.aborts, 0U);
  EXPECT_EQ(rig.counters.replaced, 1U);
  ASSERT_EQ(records_of(broker, quarantine).size(), 1U);
  const OutputRecord replacement = records_of(broker, quarantine)[0];
  EXPECT_EQ(header(replacement, "source_offset"), "1");
  EXPECT_TRUE(header(replacement, "reason").starts_with("output-too-large"));
}

TEST_F(WorkerTest, EndsWhenATransactionCannotBegin) {
  for (const SinkOutcome outcome :
       {SinkOutcome::retry, SinkOutcome::must_abort, SinkOutcome::fatal}) {
    FakeBroker fresh(1);
    fresh.logs[0] = {"F1"};
    WorkerRig first(fresh);
    first.sink.fail = failing("begin", outcome);
    EXPECT_EQ(first.run(), WorkerEnd::failed);
    EXPECT_EQ(first.sink.calls.back(), "begin") << "there is nothing to abort";
  }
}

TEST_F(WorkerTest, AbortsWhenAWriteFindsTheTransactionFailed) {
  broker.logs[0] = {"F1", "F2"};
  rig.sink.fail = failing("write", SinkOutcome::must_abort, 2);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 1U);
  EXPECT_EQ(broker.records.size(), 2U);
}

TEST_F(WorkerTest, EndsWhenAWriteIsFatal) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("write", SinkOutcome::fatal);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_EQ(rig.sink.calls.back(), "write") << "no further call after a fatal error";
  EXPECT_NE(rig.source.listener, nullptr) << "the group is not left: that could take for ever";
}

// ---- committing

TEST_F(WorkerTest, SendsTheSameOffsetsAgain) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("send_offsets", SinkOutcome::retry, 1, 2);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  ASSERT_EQ(rig.sink.offsets_sent.size(), 3U);
  EXPECT_EQ(rig.sink.offsets_sent[0], rig.sink.offsets_sent[2]);
  EXPECT_EQ(rig.counters.aborts, 0U);
}

TEST_F(WorkerTest, OffsetsThatAreSentAgainInVainAbortTheBatch) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("send_offsets", SinkOutcome::retry, 1, 101);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 1U);
  EXPECT_EQ(broker.records.size(), 1U);
}

// The broker fences a member whose partitions are another's by now.
TEST_F(WorkerTest, AbortsWhenTheOffsetsAreRefused) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("send_offsets", SinkOutcome::must_abort);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 1U);
  EXPECT_EQ(count(rig.sink.calls, "commit"), 1U);
  EXPECT_EQ(broker.records.size(), 1U);
}

TEST_F(WorkerTest, EndsWhenSendingTheOffsetsIsFatal) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("send_offsets", SinkOutcome::fatal);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_EQ(rig.sink.calls.back(), "send_offsets");
}

TEST_F(WorkerTest, CommitsAgainWhenACommitCanBeResumed) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("commit", SinkOutcome::retry, 1, 3);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(count(rig.sink.calls, "commit"), 4U);
  EXPECT_EQ(broker.records.size(), 1U);
}

// An abort here could rollback what the broker has committed: only a restart learns the truth.
TEST_F(WorkerTest, EndsWithoutAnAbortWhenACommitIsResumedInVain) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("commit", SinkOutcome::retry, 1, 1'000);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_EQ(count(rig.sink.calls, "commit"), 101U);
  EXPECT_EQ(count(rig.sink.calls, "abort"), 0U);
}

TEST_F(WorkerTest, EndsWhenACommitIsFatalAndARestartFindsTheTruth) {
  for (const bool was_done : {false, true}) {
    FakeBroker fresh(1);
    fresh.logs[0] = {"F1"};
    WorkerRig first(fresh);
    first.sink.fail = failing("commit", SinkOutcome::fatal);
    first.sink.commits_before_failing = was_done;
    EXPECT_EQ(first.run(), WorkerEnd::failed);
    WorkerRig second(fresh);
    EXPECT_EQ(second.run(), WorkerEnd::stopped);
    EXPECT_EQ(fresh.records.size(), 1U);
  }
}

// ---- aborting and rewinding

TEST_F(WorkerTest, ReadsAnAbortedBatchAgainFromItsFirstOffsets) {
  broker.logs[0] = {"x", "F1", "F2"};
  broker.committed[0] = 1;
  rig.sink.fail = failing("commit", SinkOutcome::must_abort);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.source.last_rewind, (std::vector<PartitionOffset>{{"in", 0, 1}}));
  EXPECT_EQ(broker.records.size(), 2U);
  EXPECT_EQ(rig.counters.audited.messages, 2U);
}

TEST_F(WorkerTest, FailsWhenItCannotRewind) {
  broker.logs[0] = {"F1"};
  rig.source.rewinds = false;
  rig.sink.fail = failing("commit", SinkOutcome::must_abort);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
}

TEST_F(WorkerTest, AbortsAgainWhenAnAbortCanBeResumed) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = [commits = 0, aborts = 0](const std::string& call) mutable {
    if (call == "commit" && ++commits == 1) return SinkOutcome::must_abort;
    return call == "abort" && ++aborts <= 3 ? SinkOutcome::retry : SinkOutcome::done;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(count(rig.sink.calls, "abort"), 4U);
  EXPECT_EQ(broker.records.size(), 1U);
}

TEST_F(WorkerTest, FailsWhenAnAbortFails) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = [](const std::string& call) {
    if (call == "commit") return SinkOutcome::must_abort;
    return call == "abort" ? SinkOutcome::fatal : SinkOutcome::done;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_TRUE(rig.source.last_rewind.empty());
}

TEST_F(WorkerTest, BacksOffDuringAnOutageAndEndsWithoutQuarantiningAnything) {
  broker.logs[0] = {"F1", "F2"};
  rig.sink.fail = failing("commit", SinkOutcome::must_abort, 1, 1'000);
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_TRUE(broker.records.empty());
  EXPECT_EQ(rig.counters.aborts, 10U);
  // 0.1 + 0.2 + ... + 6.4 s, then 10 s and 10 s.
  EXPECT_EQ(rig.clock.slept, milliseconds(100 * 127 + 2 * 10'000));
}

TEST_F(WorkerTest, ACommitEndsTheCountOfAborts) {
  broker.logs[0] = repeated("F", 30);
  rig.settings.batch.outputs_max = 1;
  int commits = 0;
  rig.sink.fail = [&commits](const std::string& call) {
    return call == "commit" && ++commits % 2 == 1 ? SinkOutcome::must_abort : SinkOutcome::done;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(rig.counters.aborts, 30U);
  EXPECT_EQ(broker.records.size(), 30U);
}

TEST_F(WorkerTest, FindsTheOneRecordTheBrokerRefusesAndQuarantinesItsMessage) {
  for (std::size_t culprit = 0; culprit < 100; culprit += 9) {
    FakeBroker fresh(3);
    for (auto& log : fresh.logs) log = repeated("F", 100);
    const std::string bad = "Fbad";
    fresh.logs[1][culprit] = bad;
    WorkerRig run(fresh);
    run.sink.is_refused = [this, &bad](const OutputRecord& record) {
      return record.topic == alerts && record.key == bad;
    };
    EXPECT_EQ(run.run(), WorkerEnd::stopped);
    EXPECT_EQ(records_of(fresh, alerts).size(), 299U);
    ASSERT_EQ(records_of(fresh, quarantine).size(), 1U);
    const OutputRecord record = records_of(fresh, quarantine)[0];
    EXPECT_EQ(record.value, bad);
    EXPECT_EQ(header(record, "source_partition"), "1");
    EXPECT_EQ(header(record, "source_offset"), std::to_string(culprit));
    EXPECT_TRUE(header(record, "reason").starts_with("output-refused"));
    EXPECT_LE(run.counters.aborts, 30U) << "halving, not one by one";
    EXPECT_LE(run.clock.slept, milliseconds(100)) << "it is no outage: no back-off";
  }
}

// As librdkafka 2.0.2 does it: the sequence number of the refused record is gone.
TEST_F(WorkerTest, FindsTheRefusedRecordAlthoughEachRefusalIsFollowedByAnotherAbort) {
  broker.logs[0] = repeated("F", 5'000);
  broker.logs[0][1'234] = "Fbad";
  bool is_out_of_order = false;
  rig.sink.is_refused = [&is_out_of_order](const OutputRecord& record) {
    is_out_of_order = is_out_of_order || record.key == "Fbad";
    return record.key == "Fbad";
  };
  rig.sink.fail = [&is_out_of_order](const std::string& call) {
    if (call != "write" || !is_out_of_order) return SinkOutcome::done;
    is_out_of_order = false;
    return SinkOutcome::must_abort;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(records_of(broker, alerts).size(), 4'999U);
  ASSERT_EQ(records_of(broker, quarantine).size(), 1U);
  EXPECT_EQ(records_of(broker, quarantine)[0].value, "Fbad");
}

TEST_F(WorkerTest, QuarantinesWithoutBytesWhenTheBytesAreRefusedToo) {
  broker.logs[0] = {"F1", "Fbad"};
  rig.sink.is_refused = [](const OutputRecord& record) {
    return record.key == "Fbad" || record.value == "Fbad";
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  ASSERT_EQ(records_of(broker, quarantine).size(), 1U);
  EXPECT_EQ(records_of(broker, quarantine)[0].value, "");
  EXPECT_EQ(records_of(broker, alerts).size(), 1U);
}

TEST_F(WorkerTest, EndsWhenTheBrokerRefusesEvenTheShortRecord) {
  broker.logs[0] = {"Fbad"};
  rig.sink.is_refused = [](const OutputRecord&) { return true; };
  EXPECT_EQ(rig.run(), WorkerEnd::failed);
  EXPECT_TRUE(broker.records.empty());
  EXPECT_EQ(broker.committed[0], 0);
}

// ---- stopping

TEST_F(WorkerTest, AStopIsSeenInTheMiddleOfAPoll) {
  broker.logs[0] = repeated("x", 100);
  rig.source.at_poll = [this](int) { rig.stop_requested = true; };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(broker.committed[0], 1);
}

TEST_F(WorkerTest, TheWatchdogKnowsWhenATransactionWaitsForTheBroker) {
  broker.logs[0] = {"F1"};
  rig.source.at_poll = [this](int) { EXPECT_FALSE(rig.progress.waits_for_broker()); };
  rig.sink.fail = [this](const std::string& call) {
    const bool is_in_transaction = call != "start" && call != "begin";
    EXPECT_EQ(rig.progress.waits_for_broker(), is_in_transaction) << call;
    return SinkOutcome::done;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_FALSE(rig.progress.waits_for_broker());
}

TEST_F(WorkerTest, AStopPublishesWhatIsCollected) {
  broker.logs[0] = {"x", "x"};
  rig.source.at_poll = [this](int poll) {
    if (poll == 2) rig.stop_requested = true;
  };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(broker.committed[0], 2);
  EXPECT_EQ(rig.source.listener, nullptr) << "the source is closed";
}

TEST_F(WorkerTest, AStopWhileTransactionsFailDropsWhatIsCollected) {
  broker.logs[0] = {"F1"};
  rig.sink.fail = failing("commit", SinkOutcome::must_abort, 1, 1'000);
  rig.source.at_poll = [this](int poll) {
    if (poll == 3) rig.stop_requested = true;
  };
  rig.settings.batch.age = milliseconds(1'000'000);
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_TRUE(broker.records.empty());
  EXPECT_EQ(broker.committed[0], 0);
}

TEST_F(WorkerTest, TellsItsCountersAlsoWhileNothingComes) {
  int told = 0;
  rig.on_counters = [&told](const WorkerCounters& counters) {
    EXPECT_EQ(counters.transactions, 0U);
    ++told;
  };
  rig.stops_when_done = false;
  rig.source.at_poll = [this](int poll) { rig.stop_requested = poll == 5; };
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  EXPECT_EQ(told, 5);
}

TEST_F(WorkerTest, CountersAddUp) {
  broker.logs[0] = {"F1", "x", "Q", "x", "F2"};
  EXPECT_EQ(rig.run(), WorkerEnd::stopped);
  const Counters& audited = rig.counters.audited;
  EXPECT_EQ(audited.messages, 5U);
  EXPECT_EQ(audited.events, audited.evaluated + audited.irrelevant + audited.quarantined);
  EXPECT_EQ(rig.counters.records, 3U);
}

}  // namespace
}  // namespace auditor::worker_test
