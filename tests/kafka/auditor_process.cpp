#include "tests/kafka/auditor_process.h"

#include <fstream>

namespace auditor {

std::string RunSettings::yaml() const {
  return "worker:\n  id: " + worker +         //
         "\ntopics:\n  input: " + input +     //
         "\n  alerts: " + alerts +            //
         "\n  quarantine: " + quarantine +    //
         "\nbatch:\n  outputs_max: " +        //
         std::to_string(batch_outputs_max) +  //
         "\noffsets:\n  interval_ms: 200" +   //
         "\nkafka:\n  bootstrap.servers: " + bootstrap_servers +
         "\n  consumer:"
         "\n    group.id: " +
         group + "\n    group.instance.id: " + worker +  // no wait for the session of the dead
         "\n    session.timeout.ms: 6000"
         "\n" +
         extra;
}

ChildProcess start_auditor(const std::filesystem::path& directory, const std::string& name,
                           const std::string& yaml) {
  const std::filesystem::path config = directory / (name + ".yaml");
  std::ofstream(config) << yaml;
  return ChildProcess({AUDITOR, "run", "--config", config.string()}, directory / (name + ".log"));
}

std::filesystem::path auditor_executable() { return AUDITOR; }

}  // namespace auditor
