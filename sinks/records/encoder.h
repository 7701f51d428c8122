// A finding, a compliance record or a message that could not be read -> the record to publish.
#pragma once

#include <cstddef>

#include "evaluator/audit/finding.h"
#include "sinks/formats/format.h"
#include "sinks/records/output_record.h"
#include "sinks/records/quarantined.h"
#include "sinks/records/topics.h"

namespace auditor {

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
