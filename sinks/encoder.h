// A finding -> the bytes of an output record. Same input, same bytes: fixed field order, no clock.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "evaluator/finding.h"
#include "sinks/output_record.h"
#include "sinks/quarantined.h"

namespace auditor {

enum class Format { native, ocsf };

// "native" or "ocsf"; anything else is an error that names the nearest.
std::expected<Format, std::string> parse_format(std::string_view text);

// The names of the topics to publish to (settings key `topics`).
struct Topics {
  std::string input = "cloudtrail.events";
  std::string alerts = "guardrail.alerts";
  std::string quarantine = "guardrail.quarantine";
  std::string compliance = "guardrail.compliance";
  std::string state = "guardrail.state";
};

// Below Kafka's usual max.message.bytes of 1 MiB. Where evidence is larger, its long texts and
// lists are cut; the pointers to where it stands remain.
inline constexpr std::size_t record_bytes_max = 900 << 10;

// native: config/schema/finding.schema.json and compliance.schema.json; ocsf: OCSF 1.8.0 Detection
// Finding.
std::string encode(const Finding& finding, Format format);

// The alert with its key (finding id) and CloudEvents 1.0 binary-mode headers
// (ce_specversion, ce_id, ce_type, ce_source, ce_time, ce_subject, content-type) plus severity,
// guardrail, account, status.
OutputRecord alert_record(const Finding& finding, Format format, const Topics& topics);

// The present state of a subject, key `subject ARN|guardrail id`: native JSON or an OCSF 1.8.0
// Compliance Finding (2003). A tombstone when the subject is gone. Headers as of an alert; `status`
// is compliant, violation, unknown or gone.
OutputRecord compliance_record(const ComplianceRecord& compliance, Format format,
                               const Topics& topics);

// The original bytes, cut at `bytes_max` (header truncated_from), with headers source_topic,
// source_partition, source_offset, source_timestamp, reason.
OutputRecord quarantine_record(const Quarantined& quarantined, std::size_t bytes_max,
                               const Topics& topics);

}  // namespace auditor
