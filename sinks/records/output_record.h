// One record to publish: topic, key, value, headers. Plain data; who writes it decides how.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace auditor {

struct OutputRecord {
  std::string topic;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int32_t partition = -1;  // of the topic; -1: by the key
  bool is_tombstone = false;    // no value at all: the key is deleted by compaction

  std::size_t bytes() const;  // key, value and headers, as the batch bound counts them
};

}  // namespace auditor
