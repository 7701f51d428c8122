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
  // What is wrong with it, where that is known already: such as the part of a file that could not
  // be inflated. It is not read then. Empty: nothing is known.
  std::string_view damage = {};
};

}  // namespace auditor
