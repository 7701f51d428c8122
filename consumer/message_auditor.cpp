#include "consumer/message_auditor.h"

#include <random>
#include <utility>

#include "consumer/cloudtrail_parser.h"
#include "consumer/envelope.h"
#include "consumer/json_skim.h"

namespace auditor {

namespace {

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

}  // namespace

class MessageAuditor::Impl {
 public:
  explicit Impl(std::shared_ptr<const Rules> rules)
      : rules_(std::move(rules)), memory_(random_seed()) {}

  void audit_message(const RawMessage& message, Audited& out, Counters& counters) {
    ++counters.messages;
    event_.position = {std::string(message.topic), message.partition, message.offset};
    const auto try_record = [&](std::string_view text) { return is_record(text, out, counters); };
    if (try_record(trim_json(message.payload))) return;  // the common message is one bare record
    unwrap(message.payload, parser_, try_record, [&](const Unwrapped& unwrapped) {
      if (unwrapped.kind == Unwrapped::Kind::irrelevant) return count_irrelevant(counters);
      std::string reason =
          unwrapped.kind == Unwrapped::Kind::record ? refusal(unwrapped.bytes) : unwrapped.reason;
      quarantine(std::move(reason), unwrapped.bytes, message, out, counters);
    });
  }

 private:
  bool is_record(std::string_view text, Audited& out, Counters& counters) {
    if (!text.starts_with('{') || text.starts_with("{\"Records\"")) return false;
    switch (parser_.parse(text, event_).kind) {
      case ParsedEvent::Kind::policy_call:
        judge(out, counters);
        return true;
      case ParsedEvent::Kind::irrelevant:
        count_irrelevant(counters);
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
    ParsedEvent parsed = parser_.parse(text, event_);
    return parsed.reason.empty() ? "not-json: broken structure" : std::move(parsed.reason);
  }

  static void count_irrelevant(Counters& counters) {
    ++counters.events;
    ++counters.irrelevant;
  }

  void judge(Audited& out, Counters& counters) {
    const auto change = policy_change(event_);
    if (!change) return count_irrelevant(counters);
    ++counters.events;
    ++counters.evaluated;
    for (Finding& finding :
         auditor::audit(event_, *change, rules_->guardrails, rules_->managed_policies, memory_)) {
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
  VerdictMemory memory_;
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
