// The questions of `explain` and `compare`, cut out of a stream: JSON objects, one after the other
// or in an array, on one line each or on many, mixed as it comes.
//
// What is broken costs only itself: the next question is looked for from the line behind its first
// on, where a line begins like one and not further right than its own. Bounded: holds one question,
// and reads a broken one again once for each level of its depth at most. Tested by
// question_stream_test.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "evaluator/text/json_syntax.h"

namespace auditor {

inline constexpr std::size_t question_bytes_max = 16 << 20;
inline constexpr std::size_t question_depth_max = 64;

struct QuestionText {
  std::string_view text;  // lives until the next one; a JSON value when there is no `error`
  TextPlace place;        // where it begins; with an `error`, where that is
  std::string error;
};

class QuestionStream {
 public:
  // Fills what it can of the room, waits for one byte at least, returns how many; 0 at the end.
  using ReadSome = std::function<std::size_t(char* room, std::size_t size)>;

  explicit QuestionStream(ReadSome read_some, std::size_t bytes_max = question_bytes_max)
      : read_some_(std::move(read_some)), bytes_max_(bytes_max) {}

  // False: there is no more.
  bool next(QuestionText& question);

 private:
  std::string_view held() const { return std::string_view(buffer_).substr(begin_); }
  bool read_more();
  bool skip_between();
  void advance(std::size_t bytes);
  void skip_line();
  bool take_value(QuestionText& question);
  void refuse(QuestionText& question, std::size_t at, std::string error);
  void skip_to_question();

  ReadSome read_some_;
  const std::size_t bytes_max_;
  std::string buffer_, refused_;
  std::size_t begin_ = 0;       // of what is not yet handed over
  TextPlace place_;             // of begin_
  TextPlace line_begin_{0, 1};  // of the first question on its line
  bool is_at_end_ = false;
  bool is_in_array_ = false;
  TextPlace array_place_;
  std::size_t handed_over_ = 0;  // bytes of the last question, still held
};

}  // namespace auditor
