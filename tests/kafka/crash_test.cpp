// Exactly once, seen from outside: whatever moment the process is killed at, a reader with
// read_committed gets what an undisturbed run publishes, each record once: alerts, compliance and
// state.
//
// The kills are drawn from a seed, which a failure prints; CRASH_SEED=N replays another one.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <thread>

#include "tests/kafka/published.h"
#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::crash_test {
namespace {

using std::chrono::milliseconds;
using Crash = RunFixture;

constexpr int events = 10'000;
constexpr int kills = 8;
constexpr int outputs_a_transaction = 10;  // few, so that a kill finds one open
constexpr milliseconds output_time_max{30'000};
constexpr milliseconds frozen_time{6'000};
constexpr int restarts_max = 5;
constexpr int looks_max = 1000;

std::mt19937 seeded() {
  const char* given = std::getenv("CRASH_SEED");
  const auto seed = given == nullptr ? 20260301u : static_cast<unsigned>(std::stoul(given));
  std::cout << "CRASH_SEED=" << seed << '\n';
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  return std::mt19937(seed);
}

int draw(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

// The broker is there and does not answer, as long as this lives.
struct FrozenBroker {
  FrozenBroker() { environment().broker().send_signal(SIGSTOP); }
  ~FrozenBroker() { environment().broker().send_signal(SIGCONT); }
  FrozenBroker(const FrozenBroker&) = delete;
  FrozenBroker& operator=(const FrozenBroker&) = delete;
};

class CrashStream : public Crash {
 protected:
  void SetUp() override {
    for (int i = 0; i < events; ++i) {
      client_.produce(input_, sample_account(i) % input_partitions, sample_event(i));
    }
    client_.flush();
  }

  RunSettings small_batches() {
    RunSettings settings = new_run(input_);
    settings.batch_outputs_max = outputs_a_transaction;
    return settings;
  }

  // Stops the process at drawn moments until one finds records that are not committed yet.
  bool stop_in_a_transaction(ChildProcess& process, const RunSettings& settings,
                             std::mt19937& random) {
    for (int look = 0; look < looks_max; ++look) {
      std::this_thread::sleep_for(milliseconds(draw(random, 0, 20)));
      process.send_signal(SIGSTOP);
      const auto end = [&](Isolation isolation) {
        return client_.end_offsets(settings.alerts, input_partitions, isolation);
      };
      if (end(Isolation::read_committed) != end(Isolation::read_uncommitted)) return true;
      process.send_signal(SIGCONT);
    }
    return false;
  }

  Published undisturbed() {
    const RunSettings settings = new_run(input_);
    ChildProcess process = start(settings);
    EXPECT_TRUE(wait_until_caught_up(process, settings)) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
    return published(client_, settings);
  }
};

TEST_F(CrashStream, WhatIsPublishedAfterKillsEqualsAnUndisturbedRun) {
  const Published expected = undisturbed();
  ASSERT_GT(expected.alert_count, events / 10u);

  std::mt19937 random = seeded();
  const RunSettings settings = small_batches();
  Reader seen(client_.bootstrap_servers(), settings.alerts, Isolation::read_uncommitted);
  const int stride = static_cast<int>(expected.alert_count) / (kills + 2);
  for (int kill = 0; kill < kills; ++kill) {
    ChildProcess process = start(settings);
    for (int outputs = draw(random, 1, stride); outputs > 0; --outputs) {
      ASSERT_TRUE(seen.next(output_time_max)) << process.output();
    }
    if (kill % 2 == 0) {
      std::this_thread::sleep_for(milliseconds(draw(random, 0, 20)));
    } else {
      ASSERT_TRUE(stop_in_a_transaction(process, settings, random)) << process.output();
    }
    ASSERT_TRUE(process.running()) << process.output();
    process.kill();
    ASSERT_FALSE(caught_up(settings)) << "kill " << kill << " came after the end of the stream";
  }
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();

  expect_same(published(client_, settings), expected);
  const auto written = client_.read(settings.alerts, Isolation::read_uncommitted).size();
  std::cout << "records of transactions cut by a kill: " << written - expected.alert_count << '\n';
  EXPECT_GT(written, expected.alert_count)
      << "no kill hit an open transaction: this proved nothing";
}

TEST_F(CrashStream, SurvivorTakesOverThePartitionsOfTheKilled) {
  const Published expected = undisturbed();
  RunSettings first = small_batches();
  RunSettings second = first;
  second.worker += "-second";
  for (RunSettings* settings : {&first, &second}) settings->session_timeout_ms = 4000;

  ChildProcess survivor = start(second);
  ChildProcess killed = start(first);
  Reader seen(client_.bootstrap_servers(), first.alerts, Isolation::read_uncommitted);
  for (std::size_t outputs = 0; outputs < expected.alert_count / 3; ++outputs) {
    ASSERT_TRUE(seen.next(output_time_max)) << survivor.output() << killed.output();
  }
  killed.kill();
  ASSERT_FALSE(caught_up(first)) << "the kill came after the end of the stream";
  ASSERT_TRUE(wait_until_caught_up(survivor, first)) << survivor.output();
  EXPECT_EQ(stop(survivor), 0) << survivor.output();
  expect_same(published(client_, first), expected);
}

// The broker stands still for longer than the session and the transaction may last. Thawed, it ends
// both; a commit that was under way then has an outcome that only a restart can learn, so the
// process ends with an error and its supervisor, here the test, starts it again.
TEST_F(CrashStream, BrokerThatStoodStillLosesAndDoublesNothing) {
  const Published expected = undisturbed();
  RunSettings settings = small_batches();
  settings.session_timeout_ms = 4000;
  auto process = std::unique_ptr<ChildProcess>(new ChildProcess(start(settings)));
  {
    Reader seen(client_.bootstrap_servers(), settings.alerts, Isolation::read_uncommitted);
    for (std::size_t outputs = 0; outputs < expected.alert_count / 4; ++outputs) {
      ASSERT_TRUE(seen.next(output_time_max)) << process->output();
    }
  }
  {
    const FrozenBroker frozen;
    std::this_thread::sleep_for(frozen_time);
  }
  for (int restarts = 0; !wait_until_caught_up(*process, settings); ++restarts) {
    ASSERT_LT(restarts, restarts_max) << process->output();
    ASSERT_FALSE(process->running()) << process->output();
    EXPECT_NE(process->wait(milliseconds(0)), 0) << process->output();
    process = std::unique_ptr<ChildProcess>(new ChildProcess(start(settings)));
  }
  EXPECT_EQ(stop(*process), 0) << process->output();
  expect_same(published(client_, settings), expected);
}

// A commit that does not come back: the watchdog ends the process with one line that says so, and a
// restart finds out what became of the transaction.
TEST_F(CrashStream, ACommitThatIsStuckEndsTheProcessAndLosesAndDoublesNothing) {
  const Published expected = undisturbed();
  RunSettings settings = small_batches();
  settings.session_timeout_ms = 3000;
  settings.consumer_extra = "    heartbeat.interval.ms: 500\n";
  settings.extra = "watchdog_ms: 3000\n";
  {
    ChildProcess process = start(settings);
    {
      Reader seen(client_.bootstrap_servers(), settings.alerts, Isolation::read_uncommitted);
      for (std::size_t outputs = 0; outputs < expected.alert_count / 4; ++outputs) {
        ASSERT_TRUE(seen.next(output_time_max)) << process.output();
      }
    }
    const FrozenBroker frozen;
    EXPECT_EQ(process.wait(milliseconds(10'000)), 1) << process.output();
    EXPECT_NE(process.output().find("guardrail-auditor: no progress for 3.0 s: ends now"),
              std::string::npos)
        << process.output();
  }
  ASSERT_FALSE(caught_up(settings)) << "the end came after the end of the stream";
  settings.extra.clear();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
  expect_same(published(client_, settings), expected);
}

// SIGTERM while the broker does not answer, in the middle of a transaction: the process does not
// wait for it, and says that what is not committed will be read again.
TEST_F(CrashStream, StopWhileTheBrokerStandsStillIsCleanAndLosesAndDoublesNothing) {
  const Published expected = undisturbed();
  const RunSettings settings = small_batches();
  {
    ChildProcess process = start(settings);
    {
      Reader seen(client_.bootstrap_servers(), settings.alerts, Isolation::read_uncommitted);
      for (std::size_t outputs = 0; outputs < expected.alert_count / 4; ++outputs) {
        ASSERT_TRUE(seen.next(output_time_max)) << process.output();
      }
    }
    const FrozenBroker frozen;
    std::this_thread::sleep_for(milliseconds(300));  // until the transaction under way waits for it
    EXPECT_EQ(stop(process), 0) << process.output();
    EXPECT_NE(process.output().find("is dropped and read again"), std::string::npos)
        << process.output();
  }
  ASSERT_FALSE(caught_up(settings)) << "the stop came after the end of the stream";
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
  expect_same(published(client_, settings), expected);
}

TEST_F(Crash, StopOfAnIdleWorkerNeedsNoBroker) {
  const RunSettings settings = new_run(input_);
  client_.produce(input_, 0, violating_event(1));
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  const FrozenBroker frozen;
  std::this_thread::sleep_for(milliseconds(1'000));
  EXPECT_EQ(stop(process), 0) << process.output();
}

TEST_F(Crash, SecondProcessOfTheSameWorkerEndsTheFirst) {
  const RunSettings settings = new_run(input_);
  client_.produce(input_, 0, violating_event(1));
  client_.flush();
  ChildProcess first = start(settings);
  ASSERT_TRUE(wait_until_caught_up(first, settings)) << first.output();

  ChildProcess second =
      start_auditor(environment().directory(), settings.worker + "-again", settings.yaml());
  // The first may be idle: it learns that it was fenced at its next transaction or heartbeat.
  for (int i = 2; i < 40 && first.running(); ++i) {
    client_.produce(input_, i % input_partitions, violating_event(i));
    client_.flush();
    first.wait(milliseconds(500));
  }
  const auto code = first.wait(milliseconds(10'000));
  ASSERT_TRUE(code.has_value()) << first.output();
  EXPECT_NE(*code, 0);
  ASSERT_TRUE(wait_until_caught_up(second, settings)) << second.output();
  EXPECT_EQ(stop(second), 0) << second.output();

  std::map<std::string, int> times;
  for (const Record& alert : client_.read(settings.alerts)) {
    EXPECT_EQ(++times[alert.value], 1) << alert.value;
  }
}

}  // namespace
}  // namespace auditor::crash_test
