// Judges by one set of guardrails, or by two side by side, each with a memory of its own: what
// `scan` and `replay` share. One thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/auditor/message_auditor.h"
#include "sinks/records/state_record.h"

namespace auditor {

class SideBySide {
 public:
  // `against` may be null: then there is one side.
  SideBySide(const std::shared_ptr<const Rules>& guardrails,
             const std::shared_ptr<const Rules>& against,
             std::int64_t use_window_seconds = default_use_window_seconds);

  // What must be read so that neither side misses an event.
  const std::vector<Guardrail>& guardrails_of_all() const { return guardrails_of_all_; }

  // Overwrites what guardrails() and against() are; what it changed in the memories is kept.
  void evaluate(const CloudTrailEvent& event);

  // After a restore; see MessageAuditor::evaluate_accounts.
  void evaluate_accounts(std::int32_t partition);
  // A record of the topic of the state, for the memories of all sides.
  std::expected<void, std::string> restore(std::int32_t partition, std::string_view key,
                                           std::string_view value);
  void forget_all();

  const Audited& guardrails() const { return guardrails_.audited; }
  const Audited* against() const { return against_ ? &against_->audited : nullptr; }

  // Of the events that were judged. Those that are not read are the reader's to count.
  const Counters& counters() const { return guardrails_.counters; }
  const Counters* counters_against() const { return against_ ? &against_->counters : nullptr; }

 private:
  struct Side {
    Side(const std::shared_ptr<const Rules>& rules, std::int64_t use_window_seconds)
        : auditor(rules, use_window_seconds), state_reader(auditor.can_matter()) {}

    MessageAuditor auditor;
    StateReader state_reader;
    Audited audited;
    Counters counters;
  };

  template <typename Act>
  void for_each_side(const Act& act) {
    act(guardrails_);
    if (against_) act(*against_);
  }

  std::vector<Guardrail> guardrails_of_all_;
  Side guardrails_;
  std::optional<Side> against_;
};

}  // namespace auditor
