// A message -> what is to be said and remembered: read, judged against the memory of its account.
//
// `run` and `scan` share it, so files give the findings that the stream would. Not thread safe:
// each worker owns one. Never throws for what messages hold.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "consumer/auditor/account_memory.h"
#include "consumer/decoding/counters.h"
#include "consumer/decoding/event_reader.h"
#include "consumer/decoding/raw_message.h"
#include "consumer/settings/rules.h"
#include "evaluator/audit/audit.h"
#include "evaluator/events/guarded_call.h"
#include "sinks/records/quarantined.h"

namespace auditor {

inline constexpr std::int64_t default_use_window_seconds = 3'600;

// What was changed in the memory of an account.
struct Remembered {
  std::int32_t partition = 0;
  AccountKey account;
  std::vector<StateChange> changes;
};

// What one message, or one event, led to.
struct Audited {
  std::vector<Finding> findings;
  std::vector<ComplianceRecord> compliance;
  std::vector<Remembered> remembered;
  std::vector<Quarantined> quarantined;

  void clear();
};

class MessageAuditor {
 public:
  explicit MessageAuditor(std::shared_ptr<const Rules> rules,
                          std::int64_t use_window_seconds = default_use_window_seconds);

  // Judges each event as it comes. Appends to `out` and adds to `counters`.
  void audit(const RawMessage& message, Audited& out, Counters& counters);

  // For whoever reads the events himself: `scan`, which sorts them first. They are counted here.
  void evaluate(const CloudTrailEvent& event, Audited& out, Counters& counters);

  // After a restore: what a seed, a newer catalogue or other guardrails changed.
  void evaluate_accounts(std::int32_t partition, Audited& out);

  AccountMemory& memory() { return memory_; }
  const CanMatter& can_matter() const { return can_matter_; }

 private:
  bool is_use(const CloudTrailEvent& event) const;
  void take(AuditResult result, std::int32_t partition, const AccountKey& account, Audited& out);

  std::shared_ptr<const Rules> rules_;
  AuditRules audit_rules_;
  GuardedActions guarded_actions_;
  CanMatter can_matter_;
  EventReader reader_;
  VerdictCache verdicts_;
  AccountMemory memory_;
};

}  // namespace auditor
