// Every call fails once, in every way it can: nothing is lost and nothing is doubled in what is
// committed. After LevelDB's fault injection: fail at the n-th call, n = 1.. until none is left.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/consumer/worker/worker_fakes.h"

namespace auditor::worker_failure_test {
namespace {

FakeBroker broker_with_messages(std::uint32_t seed) {
  std::mt19937 random(seed);
  FakeBroker broker(3);
  int number = 0;
  for (auto& log : broker.logs) {
    for (int i = 0; i < 12; ++i) {
      const std::string kind(1, "FFQxxx"[random() % 6]);
      log.push_back(kind + std::to_string(number++));
    }
  }
  return broker;
}

// What must be published, once each: the topic, the message that it comes from, and of alerts how
// many came before, as a memory that never failed would have it.
std::vector<std::string> wanted(const FakeBroker& broker, const Topics& topics) {
  std::vector<std::string> list;
  for (const auto& log : broker.logs) {
    std::size_t alerts = 0;
    for (const std::string& payload : log) {
      if (payload[0] == 'F')
        list.push_back(topics.alerts + " " + payload + " " + std::to_string(alerts++));
      if (payload[0] == 'Q') list.push_back(topics.quarantine + " " + payload);
    }
  }
  std::ranges::sort(list);
  return list;
}

std::vector<std::string> published(const FakeBroker& broker, const Topics& topics) {
  std::vector<std::string> list;
  for (const OutputRecord& record : broker.records) {
    list.push_back(
        record.topic + " " +
        (record.topic == topics.alerts ? record.key + " " + record.value : record.value));
  }
  std::ranges::sort(list);
  return list;
}

// Two workers at most: when the first fails, a second, undisturbed one goes on.
void expect_exactly_once(FakeBroker& broker, WorkerRig& first, const std::string& what) {
  if (first.run() == WorkerEnd::failed) {
    WorkerRig second(broker, 99);
    EXPECT_EQ(second.run(), WorkerEnd::stopped) << what;
  }
  EXPECT_TRUE(broker.is_all_committed()) << what;
  EXPECT_EQ(published(broker, first.settings.topics), wanted(broker, first.settings.topics))
      << what;
}

void prepare(WorkerRig& rig, std::uint32_t seed) {
  rig.settings.batch.outputs_max = 1 + seed % 5;
  rig.source.messages_per_poll_max = 1 + seed % 4;
}

struct Failure {
  SinkOutcome outcome;
  bool commits_before_failing;
};

class WorkerFailure : public testing::TestWithParam<std::uint32_t> {};

TEST_P(WorkerFailure, AtEverySinkCallLosesAndDoublesNothing) {
  const std::uint32_t seed = GetParam();
  constexpr std::array<Failure, 4> failures = {{{SinkOutcome::retry, false},
                                                {SinkOutcome::must_abort, false},
                                                {SinkOutcome::fatal, false},
                                                {SinkOutcome::fatal, true}}};
  for (const auto& [outcome, commits_before_failing] : failures) {
    bool has_failed = true;
    for (int n = 1; has_failed; ++n) {
      has_failed = false;
      FakeBroker broker = broker_with_messages(seed);
      WorkerRig rig(broker, seed);
      prepare(rig, seed);
      rig.sink.commits_before_failing = commits_before_failing;
      rig.sink.fail = [&has_failed, outcome = outcome, n, seen = 0](const std::string&) mutable {
        if (++seen != n) return SinkOutcome::done;
        has_failed = true;
        return outcome;
      };
      expect_exactly_once(broker, rig,
                          std::string(to_string(outcome)) + " at call " + std::to_string(n));
      ASSERT_LT(n, 1'000);
    }
  }
}

TEST_P(WorkerFailure, AtEveryPollLosesAndDoublesNothing) {
  const std::uint32_t seed = GetParam();
  for (const bool is_rebalance : {true, false}) {
    bool has_failed = true;
    for (int n = 1; has_failed; ++n) {
      has_failed = false;
      FakeBroker broker = broker_with_messages(seed);
      WorkerRig rig(broker, seed);
      prepare(rig, seed);
      rig.source.at_poll = [&, n](int poll) {
        if (poll != n || broker.is_all_committed()) return;
        has_failed = true;
        if (is_rebalance) rig.source.rebalance();
        if (!is_rebalance) rig.source.is_fatal = true;
      };
      expect_exactly_once(broker, rig, "poll " + std::to_string(n));
      ASSERT_LT(n, 1'000);
    }
  }
}

// Every second commit is aborted, and the n-th way back from it is barred.
TEST_P(WorkerFailure, AtEveryRewindLosesAndDoublesNothing) {
  const std::uint32_t seed = GetParam();
  bool has_failed = true;
  for (int n = 1; has_failed; ++n) {
    has_failed = false;
    FakeBroker broker = broker_with_messages(seed);
    WorkerRig rig(broker, seed);
    prepare(rig, seed);
    int commits = 0;
    int rewinds = 0;
    rig.sink.fail = [&](const std::string& call) {
      if (call != "commit" || ++commits % 2 == 0) return SinkOutcome::done;
      rig.source.rewinds = ++rewinds != n;
      has_failed = has_failed || rewinds == n;
      return SinkOutcome::must_abort;
    };
    expect_exactly_once(broker, rig, "rewind " + std::to_string(n));
    ASSERT_LT(n, 1'000);
  }
}

// The memory cannot be read back at the n-th assignment; each one before it comes a little later.
TEST_P(WorkerFailure, AtEveryAssignmentLosesAndDoublesNothing) {
  const std::uint32_t seed = GetParam();
  constexpr int assignments_max = 8;
  for (int n = 1; n <= assignments_max; ++n) {
    FakeBroker broker = broker_with_messages(seed);
    WorkerRig rig(broker, seed);
    prepare(rig, seed);
    int assignments = 1;
    rig.handler.has_memory = n != 1;
    rig.source.at_poll = [&, n](int poll) {
      if (poll % 3 != 0 || assignments == n) return;
      rig.handler.has_memory = ++assignments != n;
      rig.source.rebalance();
    };
    expect_exactly_once(broker, rig, "assignment " + std::to_string(n));
  }
}

// Not one failure but many, with rebalances between: what an evil hour looks like.
TEST_P(WorkerFailure, ManyTogetherLoseAndDoubleNothing) {
  const std::uint32_t seed = GetParam();
  std::mt19937 random(seed);
  FakeBroker broker = broker_with_messages(seed);
  const Topics topics = WorkerRig(broker).settings.topics;
  for (int restart = 0; !broker.is_all_committed(); ++restart) {
    ASSERT_LT(restart, 1'000);
    WorkerRig rig(broker, seed);
    prepare(rig, seed);
    rig.sink.commits_before_failing = random() % 2 == 0;
    rig.sink.fail = [&random](const std::string&) {
      switch (random() % 24) {
        case 0:
          return SinkOutcome::fatal;
        case 1:
          return SinkOutcome::must_abort;
        case 2:
          return SinkOutcome::retry;
        default:
          return SinkOutcome::done;
      }
    };
    rig.source.at_poll = [&](int) {
      if (random() % 8 == 0) rig.source.rebalance();
    };
    rig.run();
  }
  EXPECT_EQ(published(broker, topics), wanted(broker, topics));
}

INSTANTIATE_TEST_SUITE_P(Seeds, WorkerFailure, testing::Range(1U, 21U));

}  // namespace
}  // namespace auditor::worker_failure_test
