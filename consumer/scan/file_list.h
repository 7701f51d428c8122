// What a user names -> the files to read, in order: files, directories, and `-` for standard
// input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace auditor {

inline constexpr std::string_view standard_input = "-";

struct FileList {
  std::vector<std::string> files;
  std::vector<std::string> problems;  // "path: why", of directories that cannot be read
  std::uint64_t bytes = 0;            // as stored; standard input not counted
};

// Directories are read in order of path, and of their files only those that can be logs
// (.json, .jsonl, .ndjson, .log, .gz); a file that is named is always listed.
FileList list_files(const std::vector<std::string>& paths);

}  // namespace auditor
