// `demo`: the service of `run`, on sample messages and a broker inside this process. Ends by
// itself, with 0 only if what was read back is what the counters say.
// Tested by tests/consumer/CMakeLists.txt: `demo` itself, to its end.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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
#include <vector>

#include "consumer/commands/command_line.h"
#include "consumer/demo/demo_broker.h"
#include "consumer/demo/demo_samples.h"
#include "consumer/service/service.h"
#include "consumer/settings/rules.h"
#include "evaluator/text/wording.h"
#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

// Keeps the order of members, so that a witness reads as it was written.
using nlohmann::ordered_json;

constexpr auto demo_examples = R"(Examples:
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

std::string text_of(const ordered_json& value) {
  return plain_text(value.is_string() ? value.get<std::string>() : value.dump());
}

void print_witness(const ordered_json& witness) {
  if (witness.is_null()) return;
  fmt::print("    witness   {}\n", plain_text(witness.dump()));
}

void print_granted_by(const ordered_json& granted_by) {
  for (const ordered_json& grant : granted_by) {
    fmt::print("    granted   {} policy {}, statement {}\n", text_of(grant.at("policy").at("kind")),
               text_of(grant.at("policy").at("name")), text_of(grant.at("statement")));
  }
}

void print_alert(std::size_t number, const ReadRecord& record) {
  const ordered_json alert = ordered_json::parse(record.value);
  const ordered_json& event = alert.at("event");
  fmt::print("{:3} {:<8} {:<8} {:<10} {:<12} {}\n", number, text_of(alert.at("status")),
             text_of(alert.at("guardrail").at("severity")), text_of(alert.at("guardrail").at("id")),
             text_of(alert.at("kind")), text_of(alert.at("subject").at("arn")));
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

// How many of the records read back are about the message at this offset.
struct Outputs {
  std::size_t alerts = 0, unverifiable = 0, resolved = 0, quarantined = 0;
};

std::vector<Outputs> outputs_by_message(const std::vector<ReadRecord>& alerts,
                                        const std::vector<ReadRecord>& quarantined) {
  std::vector<Outputs> outputs(demo_samples().size());
  for (const ReadRecord& record : alerts) {
    const ordered_json alert = ordered_json::parse(record.value);
    Outputs& of = outputs.at(alert.at("event").at("kafka").at("offset").get<std::size_t>());
    ++of.alerts;
    if (alert.at("kind") == "unverifiable") ++of.unverifiable;
    if (alert.at("status") == "resolved") ++of.resolved;
  }
  for (const ReadRecord& record : quarantined) {
    ++outputs.at(std::stoul(record.headers.at("source_offset"))).quarantined;
  }
  return outputs;
}

std::string outcome_text(const DemoSample& sample, const Outputs& outputs) {
  if (outputs.quarantined > 0) return "quarantined";
  if (outputs.alerts > 0) {
    return counted(outputs.alerts, "alert") + (outputs.unverifiable > 0 ? ", unverifiable" : "") +
           (outputs.resolved > 0 ? ", resolved" : "");
  }
  if (sample.why.empty()) return "no alert";
  const bool is_accepted = sample.outcome == DemoSample::Outcome::accepted;
  return std::string(is_accepted ? "accepted" : "irrelevant") +
         ", no alert: " + std::string(sample.why);
}

// One line for each message. True if what was read back is what must come of it.
bool print_outcomes(const std::vector<ReadRecord>& alerts,
                    const std::vector<ReadRecord>& quarantined) {
  using Outcome = DemoSample::Outcome;
  bool all_hold = true;
  const std::vector<Outputs> outputs = outputs_by_message(alerts, quarantined);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const DemoSample& sample = demo_samples()[i];
    const bool holds = (outputs[i].alerts > 0) == (sample.outcome == Outcome::alert) &&
                       (outputs[i].quarantined > 0) == (sample.outcome == Outcome::quarantined);
    fmt::print("  {} {}\n         {}\n", holds ? "ok  " : "FAIL", sample.what,
               outcome_text(sample, outputs[i]));
    all_hold &= holds;
  }
  return all_hold;
}

