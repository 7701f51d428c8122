// What became of the messages that were read.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace auditor {

// INVARIANT: events == evaluated + irrelevant + quarantined. A message that cannot be read at all
// counts as one event, and so does one without a record.
struct Counters {
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t evaluated = 0;    // a policy change, a use or an attempt, judged (route: passed on)
  std::uint64_t irrelevant = 0;   // another service, a read, a control message
  std::uint64_t quarantined = 0;  // could not be read
  std::uint64_t without_records = 0;              // of irrelevant: messages that hold none
  std::map<std::string, std::uint64_t> findings;  // by guardrail id

  Counters& operator+=(const Counters& other);
};

}  // namespace auditor
