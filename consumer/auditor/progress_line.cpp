// Tested by scan_test.sh, where nobody looks.
#include "consumer/auditor/progress_line.h"

#include <unistd.h>

#include <iostream>

namespace auditor {
namespace {

constexpr std::chrono::milliseconds show_every{100};

}  // namespace

ProgressLine::ProgressLine()
    : is_terminal_(::isatty(STDERR_FILENO) == 1),
      due_at_(std::chrono::steady_clock::now() + show_every) {}

bool ProgressLine::is_due() {
  if (!is_terminal_) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now < due_at_) return false;
  due_at_ = now + show_every;
  return true;
}

void ProgressLine::show(const std::string& text) {
  std::cerr << "\r" << text << "\x1b[K" << std::flush;
  is_shown_ = true;
}

void ProgressLine::clear() {
  if (is_shown_) std::cerr << "\r\x1b[K" << std::flush;
  is_shown_ = false;
}

}  // namespace auditor
