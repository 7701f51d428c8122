// Tested by transactional_sink_test.cpp (librdkafka's mock cluster) and tests/kafka/ (a real
// broker: the mock knows no atomicity and no fencing).
#include "sinks/kafka/transactional_sink.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <utility>

#include "evaluator/text/wording.h"

namespace auditor {
namespace {

static_assert(RD_KAFKA_PARTITION_UA == -1, "OutputRecord::partition: by the key");

constexpr int queue_full_wait_ms = 100;
constexpr int flush_step_ms = 100;
constexpr std::chrono::milliseconds start_again_after{500};
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
                                     std::span<const std::string> topics)
    : properties_(properties), topic_names_(topics.begin(), topics.end()) {
  make_producer();
}

void TransactionalSink::make_producer() {
  KafkaConf conf = make_conf(properties_);
  conf.set_owner(this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  topics_.clear();
  KafkaClient producer = make_client(RD_KAFKA_PRODUCER, std::move(conf));
  if (producer_ != nullptr) producer.context().inherit(producer_.context());
  producer_ = std::move(producer);
  is_worn_out_ = false;
  for (const std::string& topic : topic_names_) {
    topics_.emplace_back(rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr));
  }
}

// KAFKA: a refusal can be fatal to a producer. A new one with the same transactional.id ends what
// the old one has left open, as after a restart.
SinkOutcome TransactionalSink::start(std::chrono::milliseconds timeout) {
  if (is_worn_out_) make_producer();
  const SinkOutcome outcome =
      outcome_of(rd_kafka_init_transactions(producer_.get(), static_cast<int>(timeout.count())));
  if (outcome == SinkOutcome::done) {  // of the topics nothing is known yet
    producer_.context().note_contact();
    producer_.context().note_granted("transactional id " +
                                     in_backticks(property(properties_, "transactional.id")));
  }
  if (outcome != SinkOutcome::fatal || producer_.context().refusals().empty()) return outcome;
  if (!producer_.refusal().empty()) return outcome;
  std::this_thread::sleep_for(std::min(timeout, start_again_after));
  return SinkOutcome::retry;
}

SinkOutcome TransactionalSink::begin() {
  // KAFKA: begin after a fatal error can hang (librdkafka #4420), so ask first.
  char text[256];
  if (rd_kafka_fatal_error(producer_.get(), text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    say_error(text);
    is_worn_out_ = true;
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
  say_error(rd_kafka_error_string(&error));
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
                                                         group.metadata.get(), without_timeout),
                    next.empty() ? std::string() : next.front().topic, operation::read);
}

SinkOutcome TransactionalSink::commit() {
  // KAFKA: commit flushes too, but when a record was refused, librdkafka 2.0.2 keeps the records
  // after it until their time-out. In steps, so that it is seen at once.
  while (!record_was_refused_ &&
         rd_kafka_flush(producer_.get(), flush_step_ms) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    if (last_error_ = producer_.refusal(); !last_error_.empty()) return SinkOutcome::fatal;
  }
  if (record_was_refused_) return SinkOutcome::must_abort;
  const SinkOutcome outcome =
      outcome_of(rd_kafka_commit_transaction(producer_.get(), without_timeout));
  if (outcome == SinkOutcome::done) producer_.context().note_all_granted();
  return outcome;
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
SinkOutcome TransactionalSink::outcome_of(rd_kafka_error_t* raw_error, const std::string& topic,
                                          std::string_view asked) {
  const KafkaError error(raw_error);
  if (error == nullptr) return SinkOutcome::done;
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
  // A topic that has no name here has got one from on_delivery().
  if (code != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || !topic.empty()) {
    producer_.context().note_answer(code, topic, asked);
  }
  say_error(std::string(rd_kafka_error_name(error.get())) + ": " +
            rd_kafka_error_string(error.get()));
  if (rd_kafka_error_is_fatal(error.get()) != 0) is_worn_out_ = true;
  if (rd_kafka_error_is_fatal(error.get()) != 0) return SinkOutcome::fatal;
  if (rd_kafka_error_txn_requires_abort(error.get()) != 0) return SinkOutcome::must_abort;
  if (rd_kafka_error_is_retriable(error.get()) != 0) return SinkOutcome::retry;
  is_worn_out_ = true;
  return SinkOutcome::fatal;
}

void TransactionalSink::say_error(std::string text) {
  last_error_ = producer_.context().refusals();
  if (last_error_.empty()) last_error_ = std::move(text);
}

OutputSink::Refused TransactionalSink::refused() {
  std::string is_final = producer_.refusal();
  return {producer_.context().refusals(), std::move(is_final)};
}

void TransactionalSink::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message,
                                    void* opaque) noexcept {
  auto& sink = owner_of<TransactionalSink>(opaque);
  sink.producer_.context().note_answer(message->err, rd_kafka_topic_name(message->rkt),
                                       operation::write);
  if (!is_own_fault(message->err)) return;
  sink.record_was_refused_ = true;
  sink.last_error_ = rd_kafka_err2str(message->err);
}

}  // namespace auditor
