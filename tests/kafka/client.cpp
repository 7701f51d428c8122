#include "tests/kafka/client.h"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr int call_time_max_ms = 30'000;
constexpr milliseconds end_time_max{60'000};
constexpr milliseconds ask_again_after{100};
constexpr int default_replicas = -1;

template <auto destroy>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, Free<rd_kafka_conf_destroy>>;
using PartitionList =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Free<rd_kafka_topic_partition_list_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Free<rd_kafka_message_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Free<rd_kafka_event_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Free<rd_kafka_NewTopic_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Free<rd_kafka_topic_destroy>>;

void check(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(what + ": " + rd_kafka_err2str(error));
  }
}

void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

const char* to_string(Isolation isolation) {
  return isolation == Isolation::read_committed ? "read_committed" : "read_uncommitted";
}

std::size_t count_partitions(rd_kafka_t* handle, const std::string& topic) {
  const TopicHandle local(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  check(rd_kafka_metadata(handle, 0, local.get(), &metadata, call_time_max_ms), "metadata");
  const int count = metadata->topics[0].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  return static_cast<std::size_t>(count);
}

std::string_view bytes(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view{}
                         : std::string_view(static_cast<const char*>(data), size);
}

Record record_of(const rd_kafka_message_t& message) {
  Record record;
  record.partition = message.partition;
  record.offset = message.offset;
  record.timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
  record.key = bytes(message.key, message.key_len);
  record.value = bytes(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.emplace(name, bytes(value, size));
    }
  }
  return record;
}

// The client finds the broker again by itself.
bool is_outage(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         error == RD_KAFKA_RESP_ERR__RESOLVE;
}

}  // namespace

KafkaHandle make_handle(rd_kafka_type_t type, const std::map<std::string, std::string>& settings) {
  Conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), ignore_log);
  char reason[512];
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), reason, sizeof reason) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error(reason);
    }
  }
  rd_kafka_t* handle = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (handle == nullptr) throw std::runtime_error(reason);
  (void)conf.release();  // rd_kafka_new took it
  return KafkaHandle(handle);
}

bool answers_metadata(const std::string& bootstrap_servers) {
  const KafkaHandle handle =
      make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap_servers}});
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(handle.get(), 0, nullptr, &metadata, 1000);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const bool has_broker = metadata->broker_cnt > 0;
  rd_kafka_metadata_destroy(metadata);
  return has_broker;
}

Reader::Reader(const std::string& bootstrap_servers, const std::string& topic, Isolation isolation)
    : consumer_(make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_servers},
                                                {"group.id", "never-joined"},
                                                {"enable.auto.commit", "false"},
                                                {"enable.partition.eof", "true"},
                                                {"fetch.wait.max.ms", "10"},
                                                {"isolation.level", to_string(isolation)}})),
      partitions_(count_partitions(consumer_.get(), topic)) {
  rd_kafka_poll_set_consumer(consumer_.get());
  const PartitionList list(rd_kafka_topic_partition_list_new(0));
  for (std::size_t i = 0; i < partitions_; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), static_cast<std::int32_t>(i))
        ->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  check(rd_kafka_assign(consumer_.get(), list.get()), "assign");
}

Reader::~Reader() { rd_kafka_consumer_close(consumer_.get()); }

std::optional<Record> Reader::take(milliseconds timeout) {
  const Message message(rd_kafka_consumer_poll(consumer_.get(), static_cast<int>(timeout.count())));
  if (!message) return std::nullopt;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    stopped_at_[message->partition] = message->offset;
    return std::nullopt;
  }
  if (is_outage(message->err)) return std::nullopt;
  check(message->err, "read");
  return record_of(*message);
}

std::optional<Record> Reader::next(milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  do {
    if (auto record = take(milliseconds(5))) return record;
  } while (std::chrono::steady_clock::now() < end);
  return std::nullopt;
}

std::vector<Record> Reader::read_to(const Offsets& ends) {
  std::vector<Record> records;
  const auto give_up = std::chrono::steady_clock::now() + end_time_max;
  const auto is_there = [this](const auto& end) {
    const auto stopped = stopped_at_.find(end.first);
    return stopped != stopped_at_.end() && stopped->second >= end.second;
  };
  while (!std::ranges::all_of(ends, is_there)) {
    if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("no end of the topic");
    if (auto record = take(milliseconds(50))) records.push_back(std::move(*record));
  }
  return records;
}

