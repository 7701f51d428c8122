// Waiting for brokers: how long a question waits for its answer, and asking it again until there is
// one. Tested by broker_waits_test.cpp.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "consumer/kafka/wait_log.h"

namespace auditor {

inline constexpr int answer_wait_ms = 1'000;  // so long, at most, until a stop is seen
inline constexpr int poll_wait_ms = 100;
inline constexpr std::chrono::milliseconds ask_again_after{200};

// How long a process waits for brokers: until a stop is asked for, and no longer than its patience
// where it has an end. A service's has none. One thread.
class BrokerPatience {
 public:
  // `stop_requested` must outlive it.
  BrokerPatience(const std::atomic<bool>& stop_requested,
                 std::optional<std::chrono::seconds> timeout = std::nullopt)
      : stop_requested_(&stop_requested), timeout_(timeout) {}

  bool is_stopped() const { return *stop_requested_; }

  // A question begins, or a broker has got us on: from now on it is waited anew.
  void begin() { since_ = std::chrono::steady_clock::now(); }
  // Throws std::runtime_error that says `why_not` when it is at its end.
  void go_on(const std::string& why_not) const;

 private:
  const std::atomic<bool>* stop_requested_;
  std::optional<std::chrono::seconds> timeout_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

// Why there is no answer yet, as a line for the log, empty when that is not worth one; nullopt when
// there is an answer. Throws for what will not change by waiting.
using AskBroker = std::function<std::optional<std::string>()>;

// Asks until there is an answer. False: a stop was requested. Throws what `ask` throws, and
// std::runtime_error when the patience is at its end.
bool ask_until_answered(const AskBroker& ask, WaitLog& wait_log, BrokerPatience patience,
                        std::chrono::milliseconds again_after = ask_again_after);

}  // namespace auditor
