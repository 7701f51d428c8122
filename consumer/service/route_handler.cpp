// Tested by memory_test.cpp.
#include "consumer/service/route_handler.h"

#include <utility>

#include "consumer/worker/quarantine.h"
#include "evaluator/events/account_change.h"
#include "evaluator/events/event_owner.h"
#include "sinks/records/encoder.h"

namespace auditor {
namespace {

// Documents are read where they are judged.
bool nothing_matters(const PolicyDocument&, PolicyKind) { return false; }

// The account that remembers what the event is about. The copy of a call on another account's
// registry goes with its own recipient, where it is a use and no change.
std::string routing_account(const CloudTrailEvent& event) {
  if (const auto change = account_change(event, nothing_matters)) return change->account.account;
  if (const auto attempt = attempted_change(event, nothing_matters)) {
    return attempt->account.account;
  }
  return event.account;
}

}  // namespace

RouteHandler::RouteHandler(const Settings& settings, std::shared_ptr<const Rules> rules)
    : settings_(settings), rules_(std::move(rules)), reader_(rules_->guardrails) {}

void RouteHandler::handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
                          Counters& counters) {
  const auto pass_on = [&](const CloudTrailEvent& event, std::string_view text) {
    ++counters.events;
    ++counters.evaluated;
    OutputRecord record;
    record.topic = settings_.routed_topic;
    record.key = routing_account(event);
    record.value = text;
    outputs.push_back(std::move(record));
  };
  reader_.read(message, pass_on, quarantined_, counters);
  for (const Quarantined& quarantined : quarantined_) {
    outputs.push_back(
        quarantine_record(quarantined, settings_.quarantine_max_bytes, settings_.topics));
  }
  quarantined_.clear();
}

void RouteHandler::quarantine(const RawMessage& message, const std::string& reason,
                              bool keeps_bytes, std::vector<OutputRecord>& outputs,
                              Counters& counters) {
  outputs.push_back(quarantine_unread(message, reason, keeps_bytes, settings_, counters));
}

OutputRecord RouteHandler::replacement_for(const OutputRecord& refused,
                                           const SourcePosition& source,
                                           std::int64_t timestamp_ms) {
  return quarantine_stand_in(refused, source, timestamp_ms, settings_);
}

}  // namespace auditor
