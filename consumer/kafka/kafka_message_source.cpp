// Tested by kafka_message_source_test.cpp (librdkafka's mock cluster) and tests/kafka/ (a real
// broker).
#include "consumer/kafka/kafka_message_source.h"

#include <spdlog/spdlog.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "consumer/kafka/read_right.h"

namespace auditor {
namespace {

// Messages of one poll: so many calls, at most, between two looks of the worker at its stop flag.
constexpr int messages_per_poll_max = 1'000;

std::vector<PartitionOffset> partition_offsets(const rd_kafka_topic_partition_list_t& list) {
  std::vector<PartitionOffset> offsets;
  for (int i = 0; i < list.cnt; ++i) {
    const auto& element = list.elems[i];
    offsets.push_back({element.topic, element.partition, element.offset});
  }
  return offsets;
}

}  // namespace

KafkaMessageSource::KafkaMessageSource(const KafkaProperties& properties, std::string topic)
    : topic_(std::move(topic)), properties_(properties) {
  KafkaConf conf = make_conf(properties);
  conf.set_owner(this);
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  consumer_ = make_client(RD_KAFKA_CONSUMER, std::move(conf));
  rd_kafka_poll_set_consumer(consumer_.get());
  queue_.reset(rd_kafka_queue_get_consumer(consumer_.get()));
}

KafkaMessageSource::~KafkaMessageSource() {
  queue_.reset();
  if (listener_ == nullptr) return;
  // WHY: only after a failure is a listener left. Leaving the group politely could take for ever.
  consumer_.abandon();
}

void KafkaMessageSource::subscribe(SourceListener& listener) {
  listener_ = &listener;
  const PartitionList topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer_.get(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("cannot subscribe to `" + topic_ + "`: " + rd_kafka_err2str(error));
  }
}

PollOutcome KafkaMessageSource::poll(std::chrono::milliseconds timeout) {
  if (is_refused()) return PollOutcome::fatal;
  fetch_waker_.note(consumer_, rd_kafka_queue_length(queue_.get()));
  int wait_ms = static_cast<int>(timeout.count());
  for (int i = 0; i < messages_per_poll_max; ++i, wait_ms = 0) {
    const KafkaMessage message(rd_kafka_consumer_poll(consumer_.get(), wait_ms));
    if (message == nullptr) return PollOutcome::caught_up;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (!note_error(*message)) return PollOutcome::fatal;
      continue;
    }
    const bool goes_on = listener_->on_message({
        .payload = payload_of(*message),
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message.get(), nullptr),
    });
    if (!goes_on) break;
  }
  return PollOutcome::messages;
}

// KAFKA: that a partition may not be read is said once, and nothing says when it may be: so before
// the end the broker is asked.
bool KafkaMessageSource::is_refused() {
  std::string refusal = consumer_.refusal();
  if (refusal.empty()) return false;
  if (read_right(properties_, topic_) == ReadRight::granted) {
    consumer_.context().note_granted("topic `" + topic_ + "`");
    refusal = consumer_.refusal();
    if (refusal.empty()) return false;
  }
  spdlog::critical("{}", refusal);
  return true;
}

bool KafkaMessageSource::note_error(const rd_kafka_message_t& event) {
  if (event.err == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> text{};
    rd_kafka_fatal_error(consumer_.get(), text.data(), text.size());
    spdlog::critical("consumer: {}", text.data());
    return false;
  }
  if (event.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {  // only if the settings ask for it
    spdlog::critical("consumer: {}", rd_kafka_message_errstr(&event));
    return false;
  }
  if (consumer_.context().note_answer(event.err, topic_, operation::read)) return true;
  if (event.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    spdlog::error("topic `{}` does not exist on the broker", topic_);
  } else if (event.err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    spdlog::warn("consumer: {}", rd_kafka_message_errstr(&event));
  }
  return true;
}

bool KafkaMessageSource::rewind(std::span<const PartitionOffset> first) {
  if (first.empty()) return true;
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(first.size())));
  for (const auto& [topic, partition, offset] : first) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  // KAFKA: other time-outs than -1 are a thousand times too short before 2.1.0 (librdkafka #4230).
  const KafkaError error(rd_kafka_seek_partitions(consumer_.get(), list.get(), -1));
  if (error != nullptr) {
    spdlog::critical("cannot seek: {}", rd_kafka_error_string(error.get()));
    return false;
  }
  // KAFKA: success overall although single partitions failed; the error is in each element.
  for (int i = 0; i < list->cnt; ++i) {
    const auto& element = list->elems[i];
    const bool is_no_longer_ours = element.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                                   element.err == RD_KAFKA_RESP_ERR__STATE;
    if (element.err == RD_KAFKA_RESP_ERR_NO_ERROR || is_no_longer_ours) continue;
    spdlog::critical("cannot seek partition {} to {}: {}", element.partition, element.offset,
                     rd_kafka_err2str(element.err));
    return false;
  }
  return true;
}

void KafkaMessageSource::close() {
  if (listener_ == nullptr) return;
  rd_kafka_consumer_close(consumer_.get());
  listener_ = nullptr;
}

void KafkaMessageSource::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                                      rd_kafka_topic_partition_list_t* partitions,
                                      void* opaque) noexcept {
  auto& source = owner_of<KafkaMessageSource>(opaque);
  if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    ClientContext& context = source.consumer_.context();
    context.note_contact();
    context.note_granted("group `" + property(source.properties_, "group.id") + "`");
    // KAFKA: taken here and not at the commit: the client's own thread forgets the member id as
    // soon as a heartbeat says that the member is unknown, long before it says so to poll(), and
    // the broker does not fence offsets that come without a member.
    source.group_.metadata.reset(rd_kafka_consumer_group_metadata(source.consumer_.get()));
    source.assign(partitions);
    source.listener_->on_assigned(partition_offsets(*partitions));
    rd_kafka_yield(client);  // the poll ends without a message
    return;
  }
  // WHY lost is not told apart: the flag can be missing (librdkafka #5604), and the broker fences a
  // late commit by the group's generation.
  source.listener_->on_revoked();
  source.assign(nullptr);
}

// What is not assigned is not read: nothing is lost, and the log says why.
void KafkaMessageSource::assign(const rd_kafka_topic_partition_list_t* partitions) {
  const rd_kafka_resp_err_t error = rd_kafka_assign(consumer_.get(), partitions);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  spdlog::error("cannot change the assignment: {}", rd_kafka_err2str(error));
}

}  // namespace auditor