std::uint64_t judged_samples() {
  std::uint64_t count = 0;
  for (const DemoSample& sample : demo_samples()) {
    if (sample.outcome == DemoSample::Outcome::alert) ++count;
    if (sample.outcome == DemoSample::Outcome::accepted) ++count;
  }
  return count;
}

struct Check {
  const char* what;
  std::uint64_t left;
  std::uint64_t right;
};

// True if all hold.
bool print_checks(const std::vector<Check>& checks) {
  for (const auto& [what, left, right] : checks) {
    fmt::print("  {} {:<57} {} = {}\n", left == right ? "ok  " : "FAIL", what, left, right);
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

bool report_end(const DemoBroker& broker, const Settings& settings, const ServiceEnd& ended) {
  const std::vector<ReadRecord> alerts = broker.read_all(settings.topics.alerts);
  const std::vector<ReadRecord> quarantined = broker.read_all(settings.topics.quarantine);
  const std::size_t compliance = broker.read_all(settings.topics.compliance).size();
  const std::size_t state = broker.read_all(settings.topics.state).size();
  fmt::print("\n{} read back from `{}`:\n\n", counted(alerts.size(), "alert"),
             settings.topics.alerts);
  for (std::size_t i = 0; i < alerts.size(); ++i) print_alert(i + 1, alerts[i]);
  fmt::print("\n{} read back from `{}`:\n\n", counted(quarantined.size(), "message"),
             settings.topics.quarantine);
  for (const ReadRecord& record : quarantined) print_quarantined(record);
  fmt::print("\n{} read back from `{}`, what is so now; {} from `{}`, what is remembered.\n",
             counted(compliance, "record"), settings.topics.compliance, state,
             settings.topics.state);
  fmt::print("\nWhat came of each message?\n\n");
  const bool outcomes_hold = print_outcomes(alerts, quarantined);

  const Counters& audited = ended.counters.audited;
  std::uint64_t findings = 0;
  for (const auto& [guardrail, count] : audited.findings) findings += count;
  fmt::print("\nDo the counters add up?\n\n");
  const bool adds_up = print_checks({
      {"messages produced = audited", demo_samples().size(), audited.messages},
      {"events = evaluated + irrelevant + quarantined", audited.events,
       audited.evaluated + audited.irrelevant + audited.quarantined},
      {"policy changes evaluated = messages alerted or accepted", judged_samples(),
       audited.evaluated},
      {"findings = alerts read back", findings, alerts.size()},
      {"quarantined = quarantine records read back", audited.quarantined, quarantined.size()},
      {"records published = records read back", ended.counters.records,
       alerts.size() + quarantined.size() + compliance + state},
  });
  return outcomes_hold && adds_up;
}

int demo(bool is_verbose) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("demo", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_level(is_verbose ? spdlog::level::info : spdlog::level::err);
  DemoBroker broker;
  const Settings settings = demo_settings(broker);
  for (const std::string& topic :
       {settings.topics.input, settings.topics.alerts, settings.topics.compliance,
        settings.topics.state, settings.topics.quarantine}) {
    broker.create_topic(topic);
  }
  fmt::print("A mock Kafka broker in this process; produced to `{}`:\n\n", settings.topics.input);
  for (const DemoSample& sample : demo_samples()) {
    broker.produce(settings.topics.input, sample.text);
    fmt::print("  - {}\n", sample.what);
  }
  std::fflush(stdout);
  const ServiceEnd ended = run_until_all_are_read(settings, demo_samples().size());
  const bool is_good = report_end(broker, settings, ended);
  std::fflush(stdout);
  return is_good && ended.end == WorkerEnd::stopped ? 0 : 1;
}

}  // namespace

void demo_command(CommandLine& command) {
  command.about("Sample events through the whole service, without a Kafka");
  const auto is_verbose = std::make_shared<bool>(false);
  command.flag("--verbose", *is_verbose, "Show the service's log as well");
  command.footer(demo_examples);
  command.run([is_verbose] { return demo(*is_verbose); });
}

}  // namespace auditor
