// Tested by tests/kafka/ (a real broker) and by hand against nobody.
#include "consumer/kafka/topic_check.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "consumer/kafka/broker_waits.h"
#include "consumer/kafka/read_right.h"
#include "consumer/kafka/wait_log.h"

namespace auditor {
namespace {

using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Release<rd_kafka_ConfigResource_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Release<rd_kafka_event_destroy>>;

// A topic made a moment ago is not known to every broker yet.
constexpr std::chrono::seconds missing_for{2};

// What the broker says of one topic.
struct Answer {
  enum class Kind { there, missing, forbidden, none } kind = Kind::none;
  int partitions = 0;
  std::string error;  // why there is no better answer
};

Answer::Kind kind_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return Answer::Kind::there;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return Answer::Kind::missing;
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      return Answer::Kind::missing;  // not a valid name
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return Answer::Kind::forbidden;
    default:
      return Answer::Kind::none;  // no leader yet, and the like
  }
}

Answer ask(rd_kafka_t* client, const std::string& topic) {
  const KafkaTopic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) return {Answer::Kind::missing, 0, {}};  // not a valid name
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t asked =
      rd_kafka_metadata(client, 0, handle.get(), &raw, answer_wait_ms);
  const KafkaMetadata metadata(raw);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topic_cnt != 1) {
    return {Answer::Kind::none, 0, rd_kafka_err2str(asked)};
  }
  const rd_kafka_metadata_topic_t& said = metadata->topics[0];
  return {kind_of(said.err), said.partition_cnt, rd_kafka_err2str(said.err)};
}

// Asks about topic after topic, each until there is an answer that will stay.
class TopicQuestions {
 public:
  TopicQuestions(const KafkaProperties& properties, Progress& progress,
                 const BrokerPatience& patience)
      : client_(make_client(RD_KAFKA_CONSUMER, make_conf(properties))),
        brokers_(brokers_of(properties)),
        progress_(progress),
        patience_(patience) {}

  // The topic's; without it: missing, which the log says, or stopped.
  std::expected<int, TopicCheck> partitions_of(const std::string& topic) {
    Answer answer;
    auto missing_since = std::chrono::steady_clock::time_point::max();
    const auto why_not = [&]() -> std::optional<std::string> {
      progress_.report();
      const auto now = std::chrono::steady_clock::now();
      answer = ask(client_.get(), topic);
      if (answer.kind == Answer::Kind::none) {
        client_.throw_if_refused();
        return "no answer from the broker at `" + brokers_ + "` (" + answer.error +
               "); trying again";
      }
      client_.context().note_contact();
      if (answer.kind == Answer::Kind::forbidden) {
        client_.context().note_answer(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, topic,
                                      operation::describe);
        answer.error = client_.refusal();
        if (answer.error.empty()) return "";
        return std::nullopt;
      }
      if (answer.kind != Answer::Kind::missing) return std::nullopt;
      missing_since = std::min(missing_since, now);
      if (now - missing_since >= missing_for) return std::nullopt;
      return "";
    };
    if (!ask_until_answered(why_not, wait_log_, patience_)) {
      return std::unexpected(TopicCheck::stopped);
    }
    client_.context().note_granted("topic `" + topic + "`");  // or it has been told
    if (answer.kind == Answer::Kind::there) return answer.partitions;
    if (answer.kind == Answer::Kind::missing) {
      spdlog::critical("topic `{}` does not exist on the broker", topic);
    } else {
      spdlog::critical("{}", answer.error);
    }
    return std::unexpected(TopicCheck::missing);
  }

  std::expected<int, TopicCheck> partitions_of_both(const std::string& input,
                                                    const std::string& state) {
    const auto of_input = partitions_of(input);
    if (!of_input) return of_input;
    const auto of_state = partitions_of(state);
    if (!of_state || *of_state == *of_input) return of_state;
    spdlog::critical(
        "topic `{}` has {} partitions and `{}` has {}: the topic of the state must have as many "
        "as the input",
        state, *of_state, input, *of_input);
    return std::unexpected(TopicCheck::missing);
  }

  KafkaClient& client() { return client_; }

