// What became of the files of a scan, so that nothing is read without a word: which were read,
// which were empty or held nothing that can be read, and whether anything was read at all.
//
// INVARIANT: files == read + unread + passed over; an empty file counts as one message, as an empty
// message does. One thread, chunks in the order of the files. Tested by scan_account_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "consumer/scan/file_list.h"
#include "consumer/scan/scan_readers.h"

namespace auditor {

class ScanAccount {
 public:
  // Adds the chunk. What is found out only now of the file before it (that it was empty) is added
  // to the chunk's own counters and quarantined records.
  void add(ScannedChunk& chunk);

  // The same for the last file, after the last chunk.
  ScannedChunk finish();

  // Records that could be read, whether they matter or not.
  std::uint64_t records() const { return records_; }
  std::uint64_t files_read() const { return files_read_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

  // A file could not be opened, or holds nothing that can be read, or was cut.
  bool has_damage() const { return has_damage_; }

 private:
  void close_file(ScannedChunk& into);

  // The file that is being read:
  std::size_t number_ = 0;  // from 1; 0: none yet
  std::string path_;
  bool ends_in_damage_ = false;
  std::uint64_t messages_of_file_ = 0, records_of_file_ = 0, quarantined_of_file_ = 0;

  std::uint64_t records_ = 0, files_read_ = 0, bytes_read_ = 0;
  bool has_damage_ = false;
};

}  // namespace auditor
