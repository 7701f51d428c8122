#include "tests/oracle/smt/solver.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <utility>
#include <vector>

namespace auditor::smt {
namespace {

constexpr const char* mark = "end-of-answer";
// Beyond the solver's own limit, before the process is ended.
constexpr int grace_milliseconds = 1000;
constexpr std::size_t answer_bytes_max = 1 << 20;

std::vector<std::string> command(const std::string& program, int milliseconds) {
  const std::string limit = std::to_string(milliseconds);
  if (program.find("cvc5") != program.npos) {
    return {program, "--lang=smt2", "--incremental", "--strings-exp", "--tlimit-per=" + limit};
  }
  return {program, "-in", "-smt2", "-t:" + limit, "-memory:1024"};
}

}  // namespace

Solver::Solver(std::string program, int milliseconds)
    : program_(std::move(program)), milliseconds_(milliseconds) {
  std::signal(SIGPIPE, SIG_IGN);  // a solver that ended is an answer, not our end
}

Solver::~Solver() { stop(); }

bool Solver::start() {
  int input[2];
  int output[2];
  if (pipe2(input, O_CLOEXEC) != 0) return false;
  if (pipe2(output, O_CLOEXEC) != 0) {
    close(input[0]);
    close(input[1]);
    return false;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDERR_FILENO);
  std::vector<std::string> words = command(program_, milliseconds_);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed =
      posix_spawn(&process_, program_.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  to_ = input[1];
  from_ = output[0];
  if (failed == 0) return true;
  process_ = -1;
  stop();
  return false;
}

void Solver::stop() {
  for (int* end : {&to_, &from_}) {
    if (*end >= 0) close(std::exchange(*end, -1));
  }
  if (process_ < 0) return;
  kill(process_, SIGKILL);
  waitpid(std::exchange(process_, -1), nullptr, 0);
}

bool Solver::write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(to_, text.data() + done, text.size() - done);
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

std::string Solver::read_answer() {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds_ + grace_milliseconds);
  std::string answer;
  while (answer.find(mark) == answer.npos && answer.size() < answer_bytes_max) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd ready{from_, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
    std::array<char, 4096> bytes{};
    const ssize_t count = read(from_, bytes.data(), bytes.size());
    if (count <= 0) break;
    answer.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return answer;
}

std::expected<Answer, std::string> Solver::check(const std::string& text) {
  if (process_ < 0 && !start()) return std::unexpected("cannot start `" + program_ + "`");
  const std::string script =
      "(reset)\n(set-logic ALL)\n" + text + "(check-sat)\n(echo \"" + std::string(mark) + "\")\n";
  const std::string answer = write_all(script) ? read_answer() : "";
  if (answer.find(mark) == answer.npos) stop();
  if (answer.starts_with("unsat\n")) return Answer::unsat;
  if (answer.starts_with("sat\n")) return Answer::sat;
  // Out of time or memory: both solvers also say so as an error, and then it is no fault of ours.
  if (answer.find("(error") != answer.npos && answer.find("memory") == answer.npos) {
    return std::unexpected(answer);
  }
  return Answer::unknown;
}

}  // namespace auditor::smt
