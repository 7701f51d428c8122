// Tested by commands_test.cpp.
#include "consumer/commands/answer_lines.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "consumer/commands/exit_code.h"
#include "consumer/commands/query_reader.h"
#include "consumer/commands/question_stream.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

// Whoever asks one question at a time waits for its answer before the next.
std::size_t read_stdin(char* room, std::size_t size) {
  std::cout.flush();
  ssize_t count = 0;
  do {
    count = ::read(STDIN_FILENO, room, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    throw std::runtime_error(std::string("cannot read stdin: ") + std::strerror(errno));
  }
  return static_cast<std::size_t>(count);
}

}  // namespace

int answer_lines(const AnswerQuestion& answer_question) {
  std::uint64_t questions = 0;
  std::uint64_t answered = 0;
  QuestionStream stream(read_stdin);
  for (QuestionText question; std::cout && stream.next(question); ++questions) {
    nlohmann::ordered_json answer;
    std::string error = question.error;
    if (error.empty()) {
      error = answer_question(question.text, answer);
    } else {
      answer["id"] = id_of_broken(question.text);
    }
    if (error.empty()) ++answered;
    if (!error.empty()) {
      answer["error"] = error;
      answer["line"] = question.place.line;
    }
    if (!question.error.empty()) answer["column"] = question.place.column;
    std::cout << dump(answer) << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to stdout");
  if (answered > 0) return answered == questions ? exit_code::done : exit_code::failed;
  std::cerr << "no question was read: standard input holds none"
            << (questions > 0 ? " that can be read\n" : "\n");
  return exit_code::nothing_read;
}

}  // namespace auditor
