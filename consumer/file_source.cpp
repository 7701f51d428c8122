#include "consumer/file_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "consumer/envelope.h"
#include "consumer/json_skim.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::string_view standard_input = "-";

bool can_be_log(const fs::path& path) {
  static constexpr std::array<std::string_view, 5> extensions{".json", ".jsonl", ".ndjson", ".log",
                                                              ".gz"};
  const std::string name = path.filename().string();
  return !name.starts_with('.') &&
         std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

}  // namespace

FileSource::FileSource(const std::vector<std::string>& paths, std::size_t text_bytes_max)
    : text_bytes_max_(text_bytes_max) {
  for (const std::string& path : paths) list(path);
}

FileSource::~FileSource() { close_file(); }

void FileSource::list(const std::string& path) {
  std::error_code error;
  if (path != standard_input && fs::is_directory(path, error)) return list_directory(path);
  files_.push_back(path);
  const std::uintmax_t size = path == standard_input ? 0 : fs::file_size(path, error);
  if (!error) bytes_total_ += size;
}

void FileSource::list_directory(const std::string& path) {
  std::error_code error;
  std::vector<std::string> found;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored) || !can_be_log(entry->path())) continue;
    found.push_back(entry->path().string());
    const std::uintmax_t size = entry->file_size(ignored);
    if (!ignored) bytes_total_ += size;
  }
  if (error) {
    problem(path, "cannot be listed: " + error.message());
  } else if (found.empty()) {
    problem(path, "holds no log file (.json, .jsonl, .ndjson, .log, .gz)");
  }
  std::ranges::sort(found);
  files_.insert(files_.end(), found.begin(), found.end());
}

void FileSource::problem(const std::string& path, const std::string& why) {
  problems_.push_back(path + ": " + why);
}

std::optional<RawMessage> FileSource::next() {
  for (;;) {
    if (!is_open_ && !open_next()) return std::nullopt;
    const auto message = is_line_wise_ ? next_line() : whole_text();
    if (message) return message;
    close_file();
  }
}

bool FileSource::open_next() {
  while (files_begun_ < files_.size()) {
    path_ = files_[files_begun_++];
    if (open_file()) return true;
    close_file();
  }
  return false;
}

bool FileSource::open_file() {
  buffer_.clear();
  begin_ = 0;
  line_ = 0;
  is_at_end_ = is_line_wise_ = false;
  descriptor_ =
      path_ == standard_input ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    problem(path_, std::string("cannot be opened: ") + std::strerror(errno));
    return false;
  }
  is_open_ = true;
  // A pipe may give a first read of one byte; the form shows in the first two.
  while (buffer_.size() < 2 && fill()) {
  }
  if (is_gzip(buffer_)) {
    if (!fill_all()) return false;
    inflate();
  }
  decide_form();
  return is_line_wise_ || fill_all();
}

void FileSource::close_file() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  descriptor_ = -1;
  is_open_ = false;
}

// Reads one more chunk behind what is left; false at the end.
bool FileSource::fill() {
  if (is_at_end_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t old_size = buffer_.size();
  buffer_.resize(old_size + chunk_bytes);
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data() + old_size, chunk_bytes);
  } while (count < 0 && errno == EINTR);
  if (count < 0) problem(path_, std::string("cannot be read: ") + std::strerror(errno));
  const std::size_t got = count > 0 ? static_cast<std::size_t>(count) : 0;
  buffer_.resize(old_size + got);
  bytes_read_ += got;
  is_at_end_ = got == 0;
  return !is_at_end_;
}

bool FileSource::fill_all() {
  while (buffer_.size() <= text_bytes_max_ && fill()) {
  }
  if (buffer_.size() <= text_bytes_max_) return true;
  problem(path_, "holds more than " + std::to_string(text_bytes_max_) +
                     " bytes that are not one record a line");
  return false;
}

// A stream that cannot be inflated stays as it is: the envelope will say why, in the quarantine.
void FileSource::inflate() {
  auto text = gunzip(buffer_, text_bytes_max_);
  if (text) buffer_ = std::move(*text);
}

// The form shows in the first two lines.
void FileSource::decide_form() {
  const auto has_two_lines = [this] {
    const std::size_t first = buffer_.find('\n');
    return first != std::string::npos && buffer_.find('\n', first + 1) != std::string::npos;
  };
  while (!is_at_end_ && buffer_.size() <= text_bytes_max_ && !has_two_lines() && fill()) {
  }
  is_line_wise_ = is_line_wise(trim_json(buffer_));
}

RawMessage FileSource::message(std::size_t length) {
  return {std::string_view(buffer_).substr(begin_, length), path_, 0, line_, -1};
}

std::optional<RawMessage> FileSource::whole_text() {
  if (begin_ != 0 || trim_json(buffer_).empty()) return std::nullopt;
  const RawMessage whole = message(buffer_.size());
  begin_ = buffer_.size();
  return whole;
}

std::optional<RawMessage> FileSource::next_line() {
  std::size_t searched = begin_;
  bool is_too_long = false;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end == std::string::npos && !is_at_end_) {
      is_too_long = buffer_.size() - begin_ > text_bytes_max_;
      if (!is_too_long) {
        const std::size_t kept = buffer_.size() - begin_;
        fill();
        searched = begin_ + kept;
        continue;
      }
    }
    const std::size_t length = std::min(end, buffer_.size()) - begin_;
    const RawMessage line = message(length);
    if (begin_ >= buffer_.size()) return std::nullopt;
    begin_ += length + (end == std::string::npos ? 0 : 1);
    searched = begin_;
    // Of a line without end the rest is given as lines of its own: all of it is quarantined.
    if (!is_too_long) ++line_;
    if (!trim_json(line.payload).empty()) return line;
  }
}

}  // namespace auditor
