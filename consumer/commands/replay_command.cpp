// replay: the audit of `run` over a range of the input topic, beside the service.
// Tested by tests/kafka/replay_test.cpp.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "consumer/auditor/finding_output.h"
#include "consumer/commands/broker_timeout.h"
#include "consumer/commands/command_line.h"
#include "consumer/kafka/client_properties.h"
#include "consumer/replay/replay_steps.h"
#include "consumer/replay/topic_findings.h"
#include "consumer/settings/process.h"

namespace auditor {
namespace {

constexpr auto replay_examples = R"(Examples:
  guardrail-auditor replay --config auditor.yaml --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z
  guardrail-auditor replay --config auditor.yaml --from 0:1200 --from 1:1187 --format table
  guardrail-auditor replay --config auditor.yaml --from 2026-03-01T00:00:00Z --snapshot february.jsonl
  guardrail-auditor replay --config auditor.yaml --against new.yaml --format table
  guardrail-auditor replay --config auditor.yaml --from 2026-03-01T00:00:00Z --topic guardrail.replayed

Reads the input topic by itself: it joins no group, commits nothing and writes to none of the
service's topics. Findings come partition after partition, in each in the order of the input: the
same range gives the same bytes, and those of the service where it had the same guardrails and
knew as much.

--from and --to are a time of messages (not of the events in them; the first message of that time or
later), an offset, which is taken in each partition, or PARTITION:OFFSET, which may be repeated; a
partition that is not named is read whole. --to itself is not replayed. Without --from all that is
retained is replayed, without --to up to the end at the start.

What accounts looked like before --from is rebuilt from the input that is retained, or, from where it
ends, from a file that `snapshot` wrote. Only a snapshot of the service's own memory knows of seeds,
and of what is no longer retained.

--against says what would differ under other guardrails, as `scan --against` does (see there).
--topic gets the records that the topic of alerts would get, in transactions.

Exit codes: 0 done, 1 the range could not be replayed, or not all of it before a stop was asked for,
2 wrong usage)";

struct ReplayOptions {
  std::string config, format, snapshot, topic;
  std::vector<std::string> from, to, guardrails, against;
  BrokerTimeout timeout;
};

void check_is_not_own(const std::string& topic, const Settings& settings) {
  const Topics& topics = settings.topics;
  for (const std::string& own : {topics.input, topics.alerts, topics.quarantine, topics.compliance,
                                 topics.state, settings.routed_topic}) {
    if (topic == own) throw std::runtime_error("--topic: `" + topic + "` is the service's own");
  }
}

Snapshot snapshot_of(const ReplayOptions& options, const Settings& settings, const Rules& rules) {
  if (options.snapshot.empty()) return {};
  auto snapshot = read_snapshot(options.snapshot);
  if (!snapshot) throw std::runtime_error(snapshot.error());
  if (snapshot->topic != settings.topics.input) {
    throw std::runtime_error("`" + options.snapshot + "` is of topic `" + snapshot->topic + "`");
  }
  if (snapshot->guardrails_fingerprint != rules.guardrails_fingerprint ||
      snapshot->catalogue_fingerprint != rules.catalogue_fingerprint) {
    spdlog::info("the snapshot was judged by other guardrails: its accounts are judged again");
  }
  return *std::move(snapshot);
}

std::unique_ptr<FindingOutput> output_of(const ReplayOptions& options, const Settings& settings) {
  const std::string format(options.format.empty() ? settings.format->name : options.format);
  if (options.topic.empty()) {
    // Differences are told as native, whatever the service writes.
    const bool are_differences = options.format.empty() && !options.against.empty();
    return std::make_unique<StdoutFindings>(are_differences ? std::string(native_format()->name)
                                                            : format);
  }
  return std::make_unique<TopicFindings>(producer_properties(settings), options.topic,
                                         parse_format(format).value(), options.timeout.value());
}

void log_replay(const Counters& counters, std::uint64_t told) {
  spdlog::info(
      "{} messages, {} events = {} evaluated + {} irrelevant + {} quarantined; {} "
      "findings in the range",
      counters.messages, counters.events, counters.evaluated, counters.irrelevant,
      counters.quarantined, told);
}

int replay_range(const ReplayOptions& options) {
  const ReplayRange range{replay_bound_of("--from", options.from),
                          replay_bound_of("--to", options.to)};
  const Settings settings = start_replay_process(options.config);
  std::vector<std::string> topics{settings.topics.input};
  if (!options.topic.empty()) {
    check_is_not_own(options.topic, settings);
    topics.push_back(options.topic);
  }
  const auto rules = rules_of_replay(settings, options.guardrails);
  const auto against =
      options.against.empty() ? nullptr : rules_of_replay(settings, options.against);
  const Snapshot snapshot = snapshot_of(options, settings, *rules);
  const auto memory = options.snapshot.empty() ? std::nullopt : std::optional(snapshot.offsets);

  const auto stopped = [] {
    spdlog::warn("stopped: not all of the range was replayed");
    return 1;
  };
  const BrokerPatience patience(stop_requested(), options.timeout.value());
  if (!topics_are_there(settings, topics, patience)) return stopped();
  RangeReader reader(consumer_properties(settings), settings.topics.input, patience);
  const auto plan = plan_replay(reader, range, memory);
  if (!plan) return stopped();

  const std::unique_ptr<FindingOutput> output = output_of(options, settings);
  SideBySide sides(rules, against, settings.use_window_seconds);
  Replay replay(sides, settings.skip);
  std::uint64_t told = 0;
  const bool is_whole = run_replay(reader, *plan, replay, snapshot.table,
                                   [&](const SideBySide& judged, bool is_in_range) {
                                     if (!is_in_range) return;
                                     output->write(judged);
                                     told += judged.guardrails().findings.size();
                                   });
  output->finish();
  log_replay(replay.counters(), told);
  if (against != nullptr) std::cerr << one_line(output->finding_diffs()) << '\n';
  return is_whole ? 0 : stopped();
}

void check_replay_usage(const ReplayOptions& options) {
  if (!options.against.empty() && !options.format.empty()) {
    const std::string problem = against_format_problem(options.format);
    if (!problem.empty()) throw UsageError("--against", problem);
  }
  if (!options.topic.empty() && options.format == table_format_name) {
    throw UsageError("--topic", "gets " + format_names(" or ") + ", not a table");
  }
}

}  // namespace

