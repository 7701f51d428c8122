// `guardrail-auditor run` as a child process, with settings that a test writes.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/kafka/child_process.h"

namespace auditor {

// The settings a test varies; everything else is as config/auditor.yaml has it by default.
struct RunSettings {
  std::string bootstrap_servers;
  std::string group;
  std::string input = "cloudtrail.events";
  std::string alerts = "guardrail.alerts";
  std::string quarantine = "guardrail.quarantine";
  std::string compliance = "guardrail.compliance";
  std::string state = "guardrail.state";
  std::string routed = "cloudtrail.by-account";
  std::string worker = "auditor-0";
  int session_timeout_ms = 6000;
  // A static member has its partitions again after a restart; another one leaves them at its stop.
  bool is_static_member = true;
  std::string kafka_extra;     // further lines under kafka
  std::string consumer_extra;  // further lines under kafka.consumer
  std::string extra;           // further lines at the top level
  // Few outputs a transaction, so that a stream of some thousand events has many.
  int batch_outputs_max = 10'000;

  std::string yaml() const;
};

// Writes `yaml` to `directory`/NAME.yaml and starts `guardrail-auditor run --config` on it; the
// log is `directory`/NAME.log, appended to by a restart of the same name.
ChildProcess start_auditor(const std::filesystem::path& directory, const std::string& name,
                           const std::string& yaml, const std::string& command = "run");

// The path of the executable under test.
std::filesystem::path auditor_executable();

}  // namespace auditor
