// An SMT solver as a child process: z3 or cvc5, asked one query at a time.
//
// Owns the process. One that does not answer in time is ended and started again, so no query can
// take longer than its time, whatever the solver makes of its own limit.
#pragma once

#include <sys/types.h>

#include <expected>
#include <string>

namespace auditor::smt {

enum class Answer { sat, unsat, unknown };

class Solver {
 public:
  // `milliseconds`: for one query.
  Solver(std::string program, int milliseconds);
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  // The error is what the solver says is wrong with the text.
  std::expected<Answer, std::string> check(const std::string& text);

 private:
  bool start();
  void stop();
  bool write_all(const std::string& text);
  std::string read_answer();  // up to the mark; what there is when time is over

  std::string program_;
  int milliseconds_;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
};

}  // namespace auditor::smt