void replay_command(CommandLine& command) {
  command.about("Judges a range of the input topic again, and leaves the service alone");
  const auto options = std::make_shared<ReplayOptions>();
  command.text("--config", options->config, "Settings file, as of `run`").type("FILE").required();
  command.texts("--from", options->from, "Where to begin to tell findings")
      .type("TIME|OFFSET|PARTITION:OFFSET");
  command.texts("--to", options->to, "Where to end, itself not included")
      .type("TIME|OFFSET|PARTITION:OFFSET");
  command.text("--snapshot", options->snapshot, "The memory to begin with; `snapshot` writes it")
      .type("FILE");
  command
      .texts("--guardrails", options->guardrails,
             "Guardrail file or directory, may be repeated; default: those of the settings")
      .type("PATH");
  const CommandOption against =
      command
          .texts("--against", options->against,
                 "Other guardrails, may be repeated: only what would differ is told")
          .type("PATH");
  command
      .text("--format", options->format, format_option_help() + "; default: that of the settings")
      .check(finding_format_problem);
  command.text("--topic", options->topic, "Write to this topic, not to stdout")
      .type("OUT")
      .excludes(against);
  options->timeout.add_to(command);
  command.footer(replay_examples);
  command.run([options] {
    check_replay_usage(*options);
    return replay_range(*options);
  });
}

}  // namespace auditor
