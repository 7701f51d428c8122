// Waiting for brokers: how long a question waits for its answer, and asking it again until there is
// one. Tested by broker_waits_test.cpp.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "consumer/kafka/wait_log.h"

namespace auditor {

inline constexpr int answer_wait_ms = 1'000;  // so long, at most, until a stop is seen
inline constexpr int poll_wait_ms = 100;
inline constexpr std::chrono::milliseconds ask_again_after{200};

// Why there is no answer yet, as a line for the log, empty when that is not worth one; nullopt when
// there is an answer. Throws for what will not change by waiting.
using AskBroker = std::function<std::optional<std::string>()>;

// Asks until there is an answer. False: a stop was requested.
inline bool ask_until_answered(const AskBroker& ask, WaitLog& wait_log,
                               const std::atomic<bool>& stop_requested,
                               std::chrono::milliseconds again_after = ask_again_after) {
  while (!stop_requested) {
    const std::optional<std::string> why_not = ask();
    if (!why_not) return true;
    if (!why_not->empty()) wait_log.maybe_log(*why_not);
    std::this_thread::sleep_for(again_after);
  }
  return false;
}

}  // namespace auditor
