// Tested by tests/kafka/replay_test.cpp.
#include "consumer/replay/replay_steps.h"

#include <spdlog/spdlog.h>

#include <stdexcept>
#include <utility>

#include "consumer/kafka/client_properties.h"
#include "consumer/kafka/topic_check.h"
#include "consumer/settings/process.h"
#include "consumer/worker/watchdog.h"

namespace auditor {
namespace {

// Nullopt: a stop was requested.
std::optional<OffsetByPartition> bound_offsets(RangeReader& reader, const ReplayBound& bound,
                                               const std::vector<RetainedOffsets>& retained) {
  if (const auto* time = std::get_if<MessageTime>(&bound)) {
    return reader.offsets_at(*time, retained);
  }
  if (const auto* offsets = std::get_if<OffsetByPartition>(&bound)) return *offsets;
  OffsetByPartition offsets;
  for (const RetainedOffsets& partition : retained) {
    offsets[partition.partition] = std::get<OffsetOfEach>(bound).offset;
  }
  return offsets;
}

}  // namespace

Settings start_replay_process(const std::string& config_path) {
  Settings settings = read_settings(config_path);
  log_to_stderr(settings.log_level);
  throw_if_wrong(kafka_problems(settings));
  stop_on_signals();
  return settings;
}

std::shared_ptr<const Rules> rules_of_replay(const Settings& settings,
                                             const std::vector<std::string>& paths) {
  LoadedRules loaded =
      load_rules(paths.empty() ? settings.guardrail_paths : paths, settings.managed_policies_path);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  for (const ConfigProblem& warning : loaded.problems) spdlog::warn("{}", to_string(warning));
  return std::move(loaded.rules);
}

std::optional<ReplayBound> replay_bound_of(const std::string& option,
                                           std::span<const std::string> texts) {
  auto bound = parse_replay_bound(texts);
  if (!bound) throw std::runtime_error(option + ": " + bound.error());
  return *std::move(bound);
}

bool topics_are_there(const Settings& settings, const std::vector<std::string>& topics,
                      const BrokerPatience& patience) {
  KafkaProperties properties = consumer_properties(settings);
  properties.erase("group.instance.id");
  Progress unwatched;
  switch (check_topics(properties, topics, unwatched, patience)) {
    case TopicCheck::all_there:
      return true;
    case TopicCheck::stopped:
      return false;
    case TopicCheck::missing:
      break;
  }
  throw std::runtime_error("not every topic can be used");
}

std::optional<ReplayPlan> plan_replay(RangeReader& reader, const ReplayRange& range,
                                      const std::optional<MemoryOffsets>& memory) {
  const auto retained = reader.retained();
  if (!retained) return std::nullopt;
  std::optional<ReplayEnd> from;
  std::optional<ReplayEnd> to;
  for (const auto& [bound, end] : {std::pair(&range.from, &from), std::pair(&range.to, &to)}) {
    if (!*bound) continue;
    auto offsets = bound_offsets(reader, **bound, *retained);
    if (!offsets) return std::nullopt;
    *end = ReplayEnd{**bound, *std::move(offsets)};
  }
  auto plan = replay_plan(*retained, from, to, memory);
  if (!plan) throw std::runtime_error(plan.error());
  for (const std::string& warning : plan->warnings) spdlog::warn("{}", warning);
  return *std::move(plan);
}

bool run_replay(RangeReader& reader, const ReplayPlan& plan, Replay& replay,
                const StateTable& table, const OnReplayed& on_replayed) {
  ReplayProgress progress(plan.messages());
  std::int64_t done = 0;
  for (const ReplaySpan& span : plan.spans) {
    bool is_in_range = false;
    const auto on_judged = [&](const SideBySide& sides) {
      if (is_in_range) progress.clear();
      on_replayed(sides, is_in_range);
    };
    const auto begun = replay.begin(span.partition, table, on_judged);
    if (!begun) throw std::runtime_error(begun.error());
    const bool is_read =
        reader.read(span.partition, span.begin, span.to, [&](const RawMessage& message) {
          is_in_range = message.offset >= span.from;
          replay.read(message, on_judged);
          progress.show(is_in_range ? "replaying" : "rebuilding the memory of", span.partition,
                        done + message.offset + 1 - span.begin);
        });
    if (!is_read) return false;
    done += span.to - span.begin;
  }
  return true;
}

}  // namespace auditor
