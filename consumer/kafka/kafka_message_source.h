// The Kafka consumer as a MessageSource: one group member, eager assignment, offsets committed by
// the producer's transactions only. One thread, which is the worker's.
#pragma once

#include "consumer/kafka/fetch_waker.h"
#include "consumer/worker/message_source.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

class KafkaMessageSource : public MessageSource {
 public:
  // Throws std::runtime_error for settings that librdkafka refuses.
  KafkaMessageSource(const KafkaProperties& properties, std::string topic);
  ~KafkaMessageSource() override;

  void subscribe(SourceListener& listener) override;
  PollOutcome poll(std::chrono::milliseconds timeout) override;
  bool rewind(std::span<const PartitionOffset> first) override;
  const ConsumerGroup& group() const override { return group_; }
  void close() override;

 private:
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) noexcept;
  void assign(const rd_kafka_topic_partition_list_t* partitions);

  // False: fatal.
  bool note_error(const rd_kafka_message_t& event);
  // The broker refuses what is needed here, and has done so for too long.
  bool is_refused();

  std::string topic_;
  KafkaProperties properties_;
  SourceListener* listener_ = nullptr;
  ConsumerGroup group_;
  FetchWaker fetch_waker_;
  KafkaClient consumer_;  // its callbacks use the members above
  KafkaQueue queue_;      // of the messages that wait in the client; goes before it
};

}  // namespace auditor
