// A message, or a record inside one, that could not be read: kept with its bytes and its reason.
#pragma once

#include <cstdint>
#include <string>

#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

struct Quarantined {
  std::string reason;  // a short code and a sentence: "not-json: unclosed string at byte 120"
  std::string bytes;   // the original message
  SourcePosition position;
  std::int64_t timestamp_ms = -1;  // of the Kafka message; -1 when there is none
};

}  // namespace auditor
