// The auditor's own format: the fields of a finding and of a compliance record as JSON, described
// by config/schema/finding.schema.json and compliance.schema.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "evaluator/audit/finding.h"

namespace auditor {

std::string native_json(const Finding& finding);
std::string native_json(const ComplianceRecord& record);

// Parts that other encoders show as well.
nlohmann::ordered_json granted_by_json(const GrantedBy& granted_by);
nlohmann::ordered_json position_json(const SourcePosition& position);  // null: not known
nlohmann::ordered_json new_access_json(const std::optional<GainedAccess>& new_access);

}  // namespace auditor
