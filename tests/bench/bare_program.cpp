#include "tests/bench/bare_program.h"

#include "consumer/kafka/client_properties.h"

namespace auditor {

std::vector<std::string> bare_program(std::vector<std::string> arguments,
                                      const RunSettings& run_settings) {
  Settings settings;
  settings.worker_id = run_settings.worker;
  settings.kafka["bootstrap.servers"] = run_settings.bootstrap_servers;
  settings.kafka_consumer["group.id"] = run_settings.group;
  arguments.insert(arguments.begin(), BARE_KAFKA);
  for (const auto& [key, value] : consumer_properties(settings)) {
    arguments.push_back("consumer." + key + "=" + value);
  }
  for (const auto& [key, value] : producer_properties(settings)) {
    arguments.push_back("producer." + key + "=" + value);
  }
  return arguments;
}

}  // namespace auditor
