// The properties of the two Kafka clients, all that matter written down: nothing that exactly-once
// rests on is left to a default. What stands under `kafka:` wins, except where it would break the
// promise.
#pragma once

#include <string>
#include <vector>

#include "consumer/settings/settings.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

KafkaProperties consumer_properties(const Settings& settings);
KafkaProperties producer_properties(const Settings& settings);

// Every reason why `run` would refuse these settings: unknown keys, values librdkafka does not
// take, keys that are the auditor's own, times in the wrong order. Contacts nobody.
std::vector<std::string> kafka_problems(const Settings& settings);

}  // namespace auditor
