// Says now and then what is waited for: not at once, since most waits are short, and not each time.
// One thread.
#pragma once

#include <spdlog/spdlog.h>

#include <chrono>
#include <string>

namespace auditor {

class Complaint {
 public:
  void maybe_log(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    spdlog::warn("{}", text);
    next_ = now + again_after;
  }

 private:
  static constexpr std::chrono::seconds again_after{5};
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + again_after;
};

}  // namespace auditor
