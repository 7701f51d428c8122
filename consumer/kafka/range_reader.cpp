#include "consumer/kafka/range_reader.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "consumer/kafka/broker_waits.h"
#include "consumer/kafka/wait_log.h"

namespace auditor {
namespace {

KafkaClient client_of(KafkaProperties properties) {
  properties["client.id"] += "-replay";
  properties["auto.offset.reset"] = "error";    // what is deleted meanwhile must not be jumped over
  properties["enable.partition.eof"] = "true";  // a range may end in records that nobody is shown
  properties.erase("group.instance.id");        // it is no member of the group
  KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties));
  rd_kafka_poll_set_consumer(client.get());
  return client;
}

bool is_final(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR__FATAL:
      return true;
    default:
      return false;
  }
}

}  // namespace

RangeReader::RangeReader(KafkaProperties consuming, std::string topic, BrokerPatience patience)
    : topic_(std::move(topic)),
      properties_(std::move(consuming)),
      patience_(patience),
      client_(client_of(properties_)) {}

bool RangeReader::answered(const std::string& question, std::string_view asked, const Ask& ask) {
  const auto why_not = [&]() -> std::optional<std::string> {
    const rd_kafka_resp_err_t error = ask();
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      client_.context().note_all_granted();
      return std::nullopt;
    }
    const std::string what = "`" + topic_ + "`: " + question + ": ";
    if (is_final(error)) throw std::runtime_error(what + rd_kafka_err2str(error));
    const bool is_refused = client_.context().note_answer(error, topic_, asked);
    client_.throw_if_refused();
    if (is_refused) return "";
    if (is_answer(error)) client_ = client_of(properties_);
    return what + "no answer from the broker (" + rd_kafka_err2str(error) + "); trying again";
  };
  WaitLog wait_log;
  return ask_until_answered(why_not, wait_log, patience_);
}

std::optional<std::int32_t> RangeReader::partition_count() {
  std::int32_t count = 0;
  const bool is_known = answered("how many partitions", operation::describe, [&] {
    const KafkaTopic handle(rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr));
    const rd_kafka_metadata_t* raw = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, answer_wait_ms);
    const KafkaMetadata metadata(raw);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
    if (metadata->topic_cnt != 1) return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    count = metadata->topics[0].partition_cnt;
    return metadata->topics[0].err;
  });
  return is_known ? std::optional(count) : std::nullopt;
}

std::optional<std::vector<RetainedOffsets>> RangeReader::retained() {
  const auto count = partition_count();
  if (!count) return std::nullopt;
  std::vector<RetainedOffsets> retained;
  for (std::int32_t partition = 0; partition < *count; ++partition) {
    RetainedOffsets offsets{partition, 0, 0};
    // KAFKA: with isolation.level=read_committed the broker gives the last stable offset.
    const std::string question = "where partition " + std::to_string(partition) + " ends";
    const bool is_known = answered(question, operation::describe, [&] {
      return rd_kafka_query_watermark_offsets(client_.get(), topic_.c_str(), partition,
                                              &offsets.low, &offsets.high, answer_wait_ms);
    });
    if (!is_known) return std::nullopt;
    retained.push_back(offsets);
  }
  return retained;
}

PartitionList RangeReader::list_of(std::span<const RetainedOffsets> partitions,
                                   std::int64_t offset) const {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const RetainedOffsets& partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition.partition)->offset =
        offset;
  }
  return list;
}

std::optional<OffsetByPartition> RangeReader::offsets_at(
    MessageTime time, std::span<const RetainedOffsets> partitions) {
  PartitionList list;
  const bool is_known = answered("which offsets are of that time", operation::describe, [&] {
    list = list_of(partitions, time.ms);
    const rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(client_.get(), list.get(), answer_wait_ms);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? first_error(*list) : error;
  });
  if (!is_known) return std::nullopt;
  OffsetByPartition offsets;
  for (int i = 0; i < list->cnt; ++i) {
    const std::int64_t found = list->elems[i].offset;
    const auto index = static_cast<std::size_t>(i);
    // KAFKA: -1 where no message is as late.
    offsets[partitions[index].partition] = found < 0 ? partitions[index].high : found;
  }
  return offsets;
}

std::optional<OffsetByPartition> RangeReader::committed(
    std::span<const RetainedOffsets> partitions) {
  PartitionList list;
  const bool is_known = answered("what the service has committed", operation::describe, [&] {
    list = list_of(partitions, RD_KAFKA_OFFSET_INVALID);
    const rd_kafka_resp_err_t error = rd_kafka_committed(client_.get(), list.get(), answer_wait_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return first_error(*list);
    // KAFKA: that the group is refused is told to whoever polls, and to the one who asks nothing.
    const KafkaMessage told(rd_kafka_consumer_poll(client_.get(), 0));
    return told != nullptr && is_refusal(told->err) ? told->err : error;
  });
  if (!is_known) return std::nullopt;
  OffsetByPartition offsets;
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].offset >= 0) offsets[list->elems[i].partition] = list->elems[i].offset;
  }
  return offsets;
}

bool RangeReader::read(std::int32_t partition, std::int64_t begin, std::int64_t end,
                       const OnMessage& on_message) {
  if (begin >= end) return !patience_.is_stopped();
  const RetainedOffsets only{partition, begin, end};
  const PartitionList list = list_of(std::span(&only, 1), begin);
  const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  std::optional<WaitLog> waiting;
  bool is_done = false;
  patience_.begin();
  while (!is_done && !patience_.is_stopped()) {
    const KafkaMessage message(rd_kafka_consumer_poll(client_.get(), poll_wait_ms));
    if (message == nullptr) {
      if (!waiting) waiting.emplace();
      client_.throw_if_refused();
      const std::string why_not = "`" + topic_ + "` partition " + std::to_string(partition) +
                                  ": no message from the broker";
      patience_.go_on(why_not);
      waiting->maybe_log(why_not + "; waiting");
      continue;
    }
    waiting.reset();
    const bool is_message = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                            message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (is_message) patience_.begin();
    if (is_message) client_.context().note_all_granted();
    const bool is_of_other_range = message->partition != partition && message->rkt != nullptr;
    if (is_of_other_range) continue;  // of the assignment before
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      is_done = message->offset >= end;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      note_error(*message);
    } else if (message->offset >= end) {
      is_done = true;
    } else {
      on_message({payload_of(*message), topic_, partition, message->offset,
                  rd_kafka_message_timestamp(message.get(), nullptr)});
      is_done = message->offset + 1 == end;
    }
  }
  rd_kafka_assign(client_.get(), nullptr);
  return is_done;
}

void RangeReader::note_error(const rd_kafka_message_t& event) {
  // KAFKA: a consumer looks for its group also where it only reads by assignment, and messages come
  // all the same when it may not.
  if (event.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) return;
  if (is_final(event.err)) {
    throw std::runtime_error("`" + topic_ + "` cannot be read: " + rd_kafka_message_errstr(&event));
  }
  if (client_.context().note_answer(event.err, topic_, operation::read)) return;
  spdlog::warn("consumer: {}", rd_kafka_message_errstr(&event));
}

}  // namespace auditor
