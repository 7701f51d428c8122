// Tested by run_test.cpp and start_test.cpp.
#include "consumer/service/service.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <span>
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

// Ready is who has met the broker, has been given partitions (none, where others have them all) and
// has read back what is remembered of them. Until then an absent broker is waited for, and a
// restore goes on, however long the service manager would wait by itself.
class Readiness {
 public:
  void say_ready() {
    if (!is_ready_.exchange(true)) notify_service_manager("READY=1");
  }
  // On the watchdog's thread, so not without progress.
  void tick() const {
    notify_service_manager("WATCHDOG=1");
    if (!is_ready_) notify_service_manager("EXTEND_TIMEOUT_USEC=30000000");
  }

 private:
  std::atomic<bool> is_ready_ = false;
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

TopicCheck check_topics_of(const Task& task, std::span<const std::string> to_read,
                           Progress& progress, const std::atomic<bool>& stop_requested) {
  std::vector<std::string> topics = {task.settings.topics.input};
  topics.insert(topics.end(), task.outputs.begin(), task.outputs.end());
  const TopicCheck are_there = check_topics(task.consuming, topics, progress, stop_requested);
  if (are_there != TopicCheck::all_there) return are_there;
  return check_may_read(task.consuming, to_read, progress, stop_requested);
}

ServiceEnd ended_by(TopicCheck checked) {
  return {checked == TopicCheck::stopped ? WorkerEnd::stopped : WorkerEnd::failed, {}};
}

ServiceEnd run_worker(const Task& task, MessageHandler& handler, std::atomic<bool>& stop_requested,
                      Progress& progress, Readiness& readiness,
                      const Worker::OnCounters& on_counters) {
  log_properties("consumer", task.consuming);
  log_properties("producer", task.producing);
  TransactionalSink sink(task.producing, task.outputs);
  KafkaMessageSource source(task.consuming, task.settings.topics.input);  // destroyed before it
  SteadyClock clock;
  CountersLine counters_line;
  Worker worker(task.settings, source, sink, handler, clock, progress, stop_requested,
                [&](const WorkerCounters& counters) {
                  if (counters.rebalances > 0) readiness.say_ready();
                  counters_line.maybe_log(counters);
                  if (on_counters) on_counters(counters);
                });
  const WorkerEnd end = worker.run();
  stop_requested = true;  // from here on the watchdog bounds the destructors
  return {end, worker.counters()};
}

// StateRestorer::read, for a handler that can do no more about it than to end.
bool restore(StateRestorer& restorer, std::span<const std::int32_t> partitions,
             const StateRestorer::OnRecord& on_record) {
  try {
    return restorer.read(partitions, on_record);
  } catch (const std::runtime_error& error) {
    spdlog::critical("{}", error.what());
    return false;
  }
}

ServiceEnd run_auditor(const Task& task, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Progress& progress, Readiness& readiness,
                       const Worker::OnCounters& on_counters) {
  const Topics& topics = task.settings.topics;
  const std::array<std::string, 2> to_read = {topics.input, topics.state};
  TopicCheck checked = check_topics_of(task, to_read, progress, stop_requested);
  if (checked == TopicCheck::all_there) {
    checked =
        check_state_topic(task.consuming, topics.input, topics.state, progress, stop_requested);
  }
  if (checked != TopicCheck::all_there) return ended_by(checked);
  StateRestorer restorer(task.consuming, topics, progress, stop_requested);
  AuditHandler handler(task.settings, rules,
                       [&restorer](auto partitions, const StateRestorer::OnRecord& on_record) {
                         return restore(restorer, partitions, on_record);
                       });
  return run_worker(task, handler, stop_requested, progress, readiness, on_counters);
}

ServiceEnd run_routing(const Task& task, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Progress& progress,
                       Readiness& readiness) {
  const TopicCheck checked =
      check_topics_of(task, std::span(&task.settings.topics.input, 1), progress, stop_requested);
  if (checked != TopicCheck::all_there) return ended_by(checked);
  RouteHandler handler(task.settings, rules);
  return run_worker(task, handler, stop_requested, progress, readiness, {});
}

using Run = std::function<ServiceEnd(Progress&, Readiness&)>;

ServiceEnd run_or_say_why_not(const Run& run, Progress& progress, Readiness& readiness) {
  try {
    return run(progress, readiness);
  } catch (const BrokerRefuses& refuses) {
    spdlog::critical("{}", refuses.what());
    return {};
  }
}

// From the check of the settings to the last line of the log.
ServiceEnd watched(const Task& task, const Rules& rules, std::atomic<bool>& stop_requested,
                   const Run& run) {
  throw_if_wrong(kafka_problems(task.settings));
  log_start(task, rules);
  Progress progress;
  Readiness readiness;
  const Watchdog watchdog(progress, stop_requested,
                          {task.settings.watchdog, stop_broker_max, stop_max},
                          Watchdog::end_process_at_once, [&readiness] { readiness.tick(); });
  readiness.tick();
  ServiceEnd ended = run_or_say_why_not(run, progress, readiness);
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
  return watched(task, *rules, stop_requested, [&](Progress& progress, Readiness& readiness) {
    return run_auditor(task, rules, stop_requested, progress, readiness, on_counters);
  });
}

ServiceEnd run_router(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                      std::atomic<bool>& stop_requested) {
  const Task task = task_of(settings, {settings.routed_topic, settings.topics.quarantine});
  return watched(task, *rules, stop_requested, [&](Progress& progress, Readiness& readiness) {
    return run_routing(task, rules, stop_requested, progress, readiness);
  });
}

}  // namespace auditor
