// Tested by tests/kafka/replay_test.cpp, against nobody.
#include "consumer/kafka/wait_log.h"

#include <spdlog/spdlog.h>

namespace auditor {

WaitLog::WaitLog(std::chrono::seconds first_after)
    : next_(std::chrono::steady_clock::now() + first_after) {}

void WaitLog::maybe_log(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  spdlog::warn("{}", text);
  next_ = now + again_after;
}

}  // namespace auditor
