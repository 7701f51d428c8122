// Says now and then what is waited for: not at once, since most waits are short, and not each time.
// One thread.
#pragma once

#include <chrono>
#include <string>

namespace auditor {

class WaitLog {
 public:
  explicit WaitLog(std::chrono::seconds first_after = again_after);

  void maybe_log(const std::string& text);

 private:
  static constexpr std::chrono::seconds again_after{5};
  std::chrono::steady_clock::time_point next_;
};

}  // namespace auditor
