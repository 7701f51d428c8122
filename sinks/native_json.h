// The auditor's own format: the fields of a finding as JSON, described by
// config/schema/finding.schema.json.
#pragma once

#include <nlohmann/json.hpp>

#include "evaluator/finding.h"

namespace auditor {

nlohmann::ordered_json native_json(const Finding& finding);

// Parts that other encoders show as well.
nlohmann::ordered_json granted_by_json(const GrantedBy& granted_by);
nlohmann::ordered_json position_json(const SourcePosition& position);

}  // namespace auditor
