// How far a replay is, how fast, and how long it will still take: on the line that a terminal
// shows. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "consumer/auditor/progress_line.h"

namespace auditor {

// "1200 of 5000 messages, 300/s, 13 s left"; pure.
std::string replay_progress_text(std::int64_t done, std::int64_t total,
                                 std::chrono::steady_clock::duration taken);

class ReplayProgress {
 public:
  explicit ReplayProgress(std::int64_t messages_total) : total_(messages_total) {}

  // All but the first `done` messages are still to come. `doing`: "rebuilding partition 1"
  void show(const char* doing, std::int32_t partition, std::int64_t done);
  // Before anything else is written to the terminal.
  void clear() { line_.clear(); }

 private:
  std::int64_t total_;
  std::uint32_t calls_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  ProgressLine line_;
};

}  // namespace auditor
