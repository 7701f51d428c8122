#include "consumer/scan/file_chunks.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "consumer/decoding/envelope.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {
namespace {

// One read, and so much of a file of lines in a chunk: enough that handing it over costs nothing,
// little enough that it is still in the cache when it is parsed.
constexpr std::size_t chunk_bytes = 1 << 20;

// WHY not std::ranges::count: lines are long, and from one break to the next memchr is faster.
std::int64_t count_lines(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at) ++count;
  return count;
}

}  // namespace

FileChunks::FileChunks(FileList list, std::size_t text_bytes_max)
    : list_(std::move(list)),
      text_bytes_max_(text_bytes_max),
      problems_(std::exchange(list_.problems, {})) {}

FileChunks::~FileChunks() { close_file(); }

void FileChunks::problem(const std::string& why) { problems_.push_back(path_ + ": " + why); }

bool FileChunks::next(FileChunk& chunk) {
  chunk.bytes.clear();
  bool is_there = false;
  while (!is_there && (is_open_ || open_next())) {
    is_there = take(chunk);
    if (!is_there) close_file();
  }
  if (!is_there) chunk.path.clear();
  chunk.problems = std::exchange(problems_, {});
  chunk.files_begun = files_begun_;
  chunk.bytes_read = bytes_read_;
  return is_there || !chunk.problems.empty();
}

bool FileChunks::open_next() {
  while (files_begun_ < list_.files.size()) {
    const ListedFile& file = list_.files[files_begun_++];
    path_ = file.path;
    if (open_file(file.is_named)) return true;
    close_file();
  }
  return false;
}

bool FileChunks::open_file(bool is_named) {
  buffer_.clear();
  is_begun_ = false;
  line_ = 0;
  is_at_end_ = false;
  // What was listed as a file may be a pipe now, and opening one waits for its writer.
  const int flags = O_RDONLY | O_CLOEXEC | (is_named ? 0 : O_NONBLOCK | O_NOCTTY);
  descriptor_ = is_named && path_ == standard_input ? STDIN_FILENO : ::open(path_.c_str(), flags);
  if (descriptor_ < 0) {
    problem(std::string("cannot be opened: ") + std::strerror(errno));
    return false;
  }
  is_open_ = true;
  // A pipe may give a first read of one byte; the form shows in the first four.
  const std::size_t problems_before = problems_.size();
  while (buffer_.size() < 4 && fill(buffer_)) {
  }
  if (problems_.size() > problems_before) return false;
  form_ = FileChunk::Form::compressed;
  if (is_compressed(buffer_)) return fill_all();
  form_ = is_line_wise_file() ? FileChunk::Form::lines : FileChunk::Form::whole;
  return form_ == FileChunk::Form::lines || fill_all();
}

void FileChunks::close_file() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  descriptor_ = -1;
  is_open_ = false;
}

// Reads one more chunk behind what is there; false at the end.
bool FileChunks::fill(std::string& bytes) {
  if (is_at_end_) return false;
  const std::size_t old_size = bytes.size();
  ssize_t count = 0;
  // WHY: resize() would write zeros first.
  bytes.resize_and_overwrite(old_size + chunk_bytes, [&](char* data, std::size_t) {
    do {
      count = ::read(descriptor_, data + old_size, chunk_bytes);
    } while (count < 0 && errno == EINTR);
    return old_size + static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  });
  if (count < 0) problem(std::string("cannot be read: ") + std::strerror(errno));
  bytes_read_ += bytes.size() - old_size;
  is_at_end_ = count <= 0;
  return !is_at_end_;
}

bool FileChunks::fill_all() {
  while (buffer_.size() <= text_bytes_max_ && fill(buffer_)) {
  }
  if (buffer_.size() <= text_bytes_max_) return true;
  problem("holds more than " + std::to_string(text_bytes_max_) +
          " bytes that are not one record a line");
  return false;
}

// It shows in the first two lines.
bool FileChunks::is_line_wise_file() {
  const auto has_two_lines = [this] {
    const std::size_t first = buffer_.find('\n');
    return first != std::string::npos && buffer_.find('\n', first + 1) != std::string::npos;
  };
  while (!is_at_end_ && buffer_.size() <= text_bytes_max_ && !has_two_lines() && fill(buffer_)) {
  }
  return is_line_wise(trim_json(buffer_));
}

// False: the file has been handed over. An empty one is, too: whoever counts must hear of it.
bool FileChunks::take(FileChunk& chunk) {
  chunk.path = path_;
  chunk.form = form_;
  chunk.first_line = line_;
  chunk.bytes.swap(buffer_);
  buffer_.clear();
  if (form_ == FileChunk::Form::lines) take_lines(chunk.bytes);
  const bool is_first = !std::exchange(is_begun_, true);
  return is_first || !chunk.bytes.empty();
}

// Up to the end of a line. Of a line without end the rest is given as lines of its own, which have
// its number: all of it is quarantined.
void FileChunks::take_lines(std::string& bytes) {
  std::size_t last_break = bytes.rfind('\n');
  while (bytes.size() < chunk_bytes ||
         (last_break == std::string::npos && bytes.size() <= text_bytes_max_)) {
    const std::size_t old_size = bytes.size();
    if (!fill(bytes)) break;
    const std::size_t found = std::string_view(bytes).substr(old_size).rfind('\n');
    if (found != std::string_view::npos) last_break = old_size + found;
  }
  if (!is_at_end_ && last_break != std::string::npos) {
    buffer_.assign(bytes, last_break + 1);
    bytes.resize(last_break + 1);
  }
  line_ += count_lines(bytes);
}

}  // namespace auditor
