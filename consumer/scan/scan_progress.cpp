// Tested by scan_test.sh.
#include "consumer/scan/scan_progress.h"

#include <algorithm>
#include <string>

namespace auditor {

void ScanProgress::show(const ScannedChunk& last, std::uint64_t events) {
  if (!line_.is_due()) return;
  std::string text = std::to_string(events) + " events, file " + std::to_string(last.files_begun) +
                     " of " + std::to_string(chunks_.files());
  const std::uint64_t total = chunks_.bytes_total();
  if (total > 0) {
    const auto percent = std::min<std::uint64_t>(100, last.bytes_read * 100 / total);
    text += ", " + std::to_string(percent) + " %";
  }
  line_.show(text);
}

}  // namespace auditor
