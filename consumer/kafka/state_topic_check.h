// Can the topic of the state hold what is remembered? Asked once, when it is known to be there.
#pragma once

#include <atomic>
#include <string>

#include "consumer/kafka/topic_check.h"
#include "consumer/worker/watchdog.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

// It must have as many partitions as the input: what is remembered of a partition stands in the
// same one. Warns when the topic is not compacted, as far as the broker says so.
// TopicCheck::missing: it cannot; the log says why.
TopicCheck check_state_topic(const KafkaProperties& properties, const std::string& input,
                             const std::string& state, Progress& progress,
                             const std::atomic<bool>& stop_requested);

}  // namespace auditor
