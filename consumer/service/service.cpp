// Tested by run_test.cpp and start_test.cpp.
#include "consumer/service/service.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "consumer/kafka/client_properties.h"
#include "consumer/kafka/kafka_message_source.h"
#include "consumer/kafka/state_restorer.h"
#include "consumer/kafka/topic_check.h"
#include "consumer/service/audit_handler.h"
#include "consumer/service/route_handler.h"
#include "consumer/service/systemd.h"
#include "consumer/settings/version.h"
#include "consumer/worker/clock.h"
#include "consumer/worker/watchdog.h"
#include "sinks/kafka/transactional_sink.h"

namespace auditor {
namespace {

// Service managers and people wait for five seconds. A good transaction takes 20 ms; the longer one
// is waited for, the seldomer readers meet one that is left open.
constexpr std::chrono::milliseconds stop_broker_max{3'000};
constexpr std::chrono::milliseconds stop_max{4'500};
constexpr std::chrono::minutes say_counters_every{1};

void log_properties(const char* client, const KafkaProperties& properties) {
  for (const auto& [key, value] : properties) {
    spdlog::debug("{}: {} = {}", client, key, shown_value(key, value));
  }
}

void log_service(const char* when, const WorkerCounters& counters) {
  const Counters& audited = counters.audited;
  std::uint64_t findings = 0;
  for (const auto& [guardrail, count] : audited.findings) findings += count;
  spdlog::info(
      "{}: {} messages, {} events = {} evaluated + {} irrelevant + {} quarantined; {} findings; {} "
      "records in {} transactions, {} aborted, {} replaced, {} rebalances",
      when, audited.messages, audited.events, audited.evaluated, audited.irrelevant,
      audited.quarantined, findings, counters.records, counters.transactions, counters.aborts,
      counters.replaced, counters.rebalances);
}

// Says the counters once a minute: an idle or waiting worker is seen to live.
class CountersLine {
 public:
  void maybe_log(const WorkerCounters& counters) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < say_counters_every) return;
    last_ = now;
    log_service("so far", counters);
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// What a service reads and writes, and what it makes of messages.
struct Task {
  const Settings& settings;
  KafkaProperties consuming, producing;
  std::vector<std::string> outputs;  // topics
};

Task task_of(const Settings& settings, std::vector<std::string> outputs) {
  return {settings, consumer_properties(settings), producer_properties(settings),
          std::move(outputs)};
}

void log_start(const Task& task, const Rules& rules) {
  spdlog::info("guardrail-auditor {}: worker `{}`, {} guardrails, {} AWS managed policies", version,
               task.settings.worker_id, rules.guardrails.size(), rules.managed_policies.size());
  spdlog::info("reads `{}`, writes `{}`", task.settings.topics.input,
               fmt::join(task.outputs, "`, `"));
}

TopicCheck check_topics_of(const Task& task, Progress& progress,
                           const std::atomic<bool>& stop_requested) {
  std::vector<std::string> topics = {task.settings.topics.input};
  topics.insert(topics.end(), task.outputs.begin(), task.outputs.end());
  return check_topics(task.consuming, topics, progress, stop_requested);
}

ServiceEnd ended_by(TopicCheck checked) {
  return {checked == TopicCheck::stopped ? WorkerEnd::stopped : WorkerEnd::failed, {}};
}

ServiceEnd run_worker(const Task& task, MessageHandler& handler, std::atomic<bool>& stop_requested,
                      Progress& progress, const Worker::OnCounters& on_counters) {
  log_properties("consumer", task.consuming);
  log_properties("producer", task.producing);
  TransactionalSink sink(task.producing, task.outputs);
  KafkaMessageSource source(task.consuming, task.settings.topics.input);  // destroyed before it
  SteadyClock clock;
  CountersLine counters_line;
  Worker worker(task.settings, source, sink, handler, clock, progress, stop_requested,
                [&](const WorkerCounters& counters) {
                  counters_line.maybe_log(counters);
                  if (on_counters) on_counters(counters);
                });
  const WorkerEnd end = worker.run();
  stop_requested = true;  // from here on the watchdog bounds the destructors
  return {end, worker.counters()};
}

ServiceEnd run_auditor(const Task& task, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Progress& progress,
                       const Worker::OnCounters& on_counters) {
  const Topics& topics = task.settings.topics;
  TopicCheck checked = check_topics_of(task, progress, stop_requested);
  if (checked == TopicCheck::all_there) {
    checked =
        check_state_topic(task.consuming, topics.input, topics.state, progress, stop_requested);
  }
  if (checked != TopicCheck::all_there) return ended_by(checked);
  StateRestorer restorer(task.consuming, topics, progress, stop_requested);
  AuditHandler handler(task.settings, rules,
                       [&restorer](auto partitions, const StateRestorer::OnRecord& on_record) {
                         return restorer.read(partitions, on_record);
                       });
  return run_worker(task, handler, stop_requested, progress, on_counters);
}

ServiceEnd run_routing(const Task& task, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Progress& progress) {
  const TopicCheck checked = check_topics_of(task, progress, stop_requested);
  if (checked != TopicCheck::all_there) return ended_by(checked);
  RouteHandler handler(task.settings, rules);
  return run_worker(task, handler, stop_requested, progress, {});
}

// From the check of the settings to the last line of the log.
ServiceEnd watched(const Task& task, const Rules& rules, std::atomic<bool>& stop_requested,
                   const std::function<ServiceEnd(Progress&)>& run) {
  const std::vector<std::string> problems = kafka_problems(task.settings);
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  if (!problems.empty()) throw std::runtime_error(text);

  log_start(task, rules);
  Progress progress;
  const Watchdog watchdog(
      progress, stop_requested, {task.settings.watchdog, stop_broker_max, stop_max},
      Watchdog::end_process_at_once, [] { notify_service_manager("WATCHDOG=1"); });
  notify_service_manager("READY=1");  // an absent broker is waited for, so it is no failed start
  ServiceEnd ended = run(progress);
  notify_service_manager("STOPPING=1");
  log_service(ended.end == WorkerEnd::stopped ? "stopped" : "failed", ended.counters);
  return ended;
}

}  // namespace

ServiceEnd run_service(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Worker::OnCounters on_counters) {
  const Topics& topics = settings.topics;
  const Task task =
      task_of(settings, {topics.alerts, topics.compliance, topics.state, topics.quarantine});
  return watched(task, *rules, stop_requested, [&](Progress& progress) {
    return run_auditor(task, rules, stop_requested, progress, on_counters);
  });
}

ServiceEnd run_router(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                      std::atomic<bool>& stop_requested) {
  const Task task = task_of(settings, {settings.routed_topic, settings.topics.quarantine});
  return watched(task, *rules, stop_requested, [&](Progress& progress) {
    return run_routing(task, rules, stop_requested, progress);
  });
}

}  // namespace auditor
