#include "consumer/watchdog.h"

#include <gtest/gtest.h>

#include <future>

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds never{1'000'000};
constexpr std::chrono::seconds patience{20};

// The reason the watchdog gives, once it bites.
struct Bite {
  std::promise<std::string> reason;
  Watchdog::EndProcess end_process() {
    return [this](const std::string& text) { reason.set_value(text); };
  }
};

TEST(Watchdog, EndsAProcessThatMakesNoProgress) {
  const Progress progress;
  const std::atomic<bool> stop_requested = false;
  Bite bite;
  auto reason = bite.reason.get_future();
  const Watchdog watchdog(progress, stop_requested, {milliseconds(200), never}, bite.end_process());
  ASSERT_EQ(reason.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(reason.get(), "no progress for 0.2 s");
}

TEST(Watchdog, EndsAProcessThatDoesNotStop) {
  const Progress progress;
  const std::atomic<bool> stop_requested = true;
  Bite bite;
  auto reason = bite.reason.get_future();
  const Watchdog watchdog(progress, stop_requested, {never, milliseconds(300)}, bite.end_process());
  ASSERT_EQ(reason.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(reason.get(), "could not stop within 0.3 s");
}

TEST(Watchdog, LeavesAProcessAloneThatMakesProgress) {
  Progress progress;
  const std::atomic<bool> stop_requested = false;
  std::atomic<bool> has_bitten = false;
  {
    const Watchdog watchdog(progress, stop_requested, {milliseconds(1'500), never},
                            [&has_bitten](const std::string&) { has_bitten = true; });
    for (int i = 0; i < 20; ++i) {
      progress.report();
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
  EXPECT_FALSE(has_bitten);
}

TEST(WatchdogDeathTest, EndsTheProcessWithOneLineAndAnExitCode) {
  EXPECT_EXIT(Watchdog::end_process_at_once("no progress for 60.0 s"), testing::ExitedWithCode(1),
              "no progress for 60.0 s: ends now");
}

}  // namespace
}  // namespace auditor
