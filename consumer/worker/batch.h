// What one transaction will hold: outputs and offsets, never messages. A message is handled as it
// arrives and freed; only its outputs and the range of offsets that the batch covers stay.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "consumer/decoding/counters.h"
#include "consumer/decoding/raw_message.h"
#include "evaluator/events/cloudtrail_event.h"
#include "sinks/records/output_record.h"
#include "sinks/records/partition_offset.h"

namespace auditor {

struct BatchOutput {
  OutputRecord record;
  SourcePosition source;  // the message it comes from
  std::int64_t timestamp_ms = -1;
};

class Batch {
 public:
  // Takes the message's offset into the batch. False: offsets run backwards, which cannot be
  // answered by committing.
  bool cover(const RawMessage& message) {
    Range& range = range_of(message);
    if (message.offset < range.next) return false;
    range.next = message.offset + 1;
    return true;
  }

  // `message` has been covered by the last call of cover().
  void add(OutputRecord record, const RawMessage& message) {
    const bool is_new_source = outputs_.empty() ||
                               outputs_.back().source.offset != message.offset ||
                               outputs_.back().source.partition != message.partition ||
                               outputs_.back().source.topic != message.topic;
    if (is_new_source) ++sources_;
    bytes_ += record.bytes();
    outputs_.push_back({std::move(record),
                        {std::string(message.topic), message.partition, message.offset},
                        message.timestamp_ms});
  }

  // What an assignment leads to: of no message, so there is none to read again.
  void add_of_assignment(OutputRecord record) {
    bytes_ += record.bytes();
    outputs_.push_back({std::move(record), {}, -1});
  }

  void clear() { *this = Batch(); }

  bool is_empty() const { return ranges_.empty(); }
  // It holds what an assignment led to.
  bool is_of_assignment() const { return ranges_.empty() && !outputs_.empty(); }
  const std::vector<BatchOutput>& outputs() const { return outputs_; }
  std::size_t bytes() const { return bytes_; }
  std::size_t sources() const { return sources_; }  // messages that made an output

  // Where to read again when the transaction is aborted.
  std::vector<PartitionOffset> first() const {
    return offsets([](const Range& range) { return range.first; });
  }
  // What to commit: the offset after the last one covered.
  std::vector<PartitionOffset> next() const {
    return offsets([](const Range& range) { return range.next; });
  }

  Counters counters;  // of the messages covered; counted for good when the batch is committed

 private:
  struct Range {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t first = 0;
    std::int64_t next = 0;
  };

  Range& range_of(const RawMessage& message) {
    const auto is_range = [&message](const Range& range) {
      return range.partition == message.partition && range.topic == message.topic;
    };
    // WHY: a fetch hands over many messages of one partition in a row.
    if (last_ < ranges_.size() && is_range(ranges_[last_])) return ranges_[last_];
    auto found = std::ranges::find_if(ranges_, is_range);
    if (found == ranges_.end()) {
      found = ranges_.insert(ranges_.end(), {std::string(message.topic), message.partition,
                                             message.offset, message.offset});
    }
    last_ = static_cast<std::size_t>(found - ranges_.begin());
    return *found;
  }

  template <typename Pick>
  std::vector<PartitionOffset> offsets(Pick pick) const {
    std::vector<PartitionOffset> list;
    for (const Range& range : ranges_) list.push_back({range.topic, range.partition, pick(range)});
    return list;
  }

  std::vector<Range> ranges_;
  std::size_t last_ = 0;
  std::vector<BatchOutput> outputs_;
  std::size_t bytes_ = 0;
  std::size_t sources_ = 0;
};

}  // namespace auditor
