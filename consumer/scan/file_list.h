// What a user names -> the files to read, in order: files, directories, and `-` for standard
// input. Nothing that stands in a directory is left out without a word: it is read, or passed over
// with a reason, or a problem.
// Tested by file_list_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace auditor {

inline constexpr std::string_view standard_input = "-";

struct ListedFile {
  std::string path;
  bool is_named = true;  // by the user, who may name a pipe: one in a directory is never opened
};

// So many of the files that are passed over are told by name, the others only counted.
inline constexpr std::size_t passed_over_told_max = 5;

// What stands in a directory and is not read, by no fault: hidden, no file, or of other content.
struct PassedOver {
  std::uint64_t files = 0;         // a link or a hidden directory counts as one
  std::uint64_t bytes = 0;         // as stored
  std::vector<std::string> first;  // "path: passed over: why"
};

struct FileList {
  std::vector<ListedFile> files;
  // "path: why", of directories that cannot be listed or hold nothing to read, and of files that
  // cannot be looked at.
  std::vector<std::string> problems;
  PassedOver passed_over;
  std::uint64_t bytes = 0;  // as stored, of `files`; standard input not counted
};

// Directories are read in order of path, links to directories not followed. A file of a directory
// is listed when its name tells that it is a log (.json, .jsonl, .ndjson, .log, .gz, .zst), or else
// its first bytes do; a file that is named is always listed.
FileList list_files(const std::vector<std::string>& paths);

}  // namespace auditor
