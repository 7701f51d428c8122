// The patience of a command that writes once: librdkafka's calls of a transaction cannot be given a
// time, so a thread ends the process when a batch has waited for the broker for too long. What was
// committed stays; the broker aborts the rest.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "consumer/worker/watchdog.h"

namespace auditor {

class PublishBound {
 public:
  explicit PublishBound(std::chrono::seconds timeout)
      : watchdog_(progress_, never_stops_, {timeout, timeout, timeout},
                  [timeout](const std::string&, int) {
                    Watchdog::end_process_at_once(
                        "gave up after " + std::to_string(timeout.count()) +
                            " s (--timeout): the broker does not answer, and not all is written",
                        1);
                  }) {}

  void note_written() { progress_.report(); }

 private:
  Progress progress_;
  std::atomic<bool> never_stops_ = false;
  Watchdog watchdog_;
};

}  // namespace auditor
