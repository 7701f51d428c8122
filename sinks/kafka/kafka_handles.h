// RAII over librdkafka's C objects. A leaked partition list or message blocks rd_kafka_destroy()
// for ever, so no raw pointer of theirs leaves the file that received it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "sinks/kafka/client_context.h"

namespace auditor {

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};

using KafkaTopic = std::unique_ptr<rd_kafka_topic_t, Release<rd_kafka_topic_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Release<rd_kafka_message_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, Release<rd_kafka_queue_destroy>>;
using KafkaMetadata =
    std::unique_ptr<const rd_kafka_metadata_t, Release<rd_kafka_metadata_destroy>>;
using KafkaHeaders = std::unique_ptr<rd_kafka_headers_t, Release<rd_kafka_headers_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, Release<rd_kafka_error_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                      Release<rd_kafka_topic_partition_list_destroy>>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                      Release<rd_kafka_consumer_group_metadata_destroy>>;

// A member of a consumer group, as of an assignment. The source hands it to the worker and the
// worker to the sink, neither of whose interfaces knows more of it than this name.
struct ConsumerGroup {
  GroupMetadata metadata;  // null only with the fakes of tests
};

// Empty when there is none.
inline std::string_view payload_of(const rd_kafka_message_t& message) {
  return message.payload == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(message.payload), message.len);
}

// The properties of a client that is not made yet, and what will go with it.
class KafkaConf {
 public:
  explicit KafkaConf(const KafkaProperties& properties);

  rd_kafka_conf_t* get() const { return conf_.get(); }
  // Who callbacks are about: see owner_of(). Must outlive the client.
  void set_owner(void* owner) { context_->owner = owner; }

 private:
  friend class KafkaClient;
  std::unique_ptr<ClientContext> context_;
  std::unique_ptr<rd_kafka_conf_t, Release<rd_kafka_conf_destroy>> conf_;
};

// In a callback, from the opaque pointer that it is given.
template <typename Owner>
Owner& owner_of(void* opaque) {
  return *static_cast<Owner*>(static_cast<ClientContext*>(opaque)->owner);
}

// What a broker refuses, and has refused for as long as it makes sense to try again: `what()` is
// the line that says it.
struct BrokerRefuses : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A client, and what it has been refused. One thread, but for the context.
class KafkaClient {
 public:
  KafkaClient() = default;
  // Throws std::runtime_error when the properties contradict each other.
  KafkaClient(rd_kafka_type_t type, KafkaConf conf);
  KafkaClient(KafkaClient&&) = default;
  KafkaClient& operator=(KafkaClient&& other) noexcept;

  rd_kafka_t* get() const { return handle_.get(); }
  bool operator==(std::nullptr_t) const { return handle_ == nullptr; }
  void reset() { *this = KafkaClient(); }
  // Leaves no group politely, which could take for ever.
  void abandon();

  ClientContext& context() const { return *context_; }

  // What a broker has refused for longer than the grace; empty while there is hope. To be asked
  // again and again by whoever waits. Where a login or a connection was refused, it looks first
  // whether a broker answers now (which waits up to a second), and whether the files that secrets
  // came from hold others.
  std::string refusal();
  // Throws BrokerRefuses when there is one.
  void throw_if_refused();

  // Wakes the threads of all brokers; changes nothing.
  void wake();

 private:
  void try_renewed_login();

  std::unique_ptr<ClientContext> context_;
  std::unique_ptr<rd_kafka_t, Release<rd_kafka_destroy>> handle_;
  ClientContext::Clock::time_point looked_at_;
};

// Throws std::runtime_error that names the key, as `prefix` + key, when librdkafka does not take
// it. The client's own lines go to spdlog.
KafkaConf make_conf(const KafkaProperties& properties, const std::string& prefix = "kafka.");

// Throws std::runtime_error when the properties contradict each other.
KafkaClient make_client(rd_kafka_type_t type, KafkaConf conf);

// Of the partitions that a call was about; it gives each an error of its own.
rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t& list);

// True for what a broker has answered, not for what the client says itself. KAFKA: a client that
// fetches nothing goes on asking whoever was the leader; a new one asks the cluster first.
inline bool is_answer(rd_kafka_resp_err_t error) { return error > RD_KAFKA_RESP_ERR_NO_ERROR; }

// The value as a log may show it: passwords, secrets and keys as `***`.
std::string shown_value(const std::string& key, const std::string& value);

}  // namespace auditor
