// The steps that `replay` and `snapshot` share: which offsets are meant, and reading them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consumer/kafka/range_reader.h"
#include "consumer/replay/replay.h"
#include "consumer/replay/replay_progress.h"
#include "consumer/settings/rules.h"
#include "consumer/settings/settings.h"

namespace auditor {

// The settings of the service, the log on stderr, signals that ask for a stop. Throws
// std::runtime_error that says what is wrong with them.
Settings start_replay_process(const std::string& config_path);

// By `paths`, or by what the settings name. Warnings go to the log; errors are thrown.
std::shared_ptr<const Rules> rules_of_replay(const Settings& settings,
                                             const std::vector<std::string>& paths);

// Throws std::runtime_error: `option` is named in it.
std::optional<ReplayBound> replay_bound_of(const std::string& option,
                                           std::span<const std::string> texts);

// False: a stop was requested. Throws std::runtime_error when a topic is not there, or refused, or
// no broker answers in time.
bool topics_are_there(const Settings& settings, const std::vector<std::string>& topics,
                      const BrokerPatience& patience);

struct ReplayRange {
  std::optional<ReplayBound> from, to;
};

// Nullopt: a stop was requested. Throws std::runtime_error when the range cannot be replayed.
std::optional<ReplayPlan> plan_replay(RangeReader& reader, const ReplayRange& range,
                                      const std::optional<MemoryOffsets>& memory);

// Told of each event that was judged, and of the memory that is begun with.
using OnReplayed = std::function<void(const SideBySide& sides, bool is_in_range)>;

// `table`: the memory to begin with. False: a stop was requested.
bool run_replay(RangeReader& reader, const ReplayPlan& plan, Replay& replay,
                const StateTable& table, const OnReplayed& on_replayed);

}  // namespace auditor
