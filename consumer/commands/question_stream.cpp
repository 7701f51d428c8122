// Tested by question_stream_test.cpp.
#include "consumer/commands/question_stream.h"

#include <algorithm>
#include <utility>

namespace auditor {
namespace {

constexpr std::size_t read_bytes = 1 << 16;
constexpr std::size_t lookahead_bytes = 4;  // what a fault is called shows in so many
constexpr std::size_t refused_bytes_max = 64 << 10;

// White space and RFC 7464's separator; in an array also the comma.
constexpr std::string_view between = " \t\r\n\x1e";
constexpr std::string_view between_elements = " \t\r\n\x1e,";

bool can_begin_value(char byte) { return std::string_view("{[\"-0123456789tfn").contains(byte); }

}  // namespace

bool QuestionStream::read_more() {
  if (is_at_end_) return false;
  buffer_.erase(0, std::exchange(begin_, 0));
  const std::size_t old_size = buffer_.size();
  buffer_.resize(old_size + read_bytes);
  const std::size_t count = read_some_(buffer_.data() + old_size, read_bytes);
  buffer_.resize(old_size + count);
  is_at_end_ = count == 0;
  return !is_at_end_;
}

void QuestionStream::advance(std::size_t bytes) {
  const std::string_view passed = held().substr(0, bytes);
  const TextPlace moved = place_in(passed, passed.size());
  place_.column = moved.line > 1 ? moved.column : place_.column + moved.column - 1;
  place_.line += moved.line - 1;
  begin_ += passed.size();
}

// False: nothing comes any more.
bool QuestionStream::skip_between() {
  for (;;) {
    const std::string_view blanks = is_in_array_ ? between_elements : between;
    const std::size_t found = held().find_first_not_of(blanks);
    advance(std::min(found, held().size()));
    const bool may_be_mark = held().starts_with(utf8_byte_order_mark.front());
    if (may_be_mark && held().size() < utf8_byte_order_mark.size() && read_more()) continue;
    if (place_.column == 1 && held().starts_with(utf8_byte_order_mark)) {  // some editors begin so
      begin_ += utf8_byte_order_mark.size();
      continue;
    }
    if (!held().empty()) {
      if (line_begin_.line != place_.line) line_begin_ = place_;
      return true;
    }
    if (!read_more()) return false;
  }
}

void QuestionStream::skip_line() {
  for (;;) {
    const std::size_t end = held().find('\n');
    advance(std::min(end, held().size()));
    if (end != std::string_view::npos || !read_more()) return;
  }
}

bool QuestionStream::next(QuestionText& question) {
  question = {};
  advance(std::exchange(handed_over_, 0));
  while (skip_between()) {
    const char first = held().front();
    if (first == '[' && !is_in_array_) {
      is_in_array_ = true;
      array_place_ = place_;
      advance(1);
    } else if (first == ']' && is_in_array_) {
      is_in_array_ = false;
      advance(1);
    } else {
      return take_value(question);
    }
  }
  if (!std::exchange(is_in_array_, false)) return false;
  question.error = "the array of questions that begins here has no end";
  question.place = array_place_;
  return true;
}

bool QuestionStream::take_value(QuestionText& question) {
  JsonSyntax syntax(question_depth_max);
  question.place = place_;
  for (;;) {
    JsonSyntax::State state = syntax.read(held());
    if (state == JsonSyntax::State::incomplete && is_at_end_) {
      // A number ends with the text.
      if (syntax.read(std::string(held()) + '\n') == JsonSyntax::State::complete) {
        state = JsonSyntax::State::complete;
      } else {
        refuse(question, held().size(), "not JSON: the text ends before the value does");
        return true;
      }
    }
    if (state == JsonSyntax::State::complete) {
      handed_over_ = std::min(syntax.position(), held().size());
      question.text = held().substr(0, handed_over_);
      return true;
    }
    const bool is_wrong = state == JsonSyntax::State::wrong;
    if (is_wrong && (syntax.position() + lookahead_bytes <= held().size() || !read_more())) {
      refuse(question, syntax.position(), "not JSON: " + syntax.fault(held()));
      return true;
    }
    if (is_wrong) continue;
    if (held().size() > bytes_max_) {
      refuse(question, 0, "longer than " + std::to_string(bytes_max_) + " bytes");
      return true;
    }
    read_more();
  }
}

// `at` is the fault's place behind the begin of the question.
void QuestionStream::refuse(QuestionText& question, std::size_t at, std::string error) {
  const TextPlace begin = place_;
  const TextPlace moved = place_in(held(), at);
  question.error = std::move(error);
  question.place = {begin.line + moved.line - 1,
                    moved.line > 1 ? moved.column : begin.column + moved.column - 1};
  refused_.assign(held().substr(0, refused_bytes_max));
  question.text = refused_;
  const bool begins_value = can_begin_value(held().front());
  skip_line();
  // What stood behind it in an array on the same line is gone, and with it the array's end.
  if (is_in_array_ && array_place_.line == begin.line) is_in_array_ = false;
  if (begins_value) skip_to_question();
}

// To a line that begins as a question does, and not further right than the line of the broken one,
// whose own parts stand there; in an array also to its end.
void QuestionStream::skip_to_question() {
  for (;;) {
    if (held().empty() && !read_more()) {
      is_in_array_ = false;  // its end may have been in what was skipped
      return;
    }
    advance(held().front() == '\n' ? 1 : 0);
    std::size_t first = held().find_first_not_of(" \t\r\x1e");
    while (first == std::string_view::npos && held().size() <= bytes_max_ && read_more()) {
      first = held().find_first_not_of(" \t\r\x1e");
    }
    if (first == std::string_view::npos) {
      advance(held().size());
      continue;
    }
    const char byte = held()[first];
    const bool is_question = byte == '{' || byte == '[';
    const bool is_array_end = is_in_array_ && byte == ']';
    if (first < line_begin_.column && (is_question || is_array_end)) return;
    skip_line();
  }
}

}  // namespace auditor
