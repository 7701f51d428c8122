// Tested by file_list_test.cpp.
#include "consumer/scan/file_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "consumer/scan/file_content.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

bool name_tells(const fs::path& path) {
  static constexpr std::array<std::string_view, 6> extensions{".json", ".jsonl", ".ndjson",
                                                              ".log",  ".gz",    ".zst"};
  return std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

constexpr std::string_view gone = "gone before it could be read";

std::string reason_of_errno() { return std::strerror(errno); }

// Of an entry that is neither a regular file nor a directory.
std::string_view kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::socket:
      return "a socket";
    case fs::file_type::block:
    case fs::file_type::character:
      return "a device";
    case fs::file_type::not_found:
      return "a link to nothing";
    default:
      return "no file";
  }
}

// One directory that the user named, with all below it. An own stack instead of
// recursive_directory_iterator, which ends at the first directory that cannot be read.
class DirectoryWalk {
 public:
  DirectoryWalk(std::string root, FileList& list) : list_(list), pending_{std::move(root)} {}

  void run() {
    const std::string root = pending_.back();
    while (!pending_.empty()) {
      const std::string directory = std::move(pending_.back());
      pending_.pop_back();
      walk(directory);
    }
    if (found_.empty() && !has_problem_) {
      problem(root, met_ == 0 ? "holds no file" : "holds no file that could be a log");
    }
    std::ranges::sort(found_);
    for (std::string& path : found_) list_.files.push_back({std::move(path), false});
  }

 private:
  // In order of name, so that what is told first does not depend on the file system.
  void walk(const std::string& directory) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator entry(directory, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      entries.push_back(*entry);
    }
    if (error) problem(directory, "cannot be listed: " + error.message());
    std::ranges::sort(entries);
    met_ += entries.size();
    const auto first_below = static_cast<std::ptrdiff_t>(pending_.size());
    for (const fs::directory_entry& found : entries) take(found);
    std::reverse(pending_.begin() + first_below, pending_.end());  // the first is taken first
  }

  void take(const fs::directory_entry& entry) {
    const fs::path& path = entry.path();
    if (path.filename().string().starts_with('.')) return pass_over(entry, "hidden");
    std::error_code error;
    const bool is_link = entry.is_symlink(error);
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::none) {
      if (error == std::errc::too_many_symbolic_link_levels) {
        return pass_over(entry, "a link in a circle");
      }
      return problem(path.string(), "cannot be looked at: " + error.message());
    }
    if (!is_link && !fs::exists(status)) return pass_over(entry, gone);
    if (fs::is_directory(status)) {
      if (is_link) return pass_over(entry, "a link to a directory, which is not followed");
      return pending_.push_back(path.string());
    }
    if (!fs::is_regular_file(status)) return pass_over(entry, kind_of(status.type()));
    if (name_tells(path) || content_tells(entry)) list(entry);
  }

  // Otherwise it has been passed over, or told as a problem.
  bool content_tells(const fs::directory_entry& entry) {
    const std::string path = entry.path().string();
    // O_NONBLOCK: it may have become a pipe meanwhile.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0 && errno == ENOENT) {
      pass_over(entry, gone);
      return false;
    }
    if (file < 0) {
      problem(path, "cannot be opened: " + reason_of_errno());
      return false;
    }
    std::array<char, content_sample_bytes> sample{};
    const ssize_t count = ::read(file, sample.data(), sample.size());
    if (count < 0) problem(path, "cannot be read: " + reason_of_errno());
    ::close(file);
    if (count < 0) return false;
    if (can_hold_records({sample.data(), static_cast<std::size_t>(count)})) return true;
    pass_over(entry, count == 0 ? "empty" : "its content is no log");
    return false;
  }

  void list(const fs::directory_entry& entry) {
    found_.push_back(entry.path().string());
    list_.bytes += size_of(entry);
  }

  void pass_over(const fs::directory_entry& entry, std::string_view why) {
    PassedOver& passed_over = list_.passed_over;
    ++passed_over.files;
    passed_over.bytes += size_of(entry);
    if (passed_over.first.size() >= passed_over_told_max) return;
    passed_over.first.push_back(entry.path().string() + ": passed over: " + std::string(why));
  }

  void problem(const std::string& path, const std::string& why) {
    has_problem_ = true;
    list_.problems.push_back(path + ": " + why);
  }

  static std::uint64_t size_of(const fs::directory_entry& entry) {
    std::error_code error;
    if (!entry.is_regular_file(error)) return 0;
    const std::uintmax_t size = entry.file_size(error);
    return error ? 0 : size;
  }

  FileList& list_;
  std::vector<std::string> pending_;
  std::vector<std::string> found_;
  std::uint64_t met_ = 0;
  bool has_problem_ = false;
};

}  // namespace

FileList list_files(const std::vector<std::string>& paths) {
  FileList list;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != standard_input && fs::is_directory(path, error)) {
      DirectoryWalk(path, list).run();
      continue;
    }
    list.files.push_back({path, true});
    const std::uintmax_t size = path == standard_input ? 0 : fs::file_size(path, error);
    if (!error) list.bytes += size;
  }
  return list;
}

}  // namespace auditor
