// A moment in which the broker forbids the auditors to write to a topic, and only that: their
// transactions are aborted while they keep their partitions.
#pragma once

#include <string>

#include "tests/kafka/client.h"

namespace auditor {

class WriteBan {
 public:
  // In force when it returns; throws std::runtime_error.
  WriteBan(const std::string& bootstrap_servers, std::string topic);
  // Lifts it; throws std::runtime_error.
  void lift();

 private:
  std::string topic_;
  KafkaHandle admin_;
};

}  // namespace auditor
