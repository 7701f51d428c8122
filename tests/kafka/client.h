// What a test does with the broker beside the auditor: topics, input, and reading the output as a
// consumer would. Plain librdkafka, so that no code under test judges itself.
//
// A call that fails throws std::runtime_error with librdkafka's text: the test fails there.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace auditor {

struct Destroy {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
};
using KafkaHandle = std::unique_ptr<rd_kafka_t, Destroy>;

// A client that logs nothing. Throws std::runtime_error for settings that librdkafka refuses.
KafkaHandle make_handle(rd_kafka_type_t type, const std::map<std::string, std::string>& settings);

// True when a broker at `bootstrap_servers` answers a metadata request within a second.
bool answers_metadata(const std::string& bootstrap_servers);

struct Record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;
  std::string key;
  std::string value;
  std::map<std::string, std::string> headers;
};

// Partition -> offset.
using Offsets = std::map<std::int32_t, std::int64_t>;

enum class Isolation { read_committed, read_uncommitted };

// Reads a topic from its beginning, outside of any group. A broker that goes away is waited for.
class Reader {
 public:
  Reader(const std::string& bootstrap_servers, const std::string& topic, Isolation isolation);
  ~Reader();

  // The next record, or nullopt when none came in `timeout`.
  std::optional<Record> next(std::chrono::milliseconds timeout);
  // Everything from here to the given end of every partition. KAFKA: where a fetch comes to a stop
  // may be an end of the past, when the leader is new (KIP-207).
  std::vector<Record> read_to(const Offsets& ends);

  std::size_t partitions() const { return partitions_; }

 private:
  std::optional<Record> take(std::chrono::milliseconds timeout);

  KafkaHandle consumer_;
  std::size_t partitions_ = 0;
  Offsets stopped_at_;
};

class Client {
 public:
  explicit Client(std::string bootstrap_servers);

  const std::string& bootstrap_servers() const { return bootstrap_servers_; }

  // With as many replicas as the broker gives by default.
  void create_topic(const std::string& name, int partitions);
  // Queues a message; `flush` waits until all are written. A null `value` is a tombstone.
  void produce(const std::string& topic, std::int32_t partition,
               std::optional<std::string_view> value);
  void flush();
  std::vector<Record> read(const std::string& topic,
                           Isolation isolation = Isolation::read_committed);
  // The offsets after the last record that such a reader may see.
  Offsets end_offsets(const std::string& topic, int partitions,
                      Isolation isolation = Isolation::read_committed);
  // What `group` has committed; partitions without a commit are absent.
  Offsets committed_offsets(const std::string& group, const std::string& topic, int partitions);

 private:
  std::string bootstrap_servers_;
  KafkaHandle producer_;
  std::map<std::string, KafkaHandle> groups_;
  std::map<Isolation, KafkaHandle> lookers_;
};

}  // namespace auditor
