// Tested by broker_waits_test.cpp.
#include "consumer/kafka/broker_waits.h"

#include <stdexcept>
#include <thread>

namespace auditor {

void BrokerPatience::go_on(const std::string& why_not) const {
  if (!timeout_ || std::chrono::steady_clock::now() - since_ < *timeout_) return;
  throw std::runtime_error("gave up after " + std::to_string(timeout_->count()) +
                           " s (--timeout): " + why_not);
}

bool ask_until_answered(const AskBroker& ask, WaitLog& wait_log, BrokerPatience patience,
                        std::chrono::milliseconds again_after) {
  patience.begin();
  while (!patience.is_stopped()) {
    const std::optional<std::string> why_not = ask();
    if (!why_not) return true;
    if (!why_not->empty()) {
      patience.go_on(*why_not);
      wait_log.maybe_log(*why_not);
    }
    std::this_thread::sleep_for(again_after);
  }
  return false;
}

}  // namespace auditor
