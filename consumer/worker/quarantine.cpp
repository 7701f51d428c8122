// Tested by worker_test.cpp and run_test.cpp.
#include "consumer/worker/quarantine.h"

#include "sinks/records/encoder.h"

namespace auditor {

OutputRecord quarantine_unread(const RawMessage& message, const std::string& reason,
                               bool keeps_bytes, const Settings& settings, Counters& counters) {
  ++counters.messages;
  ++counters.events;
  ++counters.quarantined;
  const Quarantined quarantined{reason,
                                std::string(keeps_bytes ? message.payload : ""),
                                {std::string(message.topic), message.partition, message.offset},
                                message.timestamp_ms};
  return quarantine_record(quarantined, settings.quarantine_max_bytes, settings.topics);
}

OutputRecord quarantine_replacement(const OutputRecord& refused, const SourcePosition& source,
                                    std::int64_t timestamp_ms, const Settings& settings) {
  const Quarantined quarantined{"output-too-large: a record of " + std::to_string(refused.bytes()) +
                                    " bytes for `" + refused.topic + "` cannot be published",
                                "", source, timestamp_ms};
  return quarantine_record(quarantined, settings.quarantine_max_bytes, settings.topics);
}

void take_to_quarantine(std::vector<Quarantined>& unreadable, const Settings& settings,
                        std::vector<OutputRecord>& outputs) {
  for (const Quarantined& quarantined : unreadable) {
    outputs.push_back(
        quarantine_record(quarantined, settings.quarantine_max_bytes, settings.topics));
  }
  unreadable.clear();
}

}  // namespace auditor
