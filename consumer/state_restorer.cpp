// Tested by tests/kafka/ (a real broker).
#include "consumer/state_restorer.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <utility>

#include "consumer/complaint.h"

namespace auditor {
namespace {

constexpr int answer_wait_ms = 1'000;  // so long, at most, until a stop is seen
constexpr int poll_wait_ms = 100;
constexpr std::uint64_t records_per_look = 4'096;

PartitionList list_of(const std::string& topic, std::span<const std::int32_t> partitions,
                      std::int64_t offset) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const std::int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t& list) {
  for (int i = 0; i < list.cnt; ++i) {
    if (list.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return list.elems[i].err;
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::string_view bytes(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

// Where each partition ends. KAFKA: a reader of what is committed comes to a stop before the first
// open transaction, but what others have committed behind it belongs to the memory too: the end is
// the high watermark, as the first answer of the broker had it.
class Ends {
 public:
  explicit Ends(std::size_t partitions) : open_(partitions) {}

  // The reading has come to a stop at the message's offset. False: more is to come.
  void stopped_at(rd_kafka_t* client, const rd_kafka_message_t& message) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    rd_kafka_get_watermark_offsets(client, rd_kafka_topic_name(message.rkt), message.partition,
                                   &low, &high);
    const auto [end, is_new] = ends_.try_emplace(message.partition, high);
    if (end->second == reached || message.offset < end->second) return;
    end->second = reached;
    --open_;
  }

  bool all_reached() const { return open_ == 0; }

 private:
  static constexpr std::int64_t reached = -1;
  std::map<std::int32_t, std::int64_t> ends_;
  std::size_t open_;
};

}  // namespace

StateRestorer::StateRestorer(KafkaProperties consuming, Topics topics, Progress& progress,
                             const std::atomic<bool>& stop_requested)
    : properties_(std::move(consuming)),
      topics_(std::move(topics)),
      progress_(progress),
      stop_requested_(stop_requested) {
  properties_["client.id"] += "-state";
  properties_["enable.partition.eof"] = "true";
  // WHY: the answer to a question for what is not there yet, which is how the end is learned, waits
  // so long: half a second by default.
  properties_["fetch.wait.max.ms"] = "10";
  properties_.erase("group.instance.id");  // it asks for the group's offsets, and is no member
}

bool StateRestorer::read(std::span<const std::int32_t> partitions, const OnRecord& on_record) {
  if (partitions.empty()) return true;
  const auto begin = std::chrono::steady_clock::now();
  try {
    const KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties_));
    rd_kafka_poll_set_consumer(client.get());
    std::uint64_t records = 0;
    if (!settle_offsets(client.get(), partitions)) return false;
    introduce_topic(client.get());
    if (!read_to_end(client.get(), partitions, on_record, records)) return false;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    spdlog::info("{} records of {} partitions of `{}` read back in {} ms", records,
                 partitions.size(), topics_.state, took.count());
    return true;
  } catch (const std::runtime_error& error) {
    spdlog::critical("{}", error.what());
    return false;
  }
}

// KAFKA: with isolation.level=read_committed the broker answers only when no transaction is pending
// on these offsets (KIP-447). A predecessor that has sent its offsets may still commit; one that
// has not is fenced by the group's generation.
bool StateRestorer::settle_offsets(rd_kafka_t* client, std::span<const std::int32_t> partitions) {
  Complaint complaint;
  while (!stop_requested_) {
    const PartitionList list = list_of(topics_.input, partitions, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_resp_err_t error = rd_kafka_committed(client, list.get(), answer_wait_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = first_error(*list);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
    complaint.maybe_log(std::string("the committed offsets are not settled yet: ") +
                        rd_kafka_err2str(error));
  }
  return false;
}

// KAFKA: a topic that is assigned before the client has heard of it is looked up by a timer, up to
// a second later. Whatever the answer is, the reading meets it again.
void StateRestorer::introduce_topic(rd_kafka_t* client) {
  const KafkaTopic topic(rd_kafka_topic_new(client, topics_.state.c_str(), nullptr));
  if (topic == nullptr) return;
  const rd_kafka_metadata_t* answer = nullptr;
  rd_kafka_metadata(client, 0, topic.get(), &answer, answer_wait_ms);
  const KafkaMetadata unused(answer);
}

bool StateRestorer::read_to_end(rd_kafka_t* client, std::span<const std::int32_t> partitions,
                                const OnRecord& on_record, std::uint64_t& records) {
  const PartitionList list = list_of(topics_.state, partitions, RD_KAFKA_OFFSET_BEGINNING);
  const rd_kafka_resp_err_t error = rd_kafka_assign(client, list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  Ends ends(partitions.size());
  Complaint complaint;
  while (!ends.all_reached() && !stop_requested_) {
    const KafkaMessage message(rd_kafka_consumer_poll(client, poll_wait_ms));
    if (message == nullptr) {
      complaint.maybe_log("`" + topics_.state + "` is not read to its end yet");
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ends.stopped_at(client, *message);
    } else if (message->err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
               message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
               message->err == RD_KAFKA_RESP_ERR__FATAL) {
      throw std::runtime_error("`" + topics_.state + "` partition " +
                               std::to_string(message->partition) +
                               " cannot be read: " + rd_kafka_message_errstr(message.get()));
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      spdlog::warn("state: {}", rd_kafka_message_errstr(message.get()));
    } else {
      if (!on_record(message->partition, bytes(message->key, message->key_len),
                     bytes(message->payload, message->len))) {
        spdlog::critical("`{}` partition {} offset {} cannot be used", topics_.state,
                         message->partition, message->offset);
        return false;
      }
      if (++records % records_per_look == 0) progress_.report();
    }
  }
  progress_.report();
  return ends.all_reached();
}

}  // namespace auditor
