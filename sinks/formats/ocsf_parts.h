// What the OCSF 1.8.0 classes of the auditor share: captions, times, resources, the cloud.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "evaluator/audit/finding.h"

namespace auditor::ocsf {

// An enumerated value and the name that goes with it.
struct Caption {
  int id;
  std::string_view name;
};

Caption severity_of(std::string_view severity);
Caption confidence_of(Certainty certainty);

// "2026-01-01T00:05:05Z" -> milliseconds since 1970. 0 for anything else: OCSF demands a time.
std::int64_t milliseconds(std::string_view time);

// The members that every event begins with, up to `severity`.
nlohmann::ordered_json event_json(int class_uid, std::string_view class_name,
                                  const Caption& activity, const Caption& severity);

nlohmann::ordered_json metadata_json(const std::string& uid, const GuardrailSummary& guardrail);
nlohmann::ordered_json finding_info_json(const std::string& uid, const std::string& description,
                                         const GuardrailSummary& guardrail, std::int64_t time);
// The subject, as the target.
nlohmann::ordered_json resource_json(const Subject& subject);
// `event_region` stands in where the subject has none.
nlohmann::ordered_json cloud_json(const Subject& subject, const std::string& event_region);
// Null when the guardrail has none.
nlohmann::ordered_json remediation_json(const GuardrailSummary& guardrail);

}  // namespace auditor::ocsf
