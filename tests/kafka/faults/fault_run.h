// One run of the fault bench: a producer, auditors whose broker is behind proxies, the faults of a
// plan, and at the end the question whether what was published is what an undisturbed auditor
// publishes of the same input: alerts, compliance, state and quarantine, byte for byte, in order
// within a key.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/kafka/client.h"
#include "tests/kafka/faults/cluster.h"
#include "tests/kafka/faults/fault_plan.h"
#include "tests/kafka/faults/fleet.h"
#include "tests/kafka/published.h"

namespace auditor {

struct FaultCounts {
  std::size_t kills = 0;            // SIGKILL, of auditors
  std::size_t freezes = 0;          // SIGSTOP
  std::size_t broker_restarts = 0;  // by SIGTERM or SIGKILL
  std::size_t cuts = 0;             // of the network, also before it refuses
  std::size_t revocations = 0;      // a member's partitions went, in a rebalance or at its stop
  std::size_t aborted = 0;          // transactions
  std::size_t errors = 0;           // auditors that ended by themselves
  std::size_t events = 0;
  std::size_t alerts = 0;
  std::size_t discarded = 0;  // alerts appended by transactions that were cut or aborted
};

struct RunResult {
  FaultCounts counts;
  Differences found;
};

struct StreamSize {
  int events_per_round = 150;
  int relevant_every = 1;  // the events between are such as no guardrail asks about
};

class FaultRun {
 public:
  // `executable` is under test; the undisturbed run is always the real one's. `name` must be new to
  // the cluster.
  FaultRun(Cluster& cluster, std::filesystem::path directory, const std::string& name,
           std::filesystem::path executable, Plan plan, StreamSize stream);

  // Throws std::runtime_error when the auditors do not come to the end of the input.
  RunResult run();
  // The same until a difference is found: compares after each aimed part.
  RunResult run_until_a_difference();

 private:
  void take(const Step& step);
  void inject(const Step& step);
  void produce_round();
  void forbid_writes();
  void freeze(const Step& step);
  void join();
  void leave();
  void wait_for(Reader& reader, std::size_t alerts);
  void drain();
  std::string behind();  // what of the input is not committed yet, in words
  bool is_at_end();
  void wait_until_caught_up();
  void wait_until_settled();
  void wait_until(const std::string& what, const std::function<bool()>& is_so);
  void sleep(std::chrono::milliseconds duration);
  RunSettings new_settings(const std::string& name);
  RunResult compared();
  Published undisturbed();

  Cluster& cluster_;
  std::filesystem::path directory_;
  std::string name_;
  Plan plan_;
  StreamSize stream_;
  Client client_;
  RunSettings settings_;
  Fleet fleet_;
  std::unique_ptr<Reader> appended_;
  std::unique_ptr<Reader> readable_;
  int produced_ = 0;
  int undisturbed_runs_ = 0;
  FaultCounts counts_;
};

}  // namespace auditor
