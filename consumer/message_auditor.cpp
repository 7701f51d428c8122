#include "consumer/message_auditor.h"

#include <utility>

#include "consumer/cloudtrail_parser.h"
#include "consumer/envelope.h"
#include "consumer/json_skim.h"

namespace auditor {

Counters& Counters::operator+=(const Counters& other) {
  messages += other.messages;
  events += other.events;
  evaluated += other.evaluated;
  irrelevant += other.irrelevant;
  quarantined += other.quarantined;
  for (const auto& [guardrail, count] : other.findings) findings[guardrail] += count;
  return *this;
}

class MessageAuditor::Impl {
 public:
  explicit Impl(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

  void audit_message(const RawMessage& message, Audited& out, Counters& counters) {
    ++counters.messages;
    event_.position = {std::string(message.topic), message.partition, message.offset};
    if (is_one_record(message, out, counters)) return;
    unwrap(message.payload, parser_, [&](const Unwrapped& unwrapped) {
      switch (unwrapped.kind) {
        case Unwrapped::Kind::record:
          record(parser_.parse(unwrapped.bytes, event_), unwrapped.bytes, message, out, counters);
          break;
        case Unwrapped::Kind::irrelevant:
          ++counters.events;
          ++counters.irrelevant;
          break;
        case Unwrapped::Kind::unreadable:
          quarantine(unwrapped.reason, unwrapped.bytes, message, out, counters);
          break;
      }
    });
  }

 private:
  // The common message is one bare record: tried first, so that it is walked over only once.
  bool is_one_record(const RawMessage& message, Audited& out, Counters& counters) {
    const std::string_view text = trim_json(message.payload);
    if (!text.starts_with('{') || text.size() > event_bytes_max) return false;
    if (text.starts_with("{\"Records\"")) return false;
    const ParsedEvent parsed = parser_.parse(text, event_);
    const bool is_record = parsed.kind == ParsedEvent::Kind::irrelevant ||
                           parsed.kind == ParsedEvent::Kind::policy_call;
    if (is_record) record(parsed, message.payload, message, out, counters);
    return is_record;
  }

  void record(const ParsedEvent& parsed, std::string_view bytes, const RawMessage& message,
              Audited& out, Counters& counters) {
    switch (parsed.kind) {
      case ParsedEvent::Kind::policy_call:
        judge(out, counters);
        break;
      case ParsedEvent::Kind::irrelevant:
        ++counters.events;
        ++counters.irrelevant;
        break;
      case ParsedEvent::Kind::unreadable:
        quarantine(parsed.reason, bytes, message, out, counters);
        break;
      case ParsedEvent::Kind::not_an_event:
      case ParsedEvent::Kind::several:
        quarantine("not-json: broken structure", bytes, message, out, counters);
        break;
    }
  }

  void judge(Audited& out, Counters& counters) {
    ++counters.events;
    const auto change = policy_change(event_);
    if (!change) {
      ++counters.irrelevant;
      return;
    }
    ++counters.evaluated;
    for (Finding& finding :
         auditor::audit(event_, *change, rules_->guardrails, rules_->managed_policies)) {
      ++counters.findings[finding.guardrail.id];
      out.findings.push_back(std::move(finding));
    }
  }

  void quarantine(std::string reason, std::string_view bytes, const RawMessage& message,
                  Audited& out, Counters& counters) {
    ++counters.events;
    ++counters.quarantined;
    out.quarantined.push_back(
        {std::move(reason), std::string(bytes), event_.position, message.timestamp_ms});
  }

  std::shared_ptr<const Rules> rules_;
  CloudTrailParser parser_;
  CloudTrailEvent event_;  // reused, so that its strings keep their room
};

MessageAuditor::MessageAuditor(std::shared_ptr<const Rules> rules)
    : impl_(std::make_unique<Impl>(std::move(rules))) {}

MessageAuditor::~MessageAuditor() = default;

void MessageAuditor::audit(const RawMessage& message, Audited& out, Counters& counters) {
  impl_->audit_message(message, out, counters);
}

}  // namespace auditor
