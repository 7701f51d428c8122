// The properties of the two Kafka clients, all that matter written down: nothing that exactly-once
// rests on is left to a default. What stands under `kafka:` wins, except where it would break the
// promise.
#pragma once

#include <vector>

#include "consumer/settings/settings.h"
#include "evaluator/text/config_problem.h"
#include "sinks/kafka/kafka_handles.h"

namespace auditor {

inline constexpr char default_group[] = "guardrail-auditor";  // of `run`

KafkaProperties consumer_properties(const Settings& settings);
KafkaProperties producer_properties(const Settings& settings);

// Whatever `run` would refuse these settings for, with its place in their file: unknown keys,
// values that librdkafka does not take, keys that are the auditor's own, times in the wrong order;
// then, when these are right, what librdkafka says to the clients themselves, which are made and
// contact nobody: certificates, logins, what is not in its build. Warnings are of what may fail
// later.
std::vector<ConfigProblem> kafka_problems(const Settings& settings);

// Throws std::runtime_error with all errors among them; the log gets the warnings.
void throw_if_wrong(const std::vector<ConfigProblem>& problems);

}  // namespace auditor
