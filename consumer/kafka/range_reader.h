// Reads ranges of a topic, beside the service: by assignment, so no group is joined, nothing is
// committed, and nobody notices.
//
// While no broker answers it tries again and says so, as long as its patience lasts. One thread.
// Tested by tests/kafka/replay_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/decoding/raw_message.h"
#include "consumer/kafka/broker_waits.h"
#include "consumer/kafka/partition_offsets.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

// Every function: nullopt or false when a stop was requested. Throws std::runtime_error for what
// will not change by waiting.
class RangeReader {
 public:
  // `consuming`: the properties of the service's consumer.
  RangeReader(KafkaProperties consuming, std::string topic, BrokerPatience patience);

  // Of every partition, in order.
  std::optional<std::vector<RetainedOffsets>> retained();

  // In each of the partitions the first message of that time or later; past the last one where
  // there is none.
  std::optional<OffsetByPartition> offsets_at(MessageTime time,
                                              std::span<const RetainedOffsets> partitions);

  // What the service has committed; partitions without are absent.
  std::optional<OffsetByPartition> committed(std::span<const RetainedOffsets> partitions);

  // The messages of [begin, end) in order; their views live during the call.
  using OnMessage = std::function<void(const RawMessage& message)>;
  bool read(std::int32_t partition, std::int64_t begin, std::int64_t end,
            const OnMessage& on_message);

 private:
  using Ask = std::function<rd_kafka_resp_err_t()>;
  bool answered(const std::string& question, std::string_view asked, const Ask& ask);
  std::optional<std::int32_t> partition_count();
  PartitionList list_of(std::span<const RetainedOffsets> partitions, std::int64_t offset) const;
  void note_error(const rd_kafka_message_t& event);

  std::string topic_;
  KafkaProperties properties_;
  BrokerPatience patience_;
  KafkaClient client_;
};

}  // namespace auditor
