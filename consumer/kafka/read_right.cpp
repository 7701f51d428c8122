// Tested by tests/kafka/refusal_test.cpp: the mock cluster refuses no fetch.
#include "consumer/kafka/read_right.h"

#include <chrono>

namespace auditor {
namespace {

constexpr std::chrono::seconds read_right_wait{2};
constexpr std::int32_t first_partition = 0;

}  // namespace

ReadRight read_right(KafkaProperties consuming, const std::string& topic) {
  consuming["client.id"] += "-rights";
  consuming["enable.partition.eof"] = "true";  // the answer where nothing is to be read
  consuming["fetch.wait.max.ms"] = "10";
  for (const char* key : {"group.id", "group.instance.id"}) consuming.erase(key);  // no member
  const KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(consuming));
  const KafkaTopic handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  if (handle == nullptr ||
      rd_kafka_consume_start(handle.get(), first_partition, RD_KAFKA_OFFSET_END) != 0) {
    return ReadRight::unknown;
  }
  ReadRight right = ReadRight::unknown;
  const auto end = std::chrono::steady_clock::now() + read_right_wait;
  while (right == ReadRight::unknown && std::chrono::steady_clock::now() < end) {
    const KafkaMessage message(rd_kafka_consume(handle.get(), first_partition, 100));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      right = ReadRight::refused;
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
               message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      right = ReadRight::granted;
    }
  }
  rd_kafka_consume_stop(handle.get(), first_partition);
  return right;
}

}  // namespace auditor
