// The findings of `replay` as records of a topic: key, value and headers as of an alert. In
// transactions of some thousand, so a reader of what is committed meets no record twice, whatever
// happens to the broker; a replay that is stopped leaves its first ones. One thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "consumer/auditor/finding_output.h"
#include "sinks/kafka/transactional_sink.h"

namespace auditor {

class TopicFindings : public FindingOutput {
 public:
  // `producing`: the properties of the service's producer. Throws std::runtime_error when nothing
  // can be written, here and later.
  // `timeout`: so long may a batch wait for the broker; then the process ends.
  TopicFindings(KafkaProperties producing, std::string topic, Format format,
                std::chrono::seconds timeout);

  void write(const SideBySide& judged) override;
  void finish() override;

 private:
  Topics topics_;
  Format format_;
  std::chrono::seconds timeout_;
  TransactionalSink sink_;
  std::vector<OutputRecord> held_;
};

}  // namespace auditor
