// Tested by replay_test.cpp.
#include "consumer/replay/replay_progress.h"

namespace auditor {
namespace {

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

void ReplayProgress::show(const char* doing, std::int32_t partition, std::int64_t done) {
  if (++calls_ % calls_per_look != 0 || !line_.is_due()) return;
  line_.show(std::string(doing) + " partition " + std::to_string(partition) + ": " +
             replay_progress_text(done, total_, std::chrono::steady_clock::now() - begin_));
}

}  // namespace auditor
