#include "sinks/records/encoder.h"

#include <utility>

#include "sinks/formats/finding_text.h"

namespace auditor {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

}  // namespace

OutputRecord alert_record(const Finding& finding, Format format, const Topics& topics) {
  OutputRecord record;
  record.topic = topics.alerts;
  record.key = finding.id;
  record.value = encode(finding, format);
  Headers& headers = record.headers;
  headers.emplace_back("ce_specversion", "1.0");
  headers.emplace_back("ce_id", transition_id(finding));
  headers.emplace_back("ce_type",
                       "guardrail-auditor.finding." + std::string(to_string(finding.kind)));
  headers.emplace_back("ce_source", "/guardrail-auditor/" + account_of(finding));
  headers.emplace_back("ce_time", finding.event.time.text());
  headers.emplace_back("ce_subject", finding.subject.arn);
  headers.emplace_back("content-type", "application/json");
  headers.emplace_back("severity", to_string(finding.guardrail.severity));
  headers.emplace_back("guardrail", finding.guardrail.id);
  headers.emplace_back("account", account_of(finding));
  headers.emplace_back("status", std::string(to_string(finding.status)));
  return record;
}

OutputRecord compliance_record(const ComplianceRecord& compliance, Format format,
                               const Topics& topics) {
  OutputRecord record;
  record.topic = topics.compliance;
  record.key = compliance_key(compliance);
  record.is_tombstone = compliance.is_gone;
  if (!compliance.is_gone) record.value = encode(compliance, format);
  Headers& headers = record.headers;
  headers.emplace_back("ce_specversion", "1.0");
  headers.emplace_back("ce_id", record.key + ":" + compliance.as_of_event_id);
  headers.emplace_back("ce_type", "guardrail-auditor.compliance");
  headers.emplace_back("ce_source", "/guardrail-auditor/" + compliance.subject.account);
  if (compliance.as_of_time) headers.emplace_back("ce_time", compliance.as_of_time->text());
  headers.emplace_back("ce_subject", compliance.subject.arn);
  if (!compliance.is_gone) headers.emplace_back("content-type", "application/json");
  headers.emplace_back("severity", to_string(compliance.guardrail.severity));
  headers.emplace_back("guardrail", compliance.guardrail.id);
  headers.emplace_back("account", compliance.subject.account);
  headers.emplace_back("status",
                       compliance.is_gone ? "gone" : std::string(to_string(compliance.status)));
  return record;
}

OutputRecord quarantine_record(const Quarantined& quarantined, std::size_t bytes_max,
                               const Topics& topics) {
  const SourcePosition& position = quarantined.position;
  const std::string partition = std::to_string(position.partition);
  const std::string offset = std::to_string(position.offset);
  OutputRecord record;
  record.topic = topics.quarantine;
  record.key = position.topic + "-" + partition + "-" + offset;
  record.value = quarantined.bytes.substr(0, bytes_max);
  Headers& headers = record.headers;
  headers.emplace_back("source_topic", position.topic);
  headers.emplace_back("source_partition", partition);
  headers.emplace_back("source_offset", offset);
  headers.emplace_back("source_timestamp", std::to_string(quarantined.timestamp_ms));
  headers.emplace_back("reason", quarantined.reason);
  if (quarantined.bytes.size() > bytes_max) {
    headers.emplace_back("truncated_from", std::to_string(quarantined.bytes.size()));
  }
  return record;
}

}  // namespace auditor