 private:
  static std::string brokers_of(const KafkaProperties& properties) {
    const auto found = properties.find("bootstrap.servers");
    return found == properties.end() ? properties.at("metadata.broker.list") : found->second;
  }

  KafkaClient client_;
  std::string brokers_;
  Progress& progress_;
  BrokerPatience patience_;
  WaitLog wait_log_{std::chrono::seconds(1)};
};

// The topic's cleanup.policy; nullopt: the broker does not say, or not to us.
std::optional<std::string> cleanup_policy(rd_kafka_t* client, const std::string& topic,
                                          rd_kafka_resp_err_t& error) {
  const KafkaQueue queue(rd_kafka_queue_new(client));
  const ConfigResource asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  std::array<rd_kafka_ConfigResource_t*, 1> resources = {asked.get()};
  rd_kafka_DescribeConfigs(client, resources.data(), resources.size(), nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), answer_wait_ms));
  if (event == nullptr) return std::nullopt;
  error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const answers = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) return std::nullopt;
  error = rd_kafka_ConfigResource_error(answers[0]);
  const rd_kafka_ConfigEntry_t** const entries =
      rd_kafka_ConfigResource_configs(answers[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (std::string_view(rd_kafka_ConfigEntry_name(entries[i])) != "cleanup.policy") continue;
    const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }
  return std::nullopt;
}

void warn_unless_compacted(KafkaClient& client, const std::string& state) {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  const auto policy = cleanup_policy(client.get(), state, error);
  const auto refusal =
      refused_request(error, client.context().request_about(state), operation::describe_configs);
  if (refusal) {
    spdlog::warn("that topic `{}` is compacted is not checked: {}", state, to_string(*refusal));
  }
  if (policy && policy->find("compact") == std::string::npos) {
    spdlog::warn("topic `{}` is not compacted (cleanup.policy={}): what is remembered will {}",
                 state, *policy, "grow without bound, or be deleted");
  } else if (policy && policy->find("delete") != std::string::npos) {
    spdlog::warn("topic `{}` has cleanup.policy={}: what is remembered will be deleted", state,
                 *policy);
  }
}

}  // namespace

TopicCheck check_topics(const KafkaProperties& properties, std::span<const std::string> topics,
                        Progress& progress, const BrokerPatience& patience) {
  TopicQuestions questions(properties, progress, patience);
  TopicCheck result = TopicCheck::all_there;
  for (const std::string& topic : topics) {  // all of them, so that all that is missing is said
    const auto partitions = questions.partitions_of(topic);
    if (partitions) continue;
    if (partitions.error() == TopicCheck::stopped) return TopicCheck::stopped;
    result = partitions.error();
  }
  return result;
}

TopicCheck check_may_read(const KafkaProperties& properties, std::span<const std::string> topics,
                          Progress& progress, const BrokerPatience& patience) {
  ClientContext context(properties);
  for (const std::string& topic : topics) {
    while (read_right(properties, topic) == ReadRight::refused) {
      if (patience.is_stopped()) return TopicCheck::stopped;
      context.note_answer(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, topic, operation::read);
      const std::string refusal = context.final_refusals();
      if (!refusal.empty()) {
        spdlog::critical("{}", refusal);
        return TopicCheck::missing;
      }
      std::this_thread::sleep_for(ask_again_after);
    }
    context.note_all_granted();
    progress.report();
  }
  return patience.is_stopped() ? TopicCheck::stopped : TopicCheck::all_there;
}

std::expected<int, TopicCheck> partitions_of_both(const KafkaProperties& properties,
                                                  const std::string& input,
                                                  const std::string& state, Progress& progress,
                                                  const BrokerPatience& patience) {
  TopicQuestions questions(properties, progress, patience);
  return questions.partitions_of_both(input, state);
}

TopicCheck check_state_topic(const KafkaProperties& properties, const std::string& input,
                             const std::string& state, Progress& progress,
                             const BrokerPatience& patience) {
  TopicQuestions questions(properties, progress, patience);
  const auto partitions = questions.partitions_of_both(input, state);
  if (!partitions) return partitions.error();
  warn_unless_compacted(questions.client(), state);
  return TopicCheck::all_there;
}

}  // namespace auditor
