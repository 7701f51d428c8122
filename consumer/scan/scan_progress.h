// How far `scan` is: one line on a terminal, nothing in a log.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "consumer/scan/file_chunks.h"
#include "consumer/scan/scan_readers.h"

namespace auditor {

class ScanProgress {
 public:
  explicit ScanProgress(const FileChunks& chunks);

  // `events`: of all chunks so far.
  void show(const ScannedChunk& last, std::uint64_t events);

  // Before anything else is written to stderr.
  void clear();

 private:
  const FileChunks& chunks_;
  bool is_terminal_;
  bool is_shown_ = false;
  std::chrono::steady_clock::time_point shown_at_;
};

}  // namespace auditor
