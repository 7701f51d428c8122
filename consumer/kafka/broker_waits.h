// How long a question to a broker waits for its answer.
#pragma once

#include <chrono>

namespace auditor {

inline constexpr int answer_wait_ms = 1'000;  // so long, at most, until a stop is seen
inline constexpr int poll_wait_ms = 100;
inline constexpr std::chrono::milliseconds ask_again_after{200};

}  // namespace auditor
