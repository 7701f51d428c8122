// Tested by scan_readers_test.cpp and message_auditor_test.cpp.
#include "consumer/decoding/counters.h"

namespace auditor {

Counters& Counters::operator+=(const Counters& other) {
  messages += other.messages;
  events += other.events;
  evaluated += other.evaluated;
  irrelevant += other.irrelevant;
  quarantined += other.quarantined;
  without_records += other.without_records;
  for (const auto& [guardrail, count] : other.findings) findings[guardrail] += count;
  return *this;
}

}  // namespace auditor
