// Tested by replay_plan_test.cpp.
#include "consumer/replay/replay_plan.h"

#include <algorithm>

namespace auditor {
namespace {

std::string partition_text(const RetainedOffsets& retained) {
  return "partition " + std::to_string(retained.partition);
}

std::string retained_text(const RetainedOffsets& retained) {
  return "the first message of " + partition_text(retained) + " that is retained has offset " +
         std::to_string(retained.low);
}

std::optional<std::int64_t> offset_in(const OffsetByPartition& offsets, std::int32_t partition) {
  const auto found = offsets.find(partition);
  return found == offsets.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> offset_in(const std::optional<ReplayEnd>& end, std::int32_t partition) {
  return end ? offset_in(end->offsets, partition) : std::nullopt;
}

// Messages of the range may be gone: what is left would look like all of it.
std::optional<std::string> missing_begin(const RetainedOffsets& retained, const ReplayEnd& from,
                                         std::int64_t offset) {
  const bool is_empty = retained.low == retained.high;
  if (std::holds_alternative<MessageTime>(from.asked)) {
    if (retained.low == 0 || is_empty || offset > retained.low) return std::nullopt;
    return "--from is not after the first retained message of " + partition_text(retained) +
           " (offset " + std::to_string(retained.low) +
           "), so older messages of the range may be gone; without --from all that is retained is "
           "replayed";
  }
  if (offset >= retained.low) return std::nullopt;
  return "--from " + std::to_string(offset) + " is no longer retained: " + retained_text(retained);
}

class Planner {
 public:
  Planner(const std::optional<ReplayEnd>& from, const std::optional<ReplayEnd>& to,
          const std::optional<MemoryOffsets>& memory)
      : from_(from), to_(to), memory_(memory) {}

  std::expected<ReplaySpan, std::string> span(const RetainedOffsets& retained) {
    const auto begin = begin_of(retained);
    if (!begin) return std::unexpected(begin.error());
    const auto from = from_of(retained, *begin);
    if (!from) return std::unexpected(from.error());
    ReplaySpan span{retained.partition, *begin, std::min(*from, retained.high), retained.high};
    if (const auto to = offset_in(to_, retained.partition)) span.to = std::min(span.to, *to);
    span.to = std::max(span.to, span.from);
    return span;
  }

  std::vector<std::string> warnings;

 private:
  // Where the memory goes on, or what is retained begins.
  std::expected<std::int64_t, std::string> begin_of(const RetainedOffsets& retained) {
    const auto remembered =
        memory_ ? offset_in(memory_->offsets, retained.partition) : std::nullopt;
    if (remembered && *remembered < retained.low) {
      return std::unexpected("the snapshot ends at offset " + std::to_string(*remembered) +
                             ", and what comes next is gone: " + retained_text(retained));
    }
    if (remembered && *remembered > retained.high) {
      return std::unexpected("the snapshot ends at offset " + std::to_string(*remembered) + " of " +
                             partition_text(retained) + ", which ends at " +
                             std::to_string(retained.high) + ": it is of another topic");
    }
    if (!remembered && retained.low > 0) {
      warnings.push_back(retained_text(retained) + ": what happened before is not known");
    }
    return remembered.value_or(retained.low);
  }

  std::expected<std::int64_t, std::string> from_of(const RetainedOffsets& retained,
                                                   std::int64_t begin) const {
    const auto complete =
        memory_ ? offset_in(memory_->complete_from, retained.partition) : std::nullopt;
    const auto asked = offset_in(from_, retained.partition);
    if (!asked) return std::max(begin, complete.value_or(begin));
    if (complete && *asked < *complete) {
      return std::unexpected("--from lies before the snapshot, which was taken at offset " +
                             std::to_string(*complete) + " of " + partition_text(retained));
    }
    if (const auto missing = complete ? std::nullopt : missing_begin(retained, *from_, *asked)) {
      return std::unexpected(*missing);
    }
    return std::max(*asked, begin);
  }

  const std::optional<ReplayEnd>& from_;
  const std::optional<ReplayEnd>& to_;
  const std::optional<MemoryOffsets>& memory_;
};

// A partition that is named and is not there was meant to be another.
std::optional<std::string> unknown_partition(const std::vector<RetainedOffsets>& retained,
                                             const std::optional<ReplayEnd>& end) {
  if (!end) return std::nullopt;
  for (const auto& [partition, offset] : end->offsets) {
    if (std::ranges::find(retained, partition, &RetainedOffsets::partition) != retained.end()) {
      continue;
    }
    return "there is no partition " + std::to_string(partition);
  }
  return std::nullopt;
}

}  // namespace

std::int64_t ReplayPlan::messages() const {
  std::int64_t sum = 0;
  for (const ReplaySpan& span : spans) sum += span.to - span.begin;
  return sum;
}

std::expected<ReplayPlan, std::string> replay_plan(const std::vector<RetainedOffsets>& retained,
                                                   const std::optional<ReplayEnd>& from,
                                                   const std::optional<ReplayEnd>& to,
                                                   const std::optional<MemoryOffsets>& memory) {
  for (const auto& end : {from, to}) {
    if (const auto unknown = unknown_partition(retained, end)) return std::unexpected(*unknown);
  }
  Planner planner(from, to, memory);
  ReplayPlan plan;
  for (const RetainedOffsets& partition : retained) {
    const auto span = planner.span(partition);
    if (!span) return std::unexpected(span.error());
    plan.spans.push_back(*span);
  }
  plan.warnings = std::move(planner.warnings);
  return plan;
}

}  // namespace auditor
