// A message -> the events in it that matter: the wrapping taken off, parsed, the others counted.
//
// `run`, `scan` and `route` share it. Not thread safe: each worker owns one, with its parser and
// its padded buffer. Never throws for what the message holds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "consumer/decoding/counters.h"
#include "consumer/decoding/raw_message.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/guardrail/guardrail.h"
#include "sinks/records/quarantined.h"

namespace auditor {

class EventReader {
 public:
  // The event may be moved from; `text` is its record, and lives during the call only. Whoever
  // takes the event counts it.
  using OnEvent = std::function<void(CloudTrailEvent& event, std::string_view text)>;

  // A record that cannot be read; the views live during the call only. So many can be in one
  // message that whoever only counts them must not have to hold them.
  struct Unreadable {
    std::string_view reason, bytes;
    const SourcePosition& position;
    std::int64_t timestamp_ms;
    bool is_damage;
  };
  using OnUnreadable = std::function<void(const Unreadable& record)>;

  // Events that matter: changes of policies, and calls that the guardrails guard.
  explicit EventReader(std::span<const Guardrail> guardrails);
  ~EventReader();

  void read(const RawMessage& message, const OnEvent& on_event, const OnUnreadable& on_unreadable,
            Counters& counters);

  // Appends what cannot be read to `quarantined`.
  void read(const RawMessage& message, const OnEvent& on_event,
            std::vector<Quarantined>& quarantined, Counters& counters);

 private:
  class Impl;  // keeps simdjson out of this header
  std::unique_ptr<Impl> impl_;
};

}  // namespace auditor
