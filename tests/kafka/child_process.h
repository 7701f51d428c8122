// A program started by a test: its output goes to a file, and it never outlives the test.
//
// The kernel kills the child when the test process dies (PR_SET_PDEATHSIG); the destructor kills
// it otherwise.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace auditor {

class ChildProcess {
 public:
  // Standard output and error are appended to `log`; standard input is empty.
  ChildProcess(const std::vector<std::string>& command, std::filesystem::path log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void send_signal(int signal);
  // The exit code, 128 + N for a death by signal N, nullopt when it still runs after `timeout`.
  std::optional<int> wait(std::chrono::milliseconds timeout);
  // SIGKILL, and wait until it is gone.
  void kill();

  std::string output() const;  // what it has written so far
  const std::filesystem::path& log() const { return log_; }

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace auditor
