// Tested by scan_test.sh.
#include "consumer/scan/scan_progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace auditor {
namespace {

constexpr std::chrono::milliseconds show_scan_every{100};

}  // namespace

ScanProgress::ScanProgress(const FileChunks& chunks)
    : chunks_(chunks), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ScanProgress::show(const ScannedChunk& last, std::uint64_t events) {
  if (!is_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_at_ < show_scan_every) return;
  shown_at_ = now;
  is_shown_ = true;
  std::cerr << "\r" << events << " events, file " << last.files_begun << " of " << chunks_.files();
  const std::uint64_t total = chunks_.bytes_total();
  if (total > 0) {
    std::cerr << ", " << std::min<std::uint64_t>(100, last.bytes_read * 100 / total) << " %";
  }
  std::cerr << "\x1b[K" << std::flush;
}

void ScanProgress::clear() {
  if (is_shown_) std::cerr << "\r\x1b[K";
  is_shown_ = false;
}

}  // namespace auditor
