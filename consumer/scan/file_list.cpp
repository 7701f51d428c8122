// Tested by file_chunks_test.cpp.
#include "consumer/scan/file_list.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace auditor {
namespace {

namespace fs = std::filesystem;

bool can_be_log(const fs::path& path) {
  static constexpr std::array<std::string_view, 5> extensions{".json", ".jsonl", ".ndjson", ".log",
                                                              ".gz"};
  const std::string name = path.filename().string();
  return !name.starts_with('.') &&
         std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

void list_directory(const std::string& path, FileList& list) {
  std::error_code error;
  std::vector<std::string> found;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored) || !can_be_log(entry->path())) continue;
    found.push_back(entry->path().string());
    const std::uintmax_t size = entry->file_size(ignored);
    if (!ignored) list.bytes += size;
  }
  if (error) {
    list.problems.push_back(path + ": cannot be listed: " + error.message());
  } else if (found.empty()) {
    list.problems.push_back(path + ": holds no log file (.json, .jsonl, .ndjson, .log, .gz)");
  }
  std::ranges::sort(found);
  list.files.insert(list.files.end(), found.begin(), found.end());
}

}  // namespace

FileList list_files(const std::vector<std::string>& paths) {
  FileList list;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != standard_input && fs::is_directory(path, error)) {
      list_directory(path, list);
      continue;
    }
    list.files.push_back(path);
    const std::uintmax_t size = path == standard_input ? 0 : fs::file_size(path, error);
    if (!error) list.bytes += size;
  }
  return list;
}

}  // namespace auditor
