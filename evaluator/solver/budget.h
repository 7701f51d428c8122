// How much work one verdict may cost.
//
// Whoever writes a policy chooses our input, and deciding it is hard in the worst case. Every loop
// of the engine that input can make long spends from the verdict's budget; when it is spent, the
// verdict is `unknown` with the reason. The unit is about ten nanoseconds.
#pragma once

#include <cstddef>

namespace auditor {

inline constexpr std::size_t verdict_work_max = 1'000'000;

struct Budget {
  std::size_t left = verdict_work_max;

  // False, and nothing is left, when `work` is more than there was.
  bool spend(std::size_t work) {
    if (work > left) {
      left = 0;
      return false;
    }
    left -= work;
    return true;
  }
};

}  // namespace auditor
