// The formats that findings and compliance records are written in. Same input, same bytes: fixed
// field order, no clock.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "evaluator/audit/finding.h"

namespace auditor {

enum class Format { native, ocsf };

// "native" or "ocsf"; anything else is an error that names the nearest.
std::expected<Format, std::string> parse_format(std::string_view text);

// Below Kafka's usual max.message.bytes of 1 MiB. Where evidence is larger, its long texts and
// lists are cut; the pointers to where it stands remain.
inline constexpr std::size_t record_bytes_max = 900 << 10;

// native: config/schema/finding.schema.json and compliance.schema.json; ocsf: OCSF 1.8.0 Detection
// Finding.
std::string encode(const Finding& finding, Format format);

// native: compliance.schema.json; ocsf: OCSF 1.8.0 Compliance Finding (2003).
std::string encode(const ComplianceRecord& record, Format format);

}  // namespace auditor
