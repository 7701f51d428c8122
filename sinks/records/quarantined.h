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

  // The message or file itself is damaged, cut, in a compression that is not read, or no text that
  // can be decoded: what else it held is not known. False: it was read to its end, and one record
  // in it cannot be. For exit codes; the quarantine topic does not carry it.
  bool is_damage = false;
};

}  // namespace auditor
