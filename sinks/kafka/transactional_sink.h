// The Kafka transaction: an OutputSink over librdkafka's transactional producer. One thread, which
// is the worker's. Promises that what one commit covers becomes visible to read_committed readers
// all together or not at all.
#pragma once

#include <vector>

#include "sinks/kafka/kafka_handles.h"
#include "sinks/kafka/output_sink.h"

namespace auditor {

class TransactionalSink : public OutputSink {
 public:
  // `properties` hold transactional.id. `topics` are those it will write to; others cost their
  // first record most of a second. Throws std::runtime_error for settings librdkafka refuses.
  explicit TransactionalSink(const KafkaProperties& properties,
                             std::span<const std::string> topics = {});

  // Once more where the transactional id was refused, or after a fatal error.
  SinkOutcome start(std::chrono::milliseconds timeout) override;
  SinkOutcome begin() override;
  SinkOutcome write(const OutputRecord& record) override;
  SinkOutcome send_offsets(std::span<const PartitionOffset> next,
                           const ConsumerGroup& group) override;
  SinkOutcome commit() override;
  SinkOutcome abort() override;
  std::string last_error() const override { return last_error_; }
  Refused refused() override;

 private:
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message,
                          void* opaque) noexcept;

  void make_producer();
  // `topic` and `asked`: what a refusal is about.
  SinkOutcome outcome_of(rd_kafka_error_t* raw_error, const std::string& topic = {},
                         std::string_view asked = operation::write);
  SinkOutcome refused_write(const rd_kafka_error_t& error);
  // The refusal that stands, else what librdkafka says, which after an abort hides the cause.
  void say_error(std::string text);

  KafkaProperties properties_;
  std::vector<std::string> topic_names_;
  std::string last_error_;
  bool record_was_refused_ = false;  // in this transaction, by the broker
  bool is_worn_out_ = false;  // a refusal was fatal to the producer, and a new one may be let in
  KafkaClient producer_;      // after the members that its callbacks use
  std::vector<KafkaTopic> topics_;  // held, so that the client knows their leaders from the start
};

}  // namespace auditor
