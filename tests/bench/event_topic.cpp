#include "tests/bench/event_topic.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sinks/kafka/kafka_handles.h"
#include "tests/bench/recorded_events.h"

namespace auditor {
namespace {

constexpr int call_time_max_ms = 60'000;

class Filler {
 public:
  Filler(const std::string& bootstrap_servers, const std::string& topic,
         const std::string& compression)
      : producer_(
            make_client(RD_KAFKA_PRODUCER, make_conf({{"bootstrap.servers", bootstrap_servers},
                                                      {"compression.type", compression},
                                                      {"enable.idempotence", "true"},
                                                      {"linger.ms", "100"},
                                                      {"batch.size", "262144"}}))),
        topic_(rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr)) {}

  void write(int partition, const RecordedEvent& event) {
    while (rd_kafka_produce(topic_.get(), partition, RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(event.text.data()), event.text.size(), nullptr, 0,
                            nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
      }
      rd_kafka_poll(producer_.get(), 100);
    }
  }

  void finish() {
    if (rd_kafka_flush(producer_.get(), call_time_max_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error("the topic could not be filled");
    }
  }

 private:
  KafkaClient producer_;
  KafkaTopic topic_;
};

}  // namespace

void fill_event_topic(Client& client, const std::string& topic, int partitions, std::uint64_t count,
                      const std::string& compression) {
  client.create_topic(topic, partitions);
  Filler filler(client.bootstrap_servers(), topic, compression);
  const auto last_ones = std::min(static_cast<std::uint64_t>(partitions), count);
  for (std::uint64_t i = 0; i + last_ones < count; ++i) {
    const RecordedEvent event = recorded_event(i);
    filler.write(event.account % partitions, event);
  }
  for (int partition = 0; std::cmp_less(partition, last_ones); ++partition) {
    std::uint64_t index = count;
    while (recorded_change(index).account % partitions != partition) ++index;
    filler.write(partition, recorded_change(index));
  }
  filler.finish();
}

}  // namespace auditor
