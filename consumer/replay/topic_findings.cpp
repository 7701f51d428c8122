// Tested by tests/kafka/replay_test.cpp.
#include "consumer/replay/topic_findings.h"

#include <stdexcept>
#include <utility>

#include "consumer/replay/publish_bound.h"
#include "sinks/kafka/bulk_publisher.h"
#include "sinks/records/encoder.h"

namespace auditor {
namespace {

// WHY: under the service's own id it would fence the service.
KafkaProperties of_replay(KafkaProperties properties) {
  properties["transactional.id"] += "-replay";
  properties["client.id"] += "-replay";
  return properties;
}

void check_published(const std::expected<void, std::string>& done) {
  if (!done) throw std::runtime_error(done.error());
}

}  // namespace

TopicFindings::TopicFindings(KafkaProperties producing, std::string topic, Format format,
                             std::chrono::seconds timeout)
    : format_(format),
      timeout_(timeout),
      sink_(of_replay(std::move(producing)), std::span(&topic, 1)) {
  topics_.alerts = std::move(topic);
  PublishBound bound(timeout_);
  check_published(start_publishing(sink_));
}

void TopicFindings::write(const SideBySide& judged) {
  for (const Finding& finding : judged.guardrails().findings) {
    held_.push_back(alert_record(finding, format_, topics_));
  }
  if (held_.size() >= publish_batch_records) finish();
}

void TopicFindings::finish() {
  PublishBound bound(timeout_);
  check_published(publish_more(sink_, held_, [&bound](std::size_t) { bound.note_written(); }));
  held_.clear();
}

}  // namespace auditor
