// Tested by scan_readers_test.cpp and scan_test.sh.
#include "consumer/scan/time_ordered_audit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace auditor {
namespace {

// An estimate: the texts that can be long.
std::size_t bytes_of(const CloudTrailEvent& event) {
  const auto length = [](const std::optional<std::string>& text) {
    return text ? text->size() : 0;
  };
  return sizeof(CloudTrailEvent) + event.id.size() + event.actor.arn.size() +
         event.actor.role_arn.size() + event.actor.user_agent.size() + event.error_message.size() +
         event.position.topic.size() + length(event.request.policy_document) +
         length(event.response.policy_document);
}

bool is_of_same_message(const SourcePosition& left, const SourcePosition& right) {
  return left.offset == right.offset && left.topic == right.topic;
}

}  // namespace

void TimeOrderedAudit::add(std::vector<CloudTrailEvent>& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    events_.push_back(std::move(events[i]));
    held_bytes_ += bytes_of(events_.back());
    if (held_bytes_ <= bytes_max_) continue;
    const bool has_more_of_message =
        i + 1 < events.size() &&
        is_of_same_message(events[i + 1].position, events_.back().position);
    if (has_more_of_message) continue;
    evaluate();
    is_in_parts_ = true;
  }
  events.clear();
}

void TimeOrderedAudit::evaluate() {
  std::ranges::stable_sort(
      events_, {}, [](const CloudTrailEvent& event) { return std::tie(event.time, event.id); });
  for (CloudTrailEvent& event : events_) {
    event.position.partition = 0;  // one memory, whatever file it comes from
    sides_.evaluate(event);
    findings_at_end_.add(sides_.guardrails().findings);
    output_.write(sides_);
  }
  events_.clear();
  held_bytes_ = 0;
}

}  // namespace auditor
