// Reads the topic of the state back: what a worker remembers of the partitions it was just given.
//
// The end is the one at the assignment. What a predecessor has not finished is waited for: first
// its offsets, which come with its last records, then every record that was there by then.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "consumer/kafka/broker_waits.h"
#include "consumer/worker/watchdog.h"
#include "sinks/kafka/kafka_handles.h"
#include "sinks/records/topics.h"

namespace auditor {

class StateRestorer {
 public:
  // False: it cannot be used, and the reading ends. An empty value is a tombstone.
  using OnRecord =
      std::function<bool(std::int32_t partition, std::string_view key, std::string_view value)>;

  // `consuming`: the properties of the input's consumer. The references must outlive it.
  StateRestorer(KafkaProperties consuming, Topics topics, Progress& progress,
                BrokerPatience patience);

  // Every record of the partitions, each partition in its order. False: a record could not be used,
  // which the log says, or a stop was requested. Throws std::runtime_error when they cannot be
  // read.
  bool read(std::span<const std::int32_t> partitions, const OnRecord& on_record);

 private:
  using Ends = std::map<std::int32_t, std::int64_t>;  // of each partition

  bool settle_offsets(KafkaClient& client, std::span<const std::int32_t> partitions);
  void introduce_topic(rd_kafka_t* client);
  std::optional<Ends> ends_of(std::span<const std::int32_t> partitions);
  bool read_to_end(KafkaClient& client, Ends ends, const OnRecord& on_record,
                   std::uint64_t& records);
  void note_error(KafkaClient& client, const rd_kafka_message_t& event) const;

  KafkaProperties properties_;
  Topics topics_;
  Progress& progress_;
  BrokerPatience patience_;
};

}  // namespace auditor
