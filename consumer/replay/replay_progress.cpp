// Tested by replay_test.cpp.
#include "consumer/replay/replay_progress.h"

#include <unistd.h>

#include <iostream>

namespace auditor {
namespace {

constexpr std::chrono::milliseconds show_replay_every{200};
constexpr std::uint32_t calls_per_look = 256;  // at the clock, which is not free

}  // namespace

std::string replay_progress_text(std::int64_t done, std::int64_t total,
                                 std::chrono::steady_clock::duration taken) {
  std::string text = std::to_string(done) + " of " + std::to_string(total) + " messages";
  const double seconds = std::chrono::duration<double>(taken).count();
  if (done == 0 || seconds <= 0) return text;
  const double rate = static_cast<double>(done) / seconds;
  return text + ", " + std::to_string(static_cast<std::int64_t>(rate)) + "/s, " +
         std::to_string(static_cast<std::int64_t>(static_cast<double>(total - done) / rate)) +
         " s left";
}

ReplayProgress::ReplayProgress(std::int64_t messages_total)
    : total_(messages_total), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ReplayProgress::show(const char* doing, std::int32_t partition, std::int64_t done) {
  if (!is_terminal_ || ++calls_ % calls_per_look != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_at_ < show_replay_every) return;
  shown_at_ = now;
  is_shown_ = true;
  std::cerr << "\r" << doing << " partition " << partition << ": "
            << replay_progress_text(done, total_, now - begin_) << "\x1b[K" << std::flush;
}

void ReplayProgress::clear() {
  if (is_shown_) std::cerr << "\r\x1b[K" << std::flush;
  is_shown_ = false;
}

}  // namespace auditor
