// A message as it arrived: bytes and coordinates. The bytes belong to whoever made it.
#pragma once

#include <cstdint>
#include <string_view>

namespace auditor {

struct RawMessage {
  std::string_view payload;
  std::string_view topic;  // for files: the path
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;
};

}  // namespace auditor
