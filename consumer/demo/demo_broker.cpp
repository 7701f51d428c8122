// Tested by tests/consumer/CMakeLists.txt: `demo` itself, to its end.
#include "consumer/demo/demo_broker.h"

#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace auditor {
namespace {

constexpr int poll_ms = 100;
constexpr int produce_max_ms = 5'000;
constexpr std::chrono::seconds read_max{5};

ReadRecord record_of(const rd_kafka_message_t& message) {
  const auto text = [](const void* data, std::size_t bytes) {
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), bytes);
  };
  ReadRecord record{.key = text(message.key, message.key_len),
                    .value = text(message.payload, message.len),
                    .headers = {}};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t bytes = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &bytes) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers[name] = std::string(static_cast<const char*>(value), bytes);
  }
  return record;
}

}  // namespace

DemoBroker::DemoBroker()
    : producer_(make_client(RD_KAFKA_PRODUCER, make_conf({{"test.mock.num.brokers", "1"}}))),
      cluster_(rd_kafka_handle_mock_cluster(producer_.get())) {
  if (cluster_ == nullptr) throw std::runtime_error("this librdkafka has no mock cluster");
}

DemoBroker::~DemoBroker() = default;  // the producer owns the cluster

std::string DemoBroker::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

void DemoBroker::create_topic(const std::string& topic) {
  rd_kafka_mock_topic_create(cluster_, topic.c_str(), 1, 1);
}

void DemoBroker::produce(const std::string& topic, std::string_view value) {
  const KafkaTopic handle(rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr));
  // WHY const_cast: librdkafka copies, but takes a pointer to non-const.
  const int failed =
      rd_kafka_produce(handle.get(), 0, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                       value.size(), nullptr, 0, nullptr);
  if (failed != 0 ||
      rd_kafka_flush(producer_.get(), produce_max_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("cannot produce to `" + topic + "`");
  }
}

std::vector<ReadRecord> DemoBroker::read_all(const std::string& topic) const {
  const KafkaClient consumer =
      make_client(RD_KAFKA_CONSUMER, make_conf({{"bootstrap.servers", bootstrap_servers()},
                                                {"group.id", "demo-reader"},
                                                {"isolation.level", "read_committed"},
                                                {"enable.auto.commit", "false"},
                                                {"enable.partition.eof", "true"}}));
  const PartitionList from_the_start(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(from_the_start.get(), topic.c_str(), 0)->offset =
      RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(consumer.get(), from_the_start.get());
  std::vector<ReadRecord> records;
  const auto deadline = std::chrono::steady_clock::now() + read_max;
  while (std::chrono::steady_clock::now() < deadline) {
    const KafkaMessage message(rd_kafka_consumer_poll(consumer.get(), poll_ms));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return records;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) records.push_back(record_of(*message));
  }
  throw std::runtime_error("cannot read `" + topic + "` to its end");
}

}  // namespace auditor
