// Tested by scan_test.sh, where nobody looks.
#include "consumer/auditor/progress_line.h"

#include <unistd.h>

#include <iostream>

#include "consumer/auditor/terminal.h"

namespace auditor {
namespace {

// What is done sooner needs no line, which would only flicker.
constexpr std::chrono::milliseconds show_first_after{500};
constexpr std::chrono::milliseconds show_every{100};

}  // namespace

ProgressLine::ProgressLine()
    : can_show_(can_overwrite_line(STDERR_FILENO)),
      due_at_(std::chrono::steady_clock::now() + show_first_after) {}

bool ProgressLine::is_due() {
  if (!can_show_) return false;
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
