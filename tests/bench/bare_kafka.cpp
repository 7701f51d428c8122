// What librdkafka costs without an auditor: the programs that the benches compare `run` with.
//   bare_kafka read TOPIC COUNT [client.]KEY=VALUE...       polls and frees COUNT messages
//   bare_kafka copy TOPIC OUT TEXT [client.]KEY=VALUE...    copies those that hold TEXT to OUT
// `client.` is `consumer.` or `producer.`. Each is as plain as a correct one can be: no parse, no
// judgement. `copy` commits as the auditor does: one transaction as soon as nothing more is waiting
// and there is something to copy; the offsets ride along.
// Says `assigned` when it has its partitions and `done` after the last message, and then waits to
// be killed, so that whoever started it can read its clocks.
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/kafka/kafka_handles.h"

namespace auditor {
namespace {

constexpr int poll_wait_ms = 100;
constexpr int call_time_max_ms = 30'000;

KafkaProperties properties_of(std::span<const std::string> arguments, std::string_view client) {
  KafkaProperties properties;
  for (const std::string& argument : arguments) {
    if (!argument.starts_with(client)) continue;
    const std::size_t equals = argument.find('=');
    properties[argument.substr(client.size(), equals - client.size())] =
        argument.substr(equals + 1);
  }
  return properties;
}

void check(rd_kafka_resp_err_t error, const char* what) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  throw std::runtime_error(std::string(what) + ": " + rd_kafka_err2str(error));
}

void check(rd_kafka_error_t* raw_error, const char* what) {
  const KafkaError error(raw_error);
  if (error != nullptr) {
    throw std::runtime_error(std::string(what) + ": " + rd_kafka_error_string(error.get()));
  }
}

void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                  rd_kafka_topic_partition_list_t* partitions, void*) {
  const bool is_assignment = event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  rd_kafka_assign(client, is_assignment ? partitions : nullptr);
  if (is_assignment) std::cerr << "assigned\n";
}

KafkaClient consumer_of(std::span<const std::string> arguments, const std::string& topic) {
  KafkaConf conf = make_conf(properties_of(arguments, "consumer."));
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  KafkaClient consumer = make_client(RD_KAFKA_CONSUMER, std::move(conf));
  rd_kafka_poll_set_consumer(consumer.get());
  const PartitionList topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  check(rd_kafka_subscribe(consumer.get(), topics.get()), "subscribe");
  return consumer;
}

void read(const std::string& topic, std::uint64_t count, std::span<const std::string> arguments) {
  const KafkaClient consumer = consumer_of(arguments, topic);
  while (count > 0) {
    const KafkaMessage message(rd_kafka_consumer_poll(consumer.get(), poll_wait_ms));
    if (message == nullptr) continue;
    check(message->err, "read");
    --count;
  }
  std::cerr << "done\n";
  ::pause();
}

class Copier {
 public:
  Copier(std::string topic, const std::string& out, std::string text,
         std::span<const std::string> arguments)
      : topic_(std::move(topic)),
        text_(std::move(text)),
        producer_(make_client(RD_KAFKA_PRODUCER, make_conf(properties_of(arguments, "producer.")))),
        topic_out_(rd_kafka_topic_new(producer_.get(), out.c_str(), nullptr)),
        consumer_(consumer_of(arguments, topic_)) {
    check(rd_kafka_init_transactions(producer_.get(), call_time_max_ms), "init transactions");
  }

  [[noreturn]] void run() {
    for (;;) {
      const bool waits = copies_.empty();
      const KafkaMessage message(rd_kafka_consumer_poll(consumer_.get(), waits ? poll_wait_ms : 0));
      if (message == nullptr) {
        if (!copies_.empty()) commit();
        continue;
      }
      check(message->err, "read");
      next_[message->partition] = message->offset + 1;
      const std::string_view value(static_cast<const char*>(message->payload), message->len);
      if (value.contains(text_)) copies_.emplace_back(value);
    }
  }

 private:
  void commit() {
    check(rd_kafka_begin_transaction(producer_.get()), "begin");
    for (const std::string& copy : copies_) {
      const int outcome =
          rd_kafka_produce(topic_out_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                           const_cast<char*>(copy.data()), copy.size(), nullptr, 0, nullptr);
      if (outcome != 0) check(rd_kafka_last_error(), "produce");
    }
    const PartitionList offsets(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())));
    for (const auto& [partition, offset] : next_) {
      rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), partition)->offset = offset;
    }
    const GroupMetadata group(rd_kafka_consumer_group_metadata(consumer_.get()));
    check(rd_kafka_send_offsets_to_transaction(producer_.get(), offsets.get(), group.get(), -1),
          "send offsets");
    check(rd_kafka_commit_transaction(producer_.get(), -1), "commit");
    copies_.clear();
    next_.clear();
  }

  std::string topic_, text_;
  std::vector<std::string> copies_;
  std::map<std::int32_t, std::int64_t> next_;
  KafkaClient producer_;
  KafkaTopic topic_out_;
  KafkaClient consumer_;
};

int run(std::span<const std::string> arguments) {
  if (arguments.size() > 3 && arguments[0] == "read") {
    read(arguments[1], std::stoull(arguments[2]), arguments.subspan(3));
    return 0;
  }
  if (arguments.size() > 4 && arguments[0] == "copy") {
    Copier(arguments[1], arguments[2], arguments[3], arguments.subspan(4)).run();
  }
  std::cerr << "usage: bare_kafka read TOPIC COUNT PROPERTIES | copy TOPIC OUT TEXT PROPERTIES\n";
  return 2;
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  try {
    return auditor::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "bare_kafka: " << error.what() << '\n';
    return 1;
  }
}
