// Where a replay begins or ends, as a person names it: a time, an offset, or offsets of single
// partitions. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "consumer/kafka/partition_offsets.h"

namespace auditor {

struct OffsetOfEach {
  std::int64_t offset = 0;

  bool operator==(const OffsetOfEach&) const = default;
};

using ReplayBound = std::variant<MessageTime, OffsetOfEach, OffsetByPartition>;

// "2026-01-31T12:00:00Z", "1200", or one or more of "PARTITION:OFFSET"; nullopt for no text at all.
// The error names the text.
std::expected<std::optional<ReplayBound>, std::string> parse_replay_bound(
    std::span<const std::string> texts);

}  // namespace auditor
