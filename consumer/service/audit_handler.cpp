#include "consumer/service/audit_handler.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "consumer/auditor/state_records.h"
#include "consumer/worker/quarantine.h"
#include "sinks/records/state_record.h"

namespace auditor {
AuditHandler::AuditHandler(const Settings& settings, std::shared_ptr<const Rules> rules,
                           ReadState read_state)
    : settings_(settings),
      read_state_(std::move(read_state)),
      auditor_(std::move(rules), settings.use_window_seconds) {}

void AuditHandler::handle(const RawMessage& message, std::vector<OutputRecord>& outputs,
                          Counters& counters) {
  auditor_.audit(message, audited_, counters);
  encode_audited(outputs);
}

void AuditHandler::quarantine(const RawMessage& message, const std::string& reason,
                              bool keeps_bytes, std::vector<OutputRecord>& outputs,
                              Counters& counters) {
  outputs.push_back(quarantine_unread(message, reason, keeps_bytes, settings_, counters));
}

OutputRecord AuditHandler::replacement_for(const OutputRecord& refused,
                                           const SourcePosition& source,
                                           std::int64_t timestamp_ms) {
  return quarantine_stand_in(refused, source, timestamp_ms, settings_);
}

bool AuditHandler::on_assigned(std::span<const std::int32_t> partitions,
                               std::vector<OutputRecord>& outputs) {
  StateReader reader(auditor_.can_matter());
  const auto restore = [&](std::int32_t partition, std::string_view key, std::string_view value) {
    auto fact = reader.read(key, value);
    if (!fact) spdlog::critical("{}", fact.error());
    if (fact) auditor_.memory().restore(partition, *std::move(fact));
    return fact.has_value();
  };
  if (!read_state_(partitions, restore)) return false;
  for (const std::int32_t partition : partitions) auditor_.evaluate_accounts(partition, audited_);
  encode_audited(outputs);
  return true;
}

void AuditHandler::encode_audited(std::vector<OutputRecord>& outputs) {
  for (const Finding& finding : audited_.findings) {
    outputs.push_back(alert_record(finding, settings_.format, settings_.topics));
  }
  for (const ComplianceRecord& record : audited_.compliance) {
    outputs.push_back(compliance_record(record, settings_.format, settings_.topics));
  }
  std::ranges::move(state_records(audited_.remembered, settings_.topics),
                    std::back_inserter(outputs));
  for (const Quarantined& quarantined : audited_.quarantined) {
    outputs.push_back(
        quarantine_record(quarantined, settings_.quarantine_max_bytes, settings_.topics));
  }
  audited_.clear();
}

}  // namespace auditor
