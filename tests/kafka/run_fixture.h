// The base of the tests that drive `guardrail-auditor run`: topics of its own on the shared
// broker, settings for them, and the waits that every test needs.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/kafka/auditor_process.h"
#include "tests/kafka/environment.h"
#include "tests/kafka/published.h"

namespace auditor {

inline constexpr int input_partitions = 4;
// Far longer than it takes, for nothing is promised about it: also under sanitizers, on a machine
// that has much else to do.
inline constexpr std::chrono::seconds catch_up_time_max{300};
inline constexpr std::chrono::seconds stop_time_max{5};  // promised for SIGTERM

// Says which parts differ.
void expect_same(const Published& got, const Published& expected);

class RunFixture : public ::testing::Test {
 protected:
  RunFixture();

  // Settings for `input` with a group and output topics of their own.
  RunSettings new_run(const std::string& input);
  ChildProcess start(const RunSettings& settings);

  // Waits until the group has committed all of the input; false when the process ended or the time
  // was over.
  bool wait_until_committed(ChildProcess& process, const RunSettings& settings);
  // The same, and until no transaction is open: what was committed can be read.
  bool wait_until_caught_up(ChildProcess& process, const RunSettings& settings);
  bool caught_up(const RunSettings& settings);
  // Waits until the log holds `text`; false when the process ended without it or the time was over.
  bool wait_for_output(ChildProcess& process, const std::string& text,
                       std::chrono::milliseconds timeout);
  // SIGTERM; the exit code, or nothing when it took longer than it may.
  std::optional<int> stop(ChildProcess& process);

  Client& client_;
  std::string input_;  // a new topic of four partitions

 private:
  static bool wait_until(ChildProcess& process, const std::function<bool()>& is_reached);
};

}  // namespace auditor
