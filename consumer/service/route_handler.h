// The MessageHandler of `route`: messages -> the few records that matter, keyed by the account of
// the entity they change. Remembers nothing.
#pragma once

#include <memory>

#include "consumer/decoding/event_reader.h"
#include "consumer/settings/rules.h"
#include "consumer/settings/settings.h"
#include "consumer/worker/message_handler.h"

namespace auditor {

class RouteHandler : public MessageHandler {
 public:
  // `settings` must outlive it.
  RouteHandler(const Settings& settings, std::shared_ptr<const Rules> rules);

  void handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
              Counters& counters) override;
  bool on_assigned(std::span<const std::int32_t>, std::vector<OutputRecord>&) override {
    return true;
  }
  void on_revoked() override {}
  void commit() override {}
  void rollback() override {}

 private:
  const Settings& settings_;
  std::shared_ptr<const Rules> rules_;
  EventReader reader_;
  std::vector<Quarantined> quarantined_;  // of one message; kept for its room
};

}  // namespace auditor
