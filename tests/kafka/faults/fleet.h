// The auditors of a fault run and their supervisor: one group, whose members come in by the
// proxies.
//
// Who ends with an error is started again, as systemd would; more often than a limit, and the run
// fails.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/kafka/auditor_process.h"

namespace auditor {

inline constexpr std::size_t auditors_max = 4;
inline constexpr std::chrono::milliseconds auditor_session{3'000};

class Fleet {
 public:
  // `settings`: of all members; each gets a worker id of its own. Logs go to `directory`.
  Fleet(std::filesystem::path executable, std::filesystem::path directory, RunSettings settings);

  std::size_t size() const { return auditors_.size(); }

  // One more, as long as there are fewer than auditors_max. A static member is one whose partitions
  // wait for it.
  void join(bool is_static_member);
  // The last one that joined stops (SIGTERM); one at least stays.
  void leave();

  // Each takes one auditor, or all at once.
  static constexpr std::size_t all = static_cast<std::size_t>(-1);
  void kill(std::size_t which);    // and starts them again
  void freeze(std::size_t which);  // SIGSTOP
  void thaw(std::size_t which);    // SIGCONT

  // To be called often: starts again who has ended with an error. Throws std::runtime_error when
  // that happens without end.
  void supervise();

  // SIGTERM for all, until they are gone.
  void stop_all();

  // How often their logs say `text`.
  std::size_t count_in_logs(const std::string& text) const;
  std::string logs() const;

  std::size_t kills() const { return kills_; }
  std::size_t freezes() const { return freezes_; }
  std::size_t errors() const { return errors_; }  // ends with an error, each started again

 private:
  struct Auditor {
    std::string worker;
    bool is_static_member = true;
    std::unique_ptr<ChildProcess> process;
    std::chrono::steady_clock::time_point starts_at{};  // while it has no process
  };

  void start(Auditor& auditor) const;
  void stop(Auditor& auditor);
  std::vector<Auditor*> picked(std::size_t which);

  std::filesystem::path executable_;
  std::filesystem::path directory_;
  RunSettings settings_;
  std::vector<Auditor> auditors_;
  std::vector<std::string> workers_;  // all there ever were
  std::size_t kills_ = 0;
  std::size_t freezes_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace auditor
