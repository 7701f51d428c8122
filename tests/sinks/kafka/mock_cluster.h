// librdkafka's mock cluster, for what happens in the client. It knows no atomicity and no fencing:
// those are proven on a real broker.
#pragma once

#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sinks/kafka/kafka_handles.h"

namespace auditor {

// Numbers of Kafka's protocol.
enum class Api : std::int16_t {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  heartbeat = 12,
  init_producer_id = 22,
  add_partitions_to_txn = 24,
  add_offsets_to_txn = 25,
  end_txn = 26,
  txn_offset_commit = 28,
};

class MockCluster {
 public:
  MockCluster()
      : owner_(make_client(RD_KAFKA_PRODUCER, make_conf({{"client.id", "mock"}}))),
        cluster_(rd_kafka_mock_cluster_new(owner_.get(), 1)) {}
  ~MockCluster() { rd_kafka_mock_cluster_destroy(cluster_); }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string bootstrap_servers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

  void create_topic(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }

  // The next requests of this kind are answered so, one after another.
  void answer(Api api, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<std::int16_t>(api), errors.size(),
                                            errors.data());
  }

 private:
  KafkaClient owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace auditor
