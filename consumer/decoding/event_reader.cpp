// Tested by message_auditor_test.cpp.
#include "consumer/decoding/event_reader.h"

#include <string>
#include <utility>

#include "consumer/decoding/envelope.h"
#include "consumer/decoding/json_scanner.h"
#include "consumer/decoding/record_parser.h"

namespace auditor {

class EventReader::Impl {
 public:
  explicit Impl(std::span<const Guardrail> guardrails) : parser_(GuardedActions(guardrails)) {}

  void read(const RawMessage& message, const OnEvent& on_event, const OnUnreadable& on_unreadable,
            Counters& counters) {
    ++counters.messages;
    position_.topic.assign(message.topic);  // in place: this runs for every message
    position_.partition = message.partition;
    position_.offset = message.offset;
    const auto try_record = [&](std::string_view text) {
      return is_record(text, on_event, counters);
    };
    if (try_record(trim_json(message.payload))) return;  // the common message is one bare record
    if (!message.damage.empty()) {
      ++counters.events;
      ++counters.quarantined;
      return on_unreadable(
          {message.damage, message.payload, position_, message.timestamp_ms, true});
    }
    unwrap(message.payload, parser_, try_record, [&](const Unwrapped& unwrapped) {
      ++counters.events;
      const bool has_no_records = unwrapped.kind == Unwrapped::Kind::no_records;
      if (has_no_records) ++counters.without_records;
      if (has_no_records || unwrapped.kind == Unwrapped::Kind::irrelevant) {
        ++counters.irrelevant;
        return;
      }
      ++counters.quarantined;
      const std::string reason =
          unwrapped.kind == Unwrapped::Kind::record ? refusal(unwrapped.bytes) : unwrapped.reason;
      on_unreadable(
          {reason, unwrapped.bytes, position_, message.timestamp_ms, unwrapped.is_damage});
    });
  }

 private:
  bool is_record(std::string_view text, const OnEvent& on_event, Counters& counters) {
    if (!text.starts_with('{') || text.starts_with("{\"Records\"")) return false;
    ParsedEvent parsed = parser_.parse(text);
    switch (parsed.kind) {
      case ParsedEvent::Kind::relevant:
        parsed.event->position = position_;
        on_event(*parsed.event, text);
        return true;
      case ParsedEvent::Kind::irrelevant:
        ++counters.events;
        ++counters.irrelevant;
        return true;
      case ParsedEvent::Kind::unreadable:
      case ParsedEvent::Kind::not_an_event:
      case ParsedEvent::Kind::several:
        break;
    }
    return false;
  }

  // A record that was refused: says why.
  std::string refusal(std::string_view text) {
    ParsedEvent parsed = parser_.parse(text);
    return parsed.reason.empty() ? "not-json: broken structure" : std::move(parsed.reason);
  }

  CloudTrailParser parser_;
  SourcePosition position_;  // reused, so that its topic keeps its room
};

EventReader::EventReader(std::span<const Guardrail> guardrails)
    : impl_(std::make_unique<Impl>(guardrails)) {}

EventReader::~EventReader() = default;

void EventReader::read(const RawMessage& message, const OnEvent& on_event,
                       const OnUnreadable& on_unreadable, Counters& counters) {
  impl_->read(message, on_event, on_unreadable, counters);
}

void EventReader::read(const RawMessage& message, const OnEvent& on_event,
                       std::vector<Quarantined>& quarantined, Counters& counters) {
  const auto keep = [&quarantined](const Unreadable& record) {
    quarantined.push_back({std::string(record.reason), std::string(record.bytes), record.position,
                           record.timestamp_ms, record.is_damage});
  };
  impl_->read(message, on_event, keep, counters);
}

}  // namespace auditor
