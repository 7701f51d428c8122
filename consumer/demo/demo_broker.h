// librdkafka's mock cluster as the broker of `demo`: topics in the memory of this process. It knows
// no fencing and no atomicity, so it shows what the service does and proves nothing of
// exactly-once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/kafka/kafka_handles.h"

typedef struct rd_kafka_mock_cluster_s rd_kafka_mock_cluster_t;

namespace auditor {

struct ReadRecord {
  std::string key;
  std::string value;
  KafkaProperties headers;
};

class DemoBroker {
 public:
  DemoBroker();
  ~DemoBroker();
  DemoBroker(const DemoBroker&) = delete;
  DemoBroker& operator=(const DemoBroker&) = delete;

  std::string bootstrap_servers() const;

  // One partition.
  void create_topic(const std::string& topic);

  // Throws std::runtime_error when the message does not arrive.
  void produce(const std::string& topic, std::string_view value);

  // All of the topic's records, as any consumer with read_committed gets them.
  std::vector<ReadRecord> read_all(const std::string& topic) const;

 private:
  KafkaClient producer_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace auditor
