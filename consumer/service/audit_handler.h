// The MessageHandler of `run`: messages -> alerts, compliance records, the records of the state.
//
// Thin: what is said and remembered is MessageAuditor's; here it becomes output records, and the
// memory follows the worker's batches.
#pragma once

#include <functional>
#include <memory>

#include "consumer/auditor/message_auditor.h"
#include "consumer/kafka/state_restorer.h"
#include "consumer/settings/settings.h"
#include "consumer/worker/message_handler.h"

namespace auditor {

class AuditHandler : public MessageHandler {
 public:
  // StateRestorer::read, or a test's own.
  using ReadState =
      std::function<bool(std::span<const std::int32_t>, const StateRestorer::OnRecord&)>;

  // `settings` must outlive it.
  AuditHandler(const Settings& settings, std::shared_ptr<const Rules> rules, ReadState read_state);

  void handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
              Counters& counters) override;
  bool on_assigned(std::span<const std::int32_t> partitions,
                   std::vector<OutputRecord>& outputs) override;
  void on_revoked() override { auditor_.memory().forget_all(); }
  void commit() override { auditor_.memory().commit(); }
  void rollback() override { auditor_.memory().rollback(); }

 private:
  void encode_audited(std::vector<OutputRecord>& outputs);

  const Settings& settings_;
  ReadState read_state_;
  MessageAuditor auditor_;
  Audited audited_;  // of one message; kept for its room
};

}  // namespace auditor
