// Are the topics there, and can the topic of the state hold what is remembered? Asked once, before
// anything is read, so that a misspelt name is one clear line instead of a worker that waits for
// ever.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "consumer/kafka/broker_waits.h"
#include "consumer/worker/watchdog.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

enum class TopicCheck { all_there, missing, stopped };

// Tries again, and says so every few seconds, while no broker answers. Logs what is missing, or
// refused. Throws BrokerRefuses where the login or the connection is, and std::runtime_error when
// the patience is at its end.
// `properties` are a consumer's: it never creates topics.
TopicCheck check_topics(const KafkaProperties& properties, std::span<const std::string> topics,
                        Progress& progress, const BrokerPatience& patience);

// It must have as many partitions as the input: what is remembered of a partition stands in the
// same one. Warns when the topic is not compacted, as far as the broker says so.
// TopicCheck::missing: it cannot; the log says why.
TopicCheck check_state_topic(const KafkaProperties& properties, const std::string& input,
                             const std::string& state, Progress& progress,
                             const BrokerPatience& patience);

// The number of partitions of both; without one the log says why there is none.
std::expected<int, TopicCheck> partitions_of_both(const KafkaProperties& properties,
                                                  const std::string& input,
                                                  const std::string& state, Progress& progress,
                                                  const BrokerPatience& patience);

// Whether they may be read. TopicCheck::missing: one may not, which the log says.
TopicCheck check_may_read(const KafkaProperties& properties, std::span<const std::string> topics,
                          Progress& progress, const BrokerPatience& patience);

}  // namespace auditor