Client::Client(std::string bootstrap_servers)
    : bootstrap_servers_(std::move(bootstrap_servers)),
      producer_(make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap_servers_},
                                                {"enable.idempotence", "true"},
                                                {"linger.ms", "1"}})) {}

void Client::create_topic(const std::string& name, int partitions) {
  char reason[512];
  const NewTopic topic(
      rd_kafka_NewTopic_new(name.c_str(), partitions, default_replicas, reason, sizeof reason));
  const Queue queue(rd_kafka_queue_new(producer_.get()));
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  rd_kafka_CreateTopics(producer_.get(), topics, 1, nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), call_time_max_ms));
  if (!event) throw std::runtime_error("create topic: no answer");
  check(rd_kafka_event_error(event.get()), "create topic");
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    check(rd_kafka_topic_result_error(results[i]), "create topic " + name);
  }
}

void Client::produce(const std::string& topic, std::int32_t partition,
                     std::optional<std::string_view> value) {
  for (;;) {
    // The macros of librdkafka hold casts of the old style; a null pointer is a tombstone.
    rd_kafka_vu_t arguments[3];
    arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    arguments[0].u.cstr = topic.c_str();
    arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    arguments[1].u.i32 = partition;
    arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
    arguments[2].u.mem.ptr = value ? const_cast<char*>(value->data()) : nullptr;
    arguments[2].u.mem.size = value ? value->size() : 0;
    rd_kafka_vu_t all[4] = {arguments[0], arguments[1], arguments[2], {}};
    all[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    all[3].u.i = RD_KAFKA_MSG_F_COPY;
    rd_kafka_error_t* error = rd_kafka_produceva(producer_.get(), all, 4);
    if (error == nullptr) break;
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) check(code, "produce");
    rd_kafka_poll(producer_.get(), 100);
  }
  rd_kafka_poll(producer_.get(), 0);
}

void Client::flush() { check(rd_kafka_flush(producer_.get(), call_time_max_ms), "flush"); }

std::vector<Record> Client::read(const std::string& topic, Isolation isolation) {
  Reader reader(bootstrap_servers_, topic, isolation);
  return reader.read_to(end_offsets(topic, static_cast<int>(reader.partitions()), isolation));
}

Offsets Client::end_offsets(const std::string& topic, int partitions, Isolation isolation) {
  KafkaHandle& handle = lookers_[isolation];
  const auto give_up = std::chrono::steady_clock::now() + end_time_max;
  Offsets offsets;
  for (std::int32_t partition = 0; partition < partitions;) {
    if (!handle) {
      handle = make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_servers_},
                                               {"isolation.level", to_string(isolation)}});
    }
    std::int64_t low = 0;
    std::int64_t high = 0;
    const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        handle.get(), topic.c_str(), partition, &low, &high, call_time_max_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      offsets[partition++] = high;
      continue;
    }
    // KAFKA: a client that fetches nothing goes on asking whoever was the leader; a new one asks
    // the cluster first.
    handle.reset();
    if (std::chrono::steady_clock::now() > give_up) check(error, "end offsets");
    std::this_thread::sleep_for(ask_again_after);
  }
  return offsets;
}

Offsets Client::committed_offsets(const std::string& group, const std::string& topic,
                                  int partitions) {
  KafkaHandle& handle = groups_[group];
  if (!handle) {
    handle = make_handle(RD_KAFKA_CONSUMER,
                         {{"bootstrap.servers", bootstrap_servers_}, {"group.id", group}});
  }
  const PartitionList list(rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  }
  check(rd_kafka_committed(handle.get(), list.get(), call_time_max_ms), "committed offsets");
  Offsets offsets;
  for (int i = 0; i < list->cnt; ++i) {
    check(list->elems[i].err, "committed offsets");
    if (list->elems[i].offset >= 0) offsets[list->elems[i].partition] = list->elems[i].offset;
  }
  return offsets;
}

}  // namespace auditor
