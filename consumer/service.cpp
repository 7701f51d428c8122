#include "consumer/service.h"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <span>
#include <stdexcept>
#include <string>

#include "consumer/clock.h"
#include "consumer/kafka_config.h"
#include "consumer/kafka_message_source.h"
#include "consumer/service_notify.h"
#include "consumer/topic_check.h"
#include "consumer/version.h"
#include "consumer/watchdog.h"
#include "sinks/transactional_sink.h"

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

void log_start(const Settings& settings, const Rules& rules) {
  spdlog::info("guardrail-auditor {}: worker `{}`, {} guardrails, {} AWS managed policies", version,
               settings.worker_id, rules.guardrails.size(), rules.managed_policies.size());
  spdlog::info("reads `{}`, writes `{}` and `{}`", settings.topics.input, settings.topics.alerts,
               settings.topics.quarantine);
}

void log_counters(const char* when, const WorkerCounters& counters) {
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
    log_counters("so far", counters);
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

ServiceEnd run_worker(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                      std::atomic<bool>& stop_requested, Progress& progress,
                      const Worker::OnCounters& on_counters) {
  const KafkaProperties consuming = consumer_properties(settings);
  const KafkaProperties producing = producer_properties(settings);
  log_properties("consumer", consuming);
  log_properties("producer", producing);

  const std::array<std::string, 3> topics = {settings.topics.input, settings.topics.alerts,
                                             settings.topics.quarantine};
  switch (check_topics(consuming, topics, progress, stop_requested)) {
    case TopicCheck::all_there:
      break;
    case TopicCheck::missing:
      return {WorkerEnd::failed, {}};
    case TopicCheck::stopped:
      return {WorkerEnd::stopped, {}};
  }

  TransactionalSink sink(producing, std::span(topics).subspan(1));  // not the input
  KafkaMessageSource source(consuming, settings.topics.input);      // destroyed before the producer
  MessageAuditor auditor(rules);
  SteadyClock clock;
  CountersLine counters_line;
  Worker worker(
      settings, source, sink,
      [&auditor](const RawMessage& message, Audited& out, Counters& counters) {
        auditor.audit(message, out, counters);
      },
      clock, progress, stop_requested,
      [&](const WorkerCounters& counters) {
        counters_line.maybe_log(counters);
        if (on_counters) on_counters(counters);
      });
  const WorkerEnd end = worker.run();
  stop_requested = true;  // from here on the watchdog bounds the destructors
  return {end, worker.counters()};
}

}  // namespace

ServiceEnd run_service(const Settings& settings, const std::shared_ptr<const Rules>& rules,
                       std::atomic<bool>& stop_requested, Worker::OnCounters on_counters) {
  const std::vector<std::string> problems = kafka_problems(settings);
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  if (!problems.empty()) throw std::runtime_error(text);

  log_start(settings, *rules);
  Progress progress;
  const Watchdog watchdog(progress, stop_requested, {settings.watchdog, stop_broker_max, stop_max},
                          Watchdog::end_process_at_once,
                          [] { notify_service_manager("WATCHDOG=1"); });
  notify_service_manager("READY=1");  // an absent broker is waited for, so it is no failed start
  ServiceEnd ended = run_worker(settings, rules, stop_requested, progress, on_counters);
  notify_service_manager("STOPPING=1");
  log_counters(ended.end == WorkerEnd::stopped ? "stopped" : "failed", ended.counters);
  return ended;
}

}  // namespace auditor
