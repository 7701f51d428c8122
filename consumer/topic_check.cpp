// Tested by tests/kafka/ (a real broker) and by hand against nobody.
#include "consumer/topic_check.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace auditor {
namespace {

constexpr int answer_wait_ms = 1'000;  // so long, at most, until a stop is seen
constexpr std::chrono::milliseconds ask_again_after{200};
constexpr std::chrono::seconds say_again_after{5};
// A topic made a moment ago is not known to every broker yet.
constexpr std::chrono::seconds missing_for{2};

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Release<rd_kafka_metadata_destroy>>;

enum class Answer { there, missing, forbidden, none };

std::string brokers_of(const KafkaProperties& properties) {
  const auto found = properties.find("bootstrap.servers");
  return found == properties.end() ? properties.at("metadata.broker.list") : found->second;
}

Answer answer_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return Answer::there;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Answer::missing;
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      return Answer::missing;  // not a lawful name
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return Answer::forbidden;
    default:
      return Answer::none;  // no leader yet, and the like
  }
}

// What the broker says of one topic; `error` says why when there is no answer.
Answer ask(rd_kafka_t* client, const std::string& topic, std::string& error) {
  const KafkaTopic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) return Answer::missing;  // not a lawful name
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t asked =
      rd_kafka_metadata(client, 0, handle.get(), &raw, answer_wait_ms);
  const Metadata metadata(raw);
  error = rd_kafka_err2str(asked);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1) return Answer::none;
  error = rd_kafka_err2str(metadata->topics[0].err);
  return answer_of(metadata->topics[0].err);
}

}  // namespace

TopicCheck check_topics(const KafkaProperties& properties, std::span<const std::string> topics,
                        Progress& progress, const std::atomic<bool>& stop_requested) {
  using Now = std::chrono::steady_clock;
  const KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties));
  bool are_all_there = true;
  auto say_at = Now::now() + std::chrono::seconds(1);
  for (const std::string& topic : topics) {
    auto missing_since = Now::time_point::max();
    while (true) {
      if (stop_requested) return TopicCheck::stopped;
      progress.report();
      std::string error;
      const Answer answer = ask(client.get(), topic, error);
      if (answer == Answer::there) break;
      if (answer == Answer::none && Now::now() >= say_at) {
        spdlog::warn("no answer from the broker at `{}` ({}); trying again", brokers_of(properties),
                     error);
        say_at = Now::now() + say_again_after;
      }
      if (answer == Answer::missing) missing_since = std::min(missing_since, Now::now());
      const bool is_missing =
          answer == Answer::missing && Now::now() - missing_since >= missing_for;
      if (is_missing || answer == Answer::forbidden) {
        if (is_missing) spdlog::critical("topic `{}` does not exist on the broker", topic);
        if (!is_missing) spdlog::critical("topic `{}` may not be used: {}", topic, error);
        are_all_there = false;
        break;
      }
      std::this_thread::sleep_for(ask_again_after);
    }
  }
  return are_all_there ? TopicCheck::all_there : TopicCheck::missing;
}

}  // namespace auditor
