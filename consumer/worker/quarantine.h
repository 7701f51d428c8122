// What a message leaves in quarantine when it is not read at all, or its output cannot be
// published. The same for every handler.
#pragma once

#include <cstdint>
#include <string>

#include "consumer/decoding/counters.h"
#include "consumer/decoding/raw_message.h"
#include "consumer/settings/settings.h"
#include "evaluator/events/cloudtrail_event.h"
#include "sinks/records/output_record.h"

namespace auditor {

OutputRecord quarantine_unread(const RawMessage& message, const std::string& reason,
                               bool keeps_bytes, const Settings& settings, Counters& counters);

OutputRecord quarantine_stand_in(const OutputRecord& refused, const SourcePosition& source,
                                 std::int64_t timestamp_ms, const Settings& settings);

}  // namespace auditor
