#include "consumer/worker/watchdog.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <future>

namespace auditor::watchdog_test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds never{1'000'000};
constexpr std::chrono::seconds patience{20};

// What the watchdog says, once it bites.
struct Bite {
  struct Said {
    std::string line;
    int exit_code = -1;
  };
  std::promise<Said> said;
  Watchdog::EndProcess end_process() {
    return [this](const std::string& line, int exit_code) { said.set_value({line, exit_code}); };
  }
  Said wait() {
    auto future = said.get_future();
    if (future.wait_for(patience) != std::future_status::ready) return {"nothing", -1};
    return future.get();
  }
};

TEST(Watchdog, EndsAProcessThatMakesNoProgress) {
  const Progress progress;
  const std::atomic<bool> stop_requested = false;
  Bite bite;
  const Watchdog watchdog(progress, stop_requested, {milliseconds(200), never, never},
                          bite.end_process());
  const auto [line, exit_code] = bite.wait();
  EXPECT_TRUE(line.starts_with("no progress for 0.2 s")) << line;
  EXPECT_EQ(exit_code, 1);
}

TEST(Watchdog, EndsAProcessThatDoesNotStop) {
  const Progress progress;
  const std::atomic<bool> stop_requested = true;
  Bite bite;
  const Watchdog watchdog(progress, stop_requested, {never, milliseconds(1), milliseconds(300)},
                          bite.end_process());
  const auto [line, exit_code] = bite.wait();
  EXPECT_TRUE(line.starts_with("could not stop within 0.3 s")) << line;
  EXPECT_EQ(exit_code, 1) << "it is not the broker that it waits for";
}

TEST(Watchdog, EndsAStopThatWaitsForTheBrokerWithoutAnError) {
  Progress progress;
  const std::atomic<bool> stop_requested = true;
  Bite bite;
  const BrokerWait waiting(progress);
  const Watchdog watchdog(progress, stop_requested, {never, milliseconds(200), never},
                          bite.end_process());
  const auto [line, exit_code] = bite.wait();
  EXPECT_NE(line.find("not committed is dropped and read again"), std::string::npos) << line;
  EXPECT_EQ(exit_code, 0);
}

TEST(Watchdog, LetsTheWorkerWaitForTheBrokerWhileNobodyStopsIt) {
  Progress progress;
  const std::atomic<bool> stop_requested = false;
  std::atomic<bool> has_bitten = false;
  {
    const BrokerWait waiting(progress);
    const Watchdog watchdog(progress, stop_requested, {never, milliseconds(1), milliseconds(1)},
                            [&has_bitten](const std::string&, int) { has_bitten = true; });
    std::this_thread::sleep_for(milliseconds(300));
  }
  EXPECT_FALSE(progress.waits_for_broker());
  EXPECT_FALSE(has_bitten);
}

TEST(Watchdog, LeavesAProcessAloneThatMakesProgress) {
  Progress progress;
  const std::atomic<bool> stop_requested = false;
  std::atomic<bool> has_bitten = false;
  {
    const Watchdog watchdog(progress, stop_requested, {milliseconds(1'500), never, never},
                            [&has_bitten](const std::string&, int) { has_bitten = true; });
    for (int i = 0; i < 20; ++i) {
      progress.report();
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  EXPECT_FALSE(has_bitten);
}

TEST(WatchdogDeathTest, EndsTheProcessWithOneLineAndAnExitCode) {
  for (const int exit_code : {0, 1}) {
    EXPECT_EXIT(Watchdog::end_process_at_once("no progress", exit_code),
                testing::ExitedWithCode(exit_code), "guardrail-auditor: no progress\n");
  }
}

// The reader of the log has stopped reading: what cannot be said must not keep the process alive.
TEST(WatchdogDeathTest, EndsTheProcessAlthoughItsLogIsFull) {
  const auto end_with_full_log = [] {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_NONBLOCK) != 0) _exit(99);
    const std::array<char, 4096> block{};
    while (::write(pipe[1], block.data(), block.size()) > 0) {
    }
    ::fcntl(pipe[1], F_SETFL, 0);  // from here on a write blocks
    ::dup2(pipe[1], STDERR_FILENO);
    Watchdog::end_process_at_once("no progress", 7);
  };
  EXPECT_EXIT(end_with_full_log(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace auditor::watchdog_test
