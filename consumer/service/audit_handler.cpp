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
  take_to_quarantine(audited_.quarantined, settings_, outputs);
  audited_.clear();
}

}  // namespace auditor
