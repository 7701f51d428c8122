// May this user read a topic? Read is a right of its own: metadata, offsets and a place in the
// group are to be had without it, so whoever lacks it waits for messages that never come.
#pragma once

#include <string>

#include "sinks/kafka/kafka_handles.h"

namespace auditor {

enum class ReadRight { granted, refused, unknown };

// Asks the leader of partition 0, by a fetch from its end. Waits up to `read_right_wait`.
// `consuming` are the properties of the service's consumer. unknown: no leader answers.
ReadRight read_right(KafkaProperties consuming, const std::string& topic);

}  // namespace auditor
