#include "tests/kafka/auditor_process.h"

#include <fstream>
#include <sstream>

namespace auditor {

std::string RunSettings::yaml() const {
  std::ostringstream text;
  text << "worker:\n"
       << "  id: " << worker << "\n"
       << "topics:\n"
       << "  input: " << input << "\n"
       << "  alerts: " << alerts << "\n"
       << "  quarantine: " << quarantine << "\n"
       << "  compliance: " << compliance << "\n"
       << "  state: " << state << "\n"
       << "  routed: " << routed << "\n"
       << "batch:\n"
       << "  outputs_max: " << batch_outputs_max << "\n"
       << "offsets:\n"
       << "  interval_ms: 200\n"
       << "kafka:\n"
       << "  bootstrap.servers: " << bootstrap_servers << "\n"
       << kafka_extra << "  consumer:\n"
       << "    group.id: " << group << "\n"
       << "    group.instance.id: " << (is_static_member ? worker : "\"\"") << "\n"
       << "    session.timeout.ms: " << session_timeout_ms << "\n"
       << consumer_extra << extra;
  return text.str();
}

ChildProcess start_auditor(const std::filesystem::path& directory, const std::string& name,
                           const std::string& yaml, const std::string& command) {
  const std::filesystem::path config = directory / (name + ".yaml");
  std::ofstream(config) << yaml;
  return ChildProcess({AUDITOR, command, "--config", config.string()}, directory / (name + ".log"));
}

std::filesystem::path auditor_executable() { return AUDITOR; }

}  // namespace auditor
