// `demo`: the service of `run`, on sample messages and a broker inside this process. Ends by
// itself, with 0 only if what was read back is what the counters say.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "consumer/commands.h"
#include "consumer/demo_broker.h"
#include "consumer/demo_samples.h"
#include "consumer/rules.h"
#include "consumer/service.h"
#include "sinks/finding_text.h"

namespace auditor {
namespace {

using nlohmann::json;

constexpr auto examples = R"(Examples:
  guardrail-auditor demo

Needs no Kafka: a mock broker lives in this process for the time it takes, some seconds.)";

constexpr std::chrono::seconds demo_max{20};

// Stops the service when it takes too long.
class Deadline {
 public:
  explicit Deadline(std::atomic<bool>& stop_requested)
      : thread_([this, &stop_requested](const std::stop_token& cancelled) {
          std::unique_lock lock(mutex_);
          woken_.wait_for(lock, cancelled, demo_max, [] { return false; });
          if (!cancelled.stop_requested()) stop_requested = true;
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::jthread thread_;  // last: it uses the members above
};

std::string text_of(const json& value) {
  return plain_text(value.is_string() ? value.get<std::string>() : value.dump());
}

void print_witness(const json& witness) {
  if (witness.is_null()) return;
  fmt::print("    witness   {}\n", plain_text(witness.dump()));
}

void print_granted_by(const json& granted_by) {
  for (const json& grant : granted_by) {
    fmt::print("    granted   {} policy {}, statement {}\n", text_of(grant.at("policy").at("kind")),
               text_of(grant.at("policy").at("name")), text_of(grant.at("statement")));
  }
}

void print_alert(std::size_t number, const ReadRecord& record) {
  const json alert = json::parse(record.value);
  const json& event = alert.at("event");
  fmt::print("{:3} {:<8} {:<10} {:<12} {}\n", number, text_of(alert.at("guardrail").at("severity")),
             text_of(alert.at("guardrail").at("id")), text_of(alert.at("kind")),
             text_of(alert.at("subject").at("arn")));
  fmt::print("    event     {} by {} ({})\n", text_of(event.at("name")),
             text_of(event.at("actor").at("arn")), text_of(event.at("time")));
  if (!alert.at("actions").empty()) fmt::print("    actions   {}\n", text_of(alert.at("actions")));
  print_witness(alert.at("witness"));
  print_granted_by(alert.at("granted_by"));
  if (!alert.at("reason").is_null()) fmt::print("    because   {}\n", text_of(alert.at("reason")));
}

void print_quarantined(const ReadRecord& record) {
  const auto header = [&record](const char* name) {
    const auto found = record.headers.find(name);
    return found == record.headers.end() ? std::string("?") : plain_text(found->second);
  };
  fmt::print("    {} partition {} offset {}, {} bytes: {}\n", header("source_topic"),
             header("source_partition"), header("source_offset"), record.value.size(),
             header("reason"));
}

struct Check {
  const char* what;
  std::uint64_t left;
  std::uint64_t right;
};

// True if all hold.
bool print_checks(const std::vector<Check>& checks) {
  for (const auto& [what, left, right] : checks) {
    fmt::print("  {} {:<52} {} = {}\n", left == right ? "ok  " : "FAIL", what, left, right);
  }
  return std::ranges::all_of(checks, [](const Check& check) { return check.left == check.right; });
}

Settings demo_settings(const DemoBroker& broker) {
  Settings settings;
  settings.worker_id = "demo";
  settings.kafka["bootstrap.servers"] = broker.bootstrap_servers();
  settings.batch.offsets_interval = std::chrono::milliseconds(200);
  return settings;
}

ServiceEnd run_until_all_are_read(const Settings& settings, std::uint64_t messages) {
  const LoadedRules loaded = load_rules({});
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  std::atomic<bool> stop_requested = false;
  const Deadline deadline(stop_requested);
  return run_service(settings, loaded.rules, stop_requested, [&](const WorkerCounters& counters) {
    if (counters.audited.messages >= messages) stop_requested = true;
  });
}

bool report(const DemoBroker& broker, const Settings& settings, const ServiceEnd& ended) {
  const std::vector<ReadRecord> alerts = broker.read_all(settings.topics.alerts);
  const std::vector<ReadRecord> quarantined = broker.read_all(settings.topics.quarantine);
  fmt::print("\n{} alerts read back from `{}`:\n\n", alerts.size(), settings.topics.alerts);
  for (std::size_t i = 0; i < alerts.size(); ++i) print_alert(i + 1, alerts[i]);
  fmt::print("\n{} messages read back from `{}`:\n\n", quarantined.size(),
             settings.topics.quarantine);
  for (const ReadRecord& record : quarantined) print_quarantined(record);

  const Counters& audited = ended.counters.audited;
  std::uint64_t findings = 0;
  for (const auto& [guardrail, count] : audited.findings) findings += count;
  fmt::print("\nDo the counters add up?\n\n");
  return print_checks({
      {"messages produced = audited", demo_samples().size(), audited.messages},
      {"events = evaluated + irrelevant + quarantined", audited.events,
       audited.evaluated + audited.irrelevant + audited.quarantined},
      {"findings = alerts read back", findings, alerts.size()},
      {"quarantined = quarantine records read back", audited.quarantined, quarantined.size()},
      {"records published = alerts + quarantine records", ended.counters.records,
       alerts.size() + quarantined.size()},
  });
}

int demo(bool is_verbose) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("demo", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_level(is_verbose ? spdlog::level::info : spdlog::level::err);
  DemoBroker broker;
  const Settings settings = demo_settings(broker);
  for (const std::string& topic :
       {settings.topics.input, settings.topics.alerts, settings.topics.quarantine}) {
    broker.create_topic(topic);
  }
  fmt::print("A mock Kafka broker in this process; produced to `{}`:\n\n", settings.topics.input);
  for (const DemoSample& sample : demo_samples()) {
    broker.produce(settings.topics.input, sample.text);
    fmt::print("  - {}\n", sample.what);
  }
  std::fflush(stdout);
  const ServiceEnd ended = run_until_all_are_read(settings, demo_samples().size());
  const bool adds_up = report(broker, settings, ended);
  return adds_up && ended.end == WorkerEnd::stopped ? 0 : 1;
}

}  // namespace

void add_demo_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("demo", "Sample events through the whole service, without a Kafka");
  const auto is_verbose = std::make_shared<bool>(false);
  command->add_flag("--verbose", *is_verbose, "Show the service's log as well");
  command->footer(examples);
  command->callback([is_verbose, &exit_code] { exit_code = demo(*is_verbose); });
}

}  // namespace auditor
