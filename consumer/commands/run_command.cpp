// `run`: the service. Settings and rules are read here; the loop is in worker.cpp.
// Tested by commands_test.cpp and run_test.cpp.
#include <memory>
#include <string>

#include "consumer/commands/command_line.h"
#include "consumer/service/service.h"
#include "consumer/settings/process.h"

namespace auditor {
namespace {

constexpr auto run_examples = R"(Examples:
  guardrail-auditor run --config /etc/guardrail-auditor/auditor.yaml
  guardrail-auditor check-config --config auditor.yaml && guardrail-auditor run --config auditor.yaml

It reads the input topic from where it last stopped, and ends cleanly on SIGTERM or SIGINT. Readers of
the alerts must use isolation.level=read_committed.)";

int run(const std::string& config_path) {
  const ServiceProcess process(config_path);
  const ServiceEnd ended = run_service(process.settings, process.rules, stop_requested());
  return ended.end == WorkerEnd::stopped ? 0 : 1;
}

}  // namespace

void run_command(CommandLine& command) {
  command.about("The service: Kafka in, alerts out, exactly once");
  const auto config_path = std::make_shared<std::string>();
  command.text("--config", *config_path, "Settings file; config/auditor.yaml documents it")
      .type("FILE")
      .required();
  command.footer(run_examples);
  command.run([config_path] { return run(*config_path); });
}

}  // namespace auditor
