// What a message leaves in quarantine: when it is not read at all, when it cannot be read, when its
// output cannot be published. The same whatever the handler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "consumer/decoding/counters.h"
#include "consumer/decoding/raw_message.h"
#include "consumer/settings/settings.h"
#include "evaluator/events/cloudtrail_event.h"
#include "sinks/records/output_record.h"
#include "sinks/records/quarantined.h"

namespace auditor {

// By the settings key `skip`, or because the broker refuses what it leads to.
OutputRecord quarantine_unread(const RawMessage& message, const std::string& reason,
                               bool keeps_bytes, const Settings& settings, Counters& counters);

// For a record that was refused for its size.
OutputRecord quarantine_replacement(const OutputRecord& refused, const SourcePosition& source,
                                    std::int64_t timestamp_ms, const Settings& settings);

// What of a message could not be read; leaves `unreadable` empty.
void take_to_quarantine(std::vector<Quarantined>& unreadable, const Settings& settings,
                        std::vector<OutputRecord>& outputs);

}  // namespace auditor
