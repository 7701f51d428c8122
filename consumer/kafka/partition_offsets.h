// Offsets of the partitions of one topic, as plain data.
#pragma once

#include <cstdint>
#include <map>

namespace auditor {

using OffsetByPartition = std::map<std::int32_t, std::int64_t>;

struct MessageTime {
  std::int64_t ms = 0;  // since 1970; of the message, not of the event in it

  bool operator==(const MessageTime&) const = default;
};

// The offsets that a partition holds: `high` is the one after the last that a reader of what is
// committed may see.
struct RetainedOffsets {
  std::int32_t partition = 0;
  std::int64_t low = 0, high = 0;
};

}  // namespace auditor
