// Log files as a source of messages: files, directories, `.gz`, and `-` for standard input.
//
// Files with a record a line give a message a line, so that a big file needs little memory; any
// other file is one message. A file that cannot be read is a problem, told and passed over.
// Owned by one thread. Tested by tests/consumer/file_source_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "consumer/compression.h"
#include "consumer/raw_message.h"

namespace auditor {

// A file that is not line by line, a line, and a compressed file (before and after) may be so big.
inline constexpr std::size_t file_text_bytes_max = file_inflated_bytes_max;

class FileSource {
 public:
  // Directories are read in order of path, and of their files only those that can be logs
  // (.json, .jsonl, .ndjson, .log, .gz); a file that is named is always read.
  explicit FileSource(const std::vector<std::string>& paths,
                      std::size_t text_bytes_max = file_text_bytes_max);
  ~FileSource();
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  // The next message; its views live until the next call. `topic` is the path, `offset` the line
  // (from 0), or 0 for a file that is one message.
  std::optional<RawMessage> next();

  // "path: why", in order of occurrence; grows while reading.
  const std::vector<std::string>& problems() const { return problems_; }

  std::size_t files() const { return files_.size(); }
  std::size_t files_begun() const { return files_begun_; }
  std::uint64_t bytes_read() const { return bytes_read_; }    // as stored, so compressed
  std::uint64_t bytes_total() const { return bytes_total_; }  // standard input not counted

 private:
  void list(const std::string& path);
  void list_directory(const std::string& path);
  bool open_next();
  bool open_file();
  void close_file();
  bool fill();
  bool fill_all();
  void inflate();
  void decide_form();
  std::optional<RawMessage> next_line();
  std::optional<RawMessage> whole_text();
  RawMessage message(std::size_t length);
  void problem(const std::string& path, const std::string& why);

  const std::size_t text_bytes_max_;
  std::vector<std::string> files_, problems_;
  std::size_t files_begun_ = 0;
  std::uint64_t bytes_read_ = 0, bytes_total_ = 0;

  // The open file: what was read of it and not yet handed over is buffer_ from begin_.
  std::string path_, buffer_;
  std::size_t begin_ = 0;
  int descriptor_ = -1;
  bool is_open_ = false, is_at_end_ = false, is_line_wise_ = false;
  std::int64_t line_ = 0;
};

}  // namespace auditor
