// Tested by memory_test.cpp.
#include "consumer/service/route_handler.h"

#include <utility>

#include "consumer/worker/quarantine.h"
#include "evaluator/events/account_change.h"
#include "evaluator/events/event_owner.h"

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
  take_to_quarantine(quarantined_, settings_, outputs);
}

}  // namespace auditor
