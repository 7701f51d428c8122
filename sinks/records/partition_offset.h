// A place in a topic.
#pragma once

#include <cstdint>
#include <string>

namespace auditor {

// A partition and an offset in it: where a batch begins, or where to go on reading.
struct PartitionOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;

  bool operator==(const PartitionOffset&) const = default;
};

}  // namespace auditor
