// How far a replay is, how fast, and how long it will still take: one line on a terminal, nothing
// in a log. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace auditor {

// "1200 of 5000 messages, 300/s, 13 s left"; pure.
std::string replay_progress_text(std::int64_t done, std::int64_t total,
                                 std::chrono::steady_clock::duration taken);

class ReplayProgress {
 public:
  explicit ReplayProgress(std::int64_t messages_total);
  ~ReplayProgress() { clear(); }
  ReplayProgress(const ReplayProgress&) = delete;
  ReplayProgress& operator=(const ReplayProgress&) = delete;

  // All but the first `done` messages are still to come. `doing`: "rebuilding partition 1"
  void show(const char* doing, std::int32_t partition, std::int64_t done);
  // Before anything else is written to the terminal.
  void clear();

 private:
  std::int64_t total_;
  bool is_terminal_;
  bool is_shown_ = false;
  std::uint32_t calls_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_at_ = begin_;
};

}  // namespace auditor
