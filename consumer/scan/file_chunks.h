// Files, cut into chunks that can be read apart from each other: a run of whole lines where each
// line is a document, and any other file as a whole.
//
// Only cuts: it inflates and parses nothing, so that one thread at a time can feed many
// (piece_messages is what they do). A file that cannot be read is a problem, told and passed over.
// Tested by file_chunks_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "consumer/decoding/compression.h"
#include "consumer/scan/file_list.h"

namespace auditor {

// A file that is not line by line, a line, and a compressed file (before and after) may be so big.
inline constexpr std::size_t file_text_bytes_max = file_inflated_bytes_max;

struct FileChunk {
  enum class Form { lines, whole, compressed };

  std::string path;  // empty where there are only problems to tell
  Form form = Form::whole;
  std::string bytes;                  // empty for an empty file, which is one chunk
  std::int64_t first_line = 0;        // of the file, from 0
  std::vector<std::string> problems;  // "path: why", of what came before the end of this chunk
  // How far the reading is:
  std::size_t files_begun = 0;   // so the number of this file, from 1
  std::uint64_t bytes_read = 0;  // as stored, so compressed
};

class FileChunks {
 public:
  explicit FileChunks(FileList list, std::size_t text_bytes_max = file_text_bytes_max);
  ~FileChunks();
  FileChunks(const FileChunks&) = delete;
  FileChunks& operator=(const FileChunks&) = delete;

  // Overwrites `chunk`, and uses its room again. False: there is no more.
  bool next(FileChunk& chunk);

  std::size_t files() const { return list_.files.size(); }
  std::uint64_t bytes_total() const { return list_.bytes; }
  const PassedOver& passed_over() const { return list_.passed_over; }

 private:
  bool open_next();
  bool open_file(bool is_named);
  void close_file();
  bool take(FileChunk& chunk);
  void take_lines(std::string& bytes);
  bool fill(std::string& bytes);
  bool fill_all();
  bool is_line_wise_file();
  void problem(const std::string& why);

  FileList list_;
  const std::size_t text_bytes_max_;
  std::vector<std::string> problems_;
  std::size_t files_begun_ = 0;
  std::uint64_t bytes_read_ = 0;

  // The open file: what was read of it and not yet handed over is buffer_.
  std::string path_, buffer_;
  FileChunk::Form form_ = FileChunk::Form::whole;
  int descriptor_ = -1;
  bool is_open_ = false, is_at_end_ = false;
  bool is_begun_ = false;  // a chunk of it has been handed over
  std::int64_t line_ = 0;
};

}  // namespace auditor
