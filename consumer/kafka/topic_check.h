// Are the topics there, and can the topic of the state hold what is remembered? Asked once, before
// anything is read, so that a misspelt name is one clear line instead of a worker that waits for
// ever.
#pragma once

#include <atomic>
#include <span>
#include <string>

#include "consumer/worker/watchdog.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

enum class TopicCheck { all_there, missing, stopped };

// Tries again, and says so every few seconds, while no broker answers. Logs what is missing.
// `properties` are a consumer's: it never creates topics.
TopicCheck check_topics(const KafkaProperties& properties, std::span<const std::string> topics,
                        Progress& progress, const std::atomic<bool>& stop_requested);

// It must have as many partitions as the input: what is remembered of a partition stands in the
// same one. Warns when the topic is not compacted, as far as the broker says so.
// TopicCheck::missing: it cannot; the log says why.
TopicCheck check_state_topic(const KafkaProperties& properties, const std::string& input,
                             const std::string& state, Progress& progress,
                             const std::atomic<bool>& stop_requested);

}  // namespace auditor
