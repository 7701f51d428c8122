// What a replay reads of each partition, worked out from what the broker still has. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "consumer/kafka/partition_offsets.h"
#include "consumer/replay/replay_bound.h"

namespace auditor {

// [begin, from) is judged silently, to rebuild the memory; what [from, to) leads to is told.
struct ReplaySpan {
  std::int32_t partition = 0;
  std::int64_t begin = 0, from = 0, to = 0;

  bool operator==(const ReplaySpan&) const = default;
};

// A memory that is there already. What it holds was read up to `offsets`; further messages may be
// in it too, but none from `complete_from` on.
struct MemoryOffsets {
  OffsetByPartition offsets, complete_from;
};

// One end of the range: what was asked for, and the offsets that it means. A partition that
// `offsets` does not name is read from its first message, or to its last.
struct ReplayEnd {
  ReplayBound asked;
  OffsetByPartition offsets;
};

struct ReplayPlan {
  std::vector<ReplaySpan> spans;      // in order of partition
  std::vector<std::string> warnings;  // what the memory cannot know

  std::int64_t messages() const;  // at most
};

// Absent ends: from the begin of what is retained, or of the memory, to the end. The error says why
// the range cannot be replayed.
std::expected<ReplayPlan, std::string> replay_plan(const std::vector<RetainedOffsets>& retained,
                                                   const std::optional<ReplayEnd>& from,
                                                   const std::optional<ReplayEnd>& to,
                                                   const std::optional<MemoryOffsets>& memory);

}  // namespace auditor
