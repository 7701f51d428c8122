// `route`: the service that comes before `run` where the input is not keyed by account.
// Tested by memory_test.cpp.
#include <spdlog/spdlog.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "consumer/commands/command_line.h"
#include "consumer/kafka/client_properties.h"
#include "consumer/service/service.h"
#include "consumer/settings/process.h"

namespace auditor {
namespace {

constexpr auto route_examples = R"(Examples:
  guardrail-auditor route --config route.yaml   # topics.input: cloudtrail.events
  guardrail-auditor run --config run.yaml       # topics.input: cloudtrail.by-account

Needed where the events of one account are not all in one partition. It writes those that matter, as
they are, to `topics.routed`, keyed by the account of what they change, exactly once. `run` reads that
topic, and judges by the same guardrails.)";

constexpr auto route_group = "guardrail-auditor-route";

// Beside a worker of `run` on the same host it must be somebody else, and another group.
Settings router_settings(Settings settings) {
  settings.worker_id += "-route";
  if (!settings.kafka.contains("group.id")) {
    settings.kafka_consumer.try_emplace("group.id", route_group);
  }
  if (consumer_properties(settings)["group.id"] == default_group) {
    spdlog::warn(
        "`route` is in the group `{}`, which is that of `run`: each start of one disturbs "
        "the other; without `group.id` it is in `{}`",
        default_group, route_group);
  }
  if (settings.routed_topic == settings.topics.input) {  // reading what one writes never ends
    throw std::runtime_error("`topics.routed` and `topics.input` are both `" +
                             settings.routed_topic + "`");
  }
  return settings;
}

int route(const std::string& config_path) {
  const ServiceProcess process(config_path);
  const ServiceEnd ended =
      run_router(router_settings(process.settings), process.rules, stop_requested());
  return ended.end == WorkerEnd::stopped ? 0 : 1;
}

}  // namespace

void route_command(CommandLine& command) {
  command.about("The service that keys events by account, for `run`, where the input is not");
  const auto config_path = std::make_shared<std::string>();
  command.text("--config", *config_path, "Settings file; config/auditor.yaml documents it")
      .type("FILE")
      .required();
  command.footer(route_examples);
  command.run([config_path] { return route(*config_path); });
}

}  // namespace auditor
