// The wrappings that a CloudTrail record comes in, taken off: log files, EventBridge, CloudWatch
// Logs, Kafka Connect, log shippers, gzip, base64, JSON in a string, several records in a row.
//
// A wrapping is recognised by its content, never by the topic, and may hold another one. One
// record that cannot be read costs only itself. Pure but for its buffers; bounded in depth and in
// bytes inflated. Tested by envelope_test.cpp.
#pragma once

#include <functional>
#include <string_view>

#include "consumer/decoding/record_parser.h"
#include "consumer/decoding/unwrapped.h"

namespace auditor {

inline constexpr int envelope_depth_max = 12;

// Says whether an object is one valid record, and has then dealt with it. Asked first, since most
// objects are records and a parser is faster than taking members apart.
using TryRecord = std::function<bool(std::string_view)>;

// `parser` decodes strings only. Never throws for what the payload holds.
void unwrap(std::string_view payload, CloudTrailParser& parser, const TryRecord& try_record,
            const UnwrappedSink& sink);

// True when each line of `text` is a document of its own (NDJSON), judged by its first two lines.
bool is_line_wise(std::string_view text);

}  // namespace auditor
