// Tested by tests/kafka/ (a real broker) and by hand against nobody.
#include "consumer/kafka/topic_check.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "consumer/kafka/broker_waits.h"
#include "consumer/kafka/wait_log.h"

namespace auditor {
namespace {

// A topic made a moment ago is not known to every broker yet.
constexpr std::chrono::seconds missing_for{2};

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
      return Answer::missing;  // not a valid name
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return Answer::forbidden;
    default:
      return Answer::none;  // no leader yet, and the like
  }
}

// What the broker says of one topic; `error` says why when there is no answer.
Answer ask(rd_kafka_t* client, const std::string& topic, std::string& error) {
  const KafkaTopic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) return Answer::missing;  // not a valid name
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t asked =
      rd_kafka_metadata(client, 0, handle.get(), &raw, answer_wait_ms);
  const KafkaMetadata metadata(raw);
  error = rd_kafka_err2str(asked);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1) return Answer::none;
  error = rd_kafka_err2str(metadata->topics[0].err);
  return answer_of(metadata->topics[0].err);
}

// Asks until there is an answer that will stay.
TopicCheck check_topic(rd_kafka_t* client, const std::string& brokers, const std::string& topic,
                       WaitLog& wait_log, Progress& progress,
                       const std::atomic<bool>& stop_requested) {
  auto missing_since = std::chrono::steady_clock::time_point::max();
  while (!stop_requested) {
    progress.report();
    const auto now = std::chrono::steady_clock::now();
    std::string error;
    const Answer answer = ask(client, topic, error);
    if (answer == Answer::there) return TopicCheck::all_there;
    if (answer == Answer::none) {
      wait_log.maybe_log("no answer from the broker at `" + brokers + "` (" + error +
                         "); trying again");
    }
    if (answer == Answer::missing) missing_since = std::min(missing_since, now);
    if (answer == Answer::missing && now - missing_since >= missing_for) {
      spdlog::critical("topic `{}` does not exist on the broker", topic);
      return TopicCheck::missing;
    }
    if (answer == Answer::forbidden) {
      spdlog::critical("topic `{}` may not be used: {}", topic, error);
      return TopicCheck::missing;
    }
    std::this_thread::sleep_for(ask_again_after);
  }
  return TopicCheck::stopped;
}

}  // namespace

TopicCheck check_topics(const KafkaProperties& properties, std::span<const std::string> topics,
                        Progress& progress, const std::atomic<bool>& stop_requested) {
  const KafkaClient client = make_client(RD_KAFKA_CONSUMER, make_conf(properties));
  const std::string brokers = brokers_of(properties);
  WaitLog wait_log(std::chrono::seconds(1));
  TopicCheck result = TopicCheck::all_there;
  for (const std::string& topic : topics) {  // all of them, so that all that is missing is said
    const TopicCheck checked =
        check_topic(client.get(), brokers, topic, wait_log, progress, stop_requested);
    if (checked == TopicCheck::stopped) return checked;
    if (checked == TopicCheck::missing) result = checked;
  }
  return result;
}

}  // namespace auditor
