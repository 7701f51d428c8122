// Tested by tests/kafka/ (a real broker).
#include "consumer/kafka/state_topic_check.h"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "consumer/kafka/broker_waits.h"

namespace auditor {
namespace {

using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Release<rd_kafka_ConfigResource_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Release<rd_kafka_event_destroy>>;

// Nullopt: nobody answers.
std::optional<int> count_partitions(rd_kafka_t* client, const std::string& topic) {
  const KafkaTopic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) return std::nullopt;
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client, 0, handle.get(), &raw, answer_wait_ms);
  const KafkaMetadata metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1) return std::nullopt;
  const rd_kafka_metadata_topic_t& answer = metadata->topics[0];
  return answer.err == RD_KAFKA_RESP_ERR_NO_ERROR ? std::optional(answer.partition_cnt)
                                                  : std::nullopt;
}

// The topic's cleanup.policy; nullopt: the broker does not say, or not to us.
std::optional<std::string> cleanup_policy(rd_kafka_t* client, const std::string& topic) {
  const KafkaQueue queue(rd_kafka_queue_new(client));
  const ConfigResource asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  std::array<rd_kafka_ConfigResource_t*, 1> resources = {asked.get()};
  rd_kafka_DescribeConfigs(client, resources.data(), resources.size(), nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), answer_wait_ms));
  if (event == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::nullopt;
  }
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const answers = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) return std::nullopt;
  const rd_kafka_ConfigEntry_t** const entries =
      rd_kafka_ConfigResource_configs(answers[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (std::string_view(rd_kafka_ConfigEntry_name(entries[i])) != "cleanup.policy") continue;
    const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }
  return std::nullopt;
}

}  // namespace

TopicCheck check_state_topic(const KafkaProperties& properties, const std::string& input,
                             const std::string& state, Progress& progress,
                             const std::atomic<bool>& stop_requested) {
  const KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties));
  while (!stop_requested) {
    progress.report();
    const auto of_input = count_partitions(client.get(), input);
    const auto of_state = count_partitions(client.get(), state);
    if (!of_input || !of_state) {
      std::this_thread::sleep_for(ask_again_after);
      continue;
    }
    if (*of_input != *of_state) {
      spdlog::critical(
          "topic `{}` has {} partitions and `{}` has {}: the topic of the state must have as many "
          "as the input",
          state, *of_state, input, *of_input);
      return TopicCheck::missing;
    }
    const auto policy = cleanup_policy(client.get(), state);
    if (policy && policy->find("compact") == std::string::npos) {
      spdlog::warn("topic `{}` is not compacted (cleanup.policy={}): what is remembered will {}",
                   state, *policy, "grow without bound, or be deleted");
    } else if (policy && policy->find("delete") != std::string::npos) {
      spdlog::warn("topic `{}` has cleanup.policy={}: what is remembered will be deleted", state,
                   *policy);
    }
    return TopicCheck::all_there;
  }
  return TopicCheck::stopped;
}

}  // namespace auditor
