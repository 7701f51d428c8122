// One message through the whole pure path: envelope -> event -> change -> audit.
//
// The worker and `scan` share it, so a file gives the findings that the stream would. Not thread
// safe: each worker owns one, with its parser and its padded buffer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "consumer/counters.h"
#include "consumer/raw_message.h"
#include "evaluator/audit.h"
#include "sinks/quarantined.h"

namespace auditor {

// What one message led to.
struct Audited {
  std::vector<Finding> findings;
  std::vector<Quarantined> quarantined;
};

// The guardrails and the catalogue: read once, then immutable and shared.
struct Rules {
  std::vector<Guardrail> guardrails;
  ManagedPolicies managed_policies;
};

class MessageAuditor {
 public:
  explicit MessageAuditor(std::shared_ptr<const Rules> rules);
  ~MessageAuditor();

  // Appends to `out` and adds to `counters`. Never throws for what the message holds.
  void audit(const RawMessage& message, Audited& out, Counters& counters);

 private:
  class Impl;  // keeps simdjson out of this header
  std::unique_ptr<Impl> impl_;
};

}  // namespace auditor
