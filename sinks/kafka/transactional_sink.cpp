// Tested by transactional_sink_test.cpp (librdkafka's mock cluster) and tests/kafka/ (a real
// broker: the mock knows no atomicity and no fencing).
#include "sinks/kafka/transactional_sink.h"

#include <array>

namespace auditor {
namespace {

static_assert(RD_KAFKA_PARTITION_UA == -1, "OutputRecord::partition: by the key");

constexpr int queue_full_wait_ms = 100;
constexpr int flush_step_ms = 100;
// KAFKA: other time-outs than -1 can part the client's state from the broker's (rdkafka.h,
// rd_kafka_commit_transaction). The watchdog is the bound.
constexpr int without_timeout = -1;

// The record itself is at fault: writing it again would fail again.
bool is_own_fault(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         error == RD_KAFKA_RESP_ERR_INVALID_RECORD || error == RD_KAFKA_RESP_ERR_INVALID_MSG;
}

KafkaHeaders headers_of(const OutputRecord& record) {
  KafkaHeaders headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  return headers;
}

PartitionList list_of(std::span<const PartitionOffset> offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [topic, partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

}  // namespace

const char* to_string(SinkOutcome outcome) {
  switch (outcome) {
    case SinkOutcome::done:
      return "done";
    case SinkOutcome::retry:
      return "retry";
    case SinkOutcome::too_large:
      return "too large";
    case SinkOutcome::must_abort:
      return "must abort";
    case SinkOutcome::record_refused:
      return "record refused";
    case SinkOutcome::fatal:
      return "fatal";
  }
  return "unknown";
}

TransactionalSink::TransactionalSink(const KafkaProperties& properties,
                                     std::span<const std::string> topics) {
  KafkaConf conf = make_conf(properties);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  producer_ = make_client(RD_KAFKA_PRODUCER, std::move(conf));
  for (const std::string& topic : topics) {
    topics_.emplace_back(rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr));
  }
}

SinkOutcome TransactionalSink::start(std::chrono::milliseconds timeout) {
  return outcome_of(rd_kafka_init_transactions(producer_.get(), static_cast<int>(timeout.count())));
}

SinkOutcome TransactionalSink::begin() {
  // KAFKA: begin after a fatal error can hang (librdkafka #4420), so ask first.
  char text[256];
  if (rd_kafka_fatal_error(producer_.get(), text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    last_error_ = text;
    return SinkOutcome::fatal;
  }
  record_was_refused_ = false;
  return outcome_of(rd_kafka_begin_transaction(producer_.get()));
}

SinkOutcome TransactionalSink::write(const OutputRecord& record) {
  rd_kafka_poll(producer_.get(), 0);  // delivery reports, so that the queue drains
  KafkaHeaders headers = headers_of(record);
  // WHY const_cast: librdkafka copies (MSG_F_COPY), but its interface takes pointers to non-const.
  char* const value = record.is_tombstone ? nullptr : const_cast<char*>(record.value.data());
  const std::size_t value_bytes = record.is_tombstone ? 0 : record.value.size();
  const std::array<rd_kafka_vu_t, 6> fields = {{
      {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = record.topic.c_str()}},
      {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = record.partition}},
      {.vtype = RD_KAFKA_VTYPE_KEY,
       .u = {.mem = {.ptr = const_cast<char*>(record.key.data()), .size = record.key.size()}}},
      {.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {.ptr = value, .size = value_bytes}}},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
      {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = headers.get()}},
  }};
  const KafkaError error(rd_kafka_produceva(producer_.get(), fields.data(), fields.size()));
  if (error != nullptr) return refused_write(*error);
  static_cast<void>(headers.release());  // KAFKA: a message that was taken owns its headers
  return SinkOutcome::done;
}

SinkOutcome TransactionalSink::refused_write(const rd_kafka_error_t& error) {
  last_error_ = rd_kafka_error_string(&error);
  switch (rd_kafka_error_code(&error)) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      rd_kafka_poll(producer_.get(), queue_full_wait_ms);
      return SinkOutcome::retry;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      return SinkOutcome::too_large;  // checked against message.max.bytes here, not by the broker
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__FENCED:
      return SinkOutcome::fatal;
    default:
      return SinkOutcome::must_abort;
  }
}

SinkOutcome TransactionalSink::send_offsets(std::span<const PartitionOffset> next,
                                            const ConsumerGroup& group) {
  const PartitionList offsets = list_of(next);
  return outcome_of(rd_kafka_send_offsets_to_transaction(producer_.get(), offsets.get(),
                                                         group.metadata.get(), without_timeout));
}

SinkOutcome TransactionalSink::commit() {
  // KAFKA: commit flushes too, but when a record was refused, librdkafka 2.0.2 keeps the records
  // after it until their time-out. In steps, so that it is seen at once.
  while (!record_was_refused_ &&
         rd_kafka_flush(producer_.get(), flush_step_ms) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
  }
  if (record_was_refused_) return SinkOutcome::must_abort;
  return outcome_of(rd_kafka_commit_transaction(producer_.get(), without_timeout));
}

SinkOutcome TransactionalSink::abort() {
  const SinkOutcome outcome =
      outcome_of(rd_kafka_abort_transaction(producer_.get(), without_timeout));
  // KAFKA: abort flushes, so every delivery report of the transaction has been seen by now.
  return outcome == SinkOutcome::done && record_was_refused_ ? SinkOutcome::record_refused
                                                             : outcome;
}

// KAFKA: ask abort before retriable, as the example in rdkafka.h does; none of the three flags
// means that the client does not know either.
SinkOutcome TransactionalSink::outcome_of(rd_kafka_error_t* raw_error) {
  const KafkaError error(raw_error);
  if (error == nullptr) return SinkOutcome::done;
  last_error_ =
      std::string(rd_kafka_error_name(error.get())) + ": " + rd_kafka_error_string(error.get());
  if (rd_kafka_error_is_fatal(error.get()) != 0) return SinkOutcome::fatal;
  if (rd_kafka_error_txn_requires_abort(error.get()) != 0) return SinkOutcome::must_abort;
  return rd_kafka_error_is_retriable(error.get()) != 0 ? SinkOutcome::retry : SinkOutcome::fatal;
}

void TransactionalSink::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message,
                                    void* opaque) noexcept {
  if (!is_own_fault(message->err)) return;
  auto& sink = *static_cast<TransactionalSink*>(opaque);
  sink.record_was_refused_ = true;
  sink.last_error_ = rd_kafka_err2str(message->err);
}

}  // namespace auditor
