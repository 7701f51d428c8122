// snapshot: the memory of accounts as of a moment -> a file that `replay` begins with.
// Tested by tests/kafka/replay_test.cpp.
#include <spdlog/spdlog.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "consumer/auditor/state_records.h"
#include "consumer/commands/broker_timeout.h"
#include "consumer/commands/command_line.h"
#include "consumer/kafka/client_properties.h"
#include "consumer/kafka/state_restorer.h"
#include "consumer/replay/replay_steps.h"
#include "consumer/replay/snapshot_file.h"
#include "consumer/settings/process.h"
#include "consumer/worker/watchdog.h"

namespace auditor {
namespace {

constexpr auto snapshot_examples = R"(Examples:
  guardrail-auditor snapshot --config auditor.yaml --output today.jsonl
  guardrail-auditor snapshot --config auditor.yaml --at 2026-03-01T00:00:00Z --output march.jsonl
  guardrail-auditor replay --config auditor.yaml --snapshot march.jsonl --from 2026-03-01T00:00:00Z

Without --at it is the service's own memory as it stands: what it has read of the topic of the state,
and up to where it had read the input. The service may run meanwhile; no group is joined and nothing
is committed. Such a snapshot knows of seeds, and of input that is no longer retained.

With --at the memory is rebuilt from the input that is retained, up to the first message of that time,
or that offset. It then knows nothing of seeds, nor of what happened before what is retained.

The file is JSON lines: a header, and the records that the topic of the state would hold. It is there
when it is whole, and not before.

Exit codes: 0 the file is there, 1 it is not, 2 wrong usage)";

struct SnapshotOptions {
  std::string config, output;
  std::vector<std::string> at;
  BrokerTimeout timeout;
};

Snapshot empty_snapshot(const Settings& settings, const Rules& rules) {
  return {settings.topics.input, {}, rules.guardrails_fingerprint, rules.catalogue_fingerprint, {}};
}

void put(const std::vector<Remembered>& remembered, const Topics& topics, StateTable& table) {
  for (const OutputRecord& record : state_records(remembered, topics)) {
    table.put(record.partition, record.key, record.is_tombstone ? "" : record.value);
  }
}

// Below what is retained there is nothing to rebuild from.
void check_is_retained(const ReplayPlan& plan, const ReplayBound& at) {
  const auto* of_each = std::get_if<OffsetOfEach>(&at);
  const auto* by_partition = std::get_if<OffsetByPartition>(&at);
  for (const ReplaySpan& span : plan.spans) {
    std::int64_t asked = span.begin;
    if (of_each != nullptr) asked = of_each->offset;
    if (by_partition != nullptr && by_partition->contains(span.partition)) {
      asked = by_partition->at(span.partition);
    }
    if (asked >= span.begin) continue;
    throw std::runtime_error("--at: the first message of partition " +
                             std::to_string(span.partition) + " that is retained has offset " +
                             std::to_string(span.begin));
  }
}

// False: a stop was requested.
bool rebuild(const Settings& settings, const ReplayBound& at, const BrokerPatience& patience,
             const std::shared_ptr<const Rules>& rules, Snapshot& snapshot) {
  RangeReader reader(consumer_properties(settings), settings.topics.input, patience);
  const auto plan = plan_replay(reader, {std::nullopt, at}, std::nullopt);
  if (!plan) return false;
  check_is_retained(*plan, at);
  SideBySide sides(rules, nullptr, settings.use_window_seconds);
  Replay replay(sides, settings.skip);
  const bool is_whole = run_replay(reader, *plan, replay, {}, [&](const SideBySide& judged, bool) {
    put(judged.guardrails().remembered, settings.topics, snapshot.table);
  });
  for (const ReplaySpan& span : plan->spans) {
    snapshot.offsets.offsets[span.partition] = span.to;
    snapshot.offsets.complete_from[span.partition] = span.to;
  }
  return is_whole;
}

// What is committed before the state is read is in it for certain; what is committed after it may
// be. In between, messages that are read again change nothing, since the memory has them.
bool copy_state(const Settings& settings, const BrokerPatience& patience, Snapshot& snapshot) {
  RangeReader reader(consumer_properties(settings), settings.topics.input, patience);
  const auto retained = reader.retained();
  if (!retained) return false;
  std::vector<std::int32_t> partitions;
  for (const RetainedOffsets& partition : *retained) {
    partitions.push_back(partition.partition);
    snapshot.offsets.offsets[partition.partition] = partition.low;
    snapshot.offsets.complete_from[partition.partition] = partition.low;
  }
  const auto before = reader.committed(*retained);
  if (!before) return false;
  Progress unwatched;
  StateRestorer restorer(consumer_properties(settings), settings.topics, unwatched, patience);
  const bool is_read = restorer.read(
      partitions, [&](std::int32_t partition, std::string_view key, std::string_view value) {
        snapshot.table.put(partition, key, value);
        return true;
      });
  if (!is_read && !stop_requested()) {
    throw std::runtime_error("`" + settings.topics.state + "` cannot be read");
  }
  const auto after = is_read ? reader.committed(*retained) : std::nullopt;
  if (!after) return false;
  for (const auto& [partition, offset] : *before) snapshot.offsets.offsets[partition] = offset;
  for (const auto& [partition, offset] : *after) snapshot.offsets.complete_from[partition] = offset;
  return true;
}

int take_snapshot(const SnapshotOptions& options) {
  const auto at = replay_bound_of("--at", options.at);
  const Settings settings = start_replay_process(options.config);
  const auto rules = rules_of_replay(settings, {});
  std::vector<std::string> topics{settings.topics.input};
  if (!at) topics.push_back(settings.topics.state);
  Snapshot snapshot = empty_snapshot(settings, *rules);
  const BrokerPatience patience(stop_requested(), options.timeout.value());
  const bool is_whole = topics_are_there(settings, topics, patience) &&
                        (at ? rebuild(settings, *at, patience, rules, snapshot)
                            : copy_state(settings, patience, snapshot));
  if (!is_whole) {
    spdlog::warn("stopped: there is no snapshot");
    return 1;
  }
  const auto written = write_snapshot(options.output, snapshot);
  if (!written) throw std::runtime_error(written.error());
  spdlog::info("{} records are in `{}`", snapshot.table.records().size(), options.output);
  return 0;
}

}  // namespace

void snapshot_command(CommandLine& command) {
  command.about("Writes the memory as of a moment to a file, for `replay`");
  const auto options = std::make_shared<SnapshotOptions>();
  command.text("--config", options->config, "Settings file, as of `run`").type("FILE").required();
  command
      .texts("--at", options->at,
             "Rebuild it as of then, from the input; default: the service's own, as it is")
      .type("TIME|OFFSET|PARTITION:OFFSET");
  command.text("--output", options->output, "Where to write it").type("FILE").required();
  options->timeout.add_to(command);
  command.footer(snapshot_examples);
  command.run([options] { return take_snapshot(*options); });
}

}  // namespace auditor
