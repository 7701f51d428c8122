// How far `scan` is, in files and bytes: on the line that a terminal shows.
#pragma once

#include <cstdint>

#include "consumer/auditor/progress_line.h"
#include "consumer/scan/file_chunks.h"
#include "consumer/scan/scan_readers.h"

namespace auditor {

class ScanProgress {
 public:
  explicit ScanProgress(const FileChunks& chunks) : chunks_(chunks) {}

  // `events`: of all chunks so far.
  void show(const ScannedChunk& last, std::uint64_t events);

  // Before anything else is written to stderr.
  void clear() { line_.clear(); }

 private:
  const FileChunks& chunks_;
  ProgressLine line_;
};

}  // namespace auditor
