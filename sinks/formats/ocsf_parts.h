// What the two OCSF 1.8.0 classes of the auditor share: how an event begins and ends, captions,
// times, resources, the cloud.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/audit/finding.h"

namespace auditor::ocsf {

// An enumerated value and the name that goes with it.
struct Caption {
  int id;
  std::string_view name;
};

struct EventHead {
  int class_uid;
  std::string_view class_name;
  Caption activity;
  Caption status;
  std::string status_detail;  // empty: no such member
};

// The members that every event begins with, up to `confidence`.
nlohmann::ordered_json event_json(const EventHead& head, const GuardrailSummary& guardrail,
                                  Certainty certainty);

// Since 1970.
std::int64_t milliseconds(EventTime time);

nlohmann::ordered_json metadata_json(const std::string& uid, const GuardrailSummary& guardrail);
nlohmann::ordered_json finding_info_json(const std::string& uid, const std::string& description,
                                         const GuardrailSummary& guardrail, std::int64_t time);
// `event_region` and `event_account` stand in where the subject has none.
nlohmann::ordered_json cloud_json(const FindingSubject& subject, const std::string& event_region,
                                  const std::string& event_account);

// The `data` of an evidence, as far as both have it; `granted_by` is a list.
nlohmann::ordered_json evidence_data_json(const std::vector<std::string>& actions,
                                          const std::optional<Request>& witness,
                                          const nlohmann::ordered_json& granted_by);

// The subject, as the target; the one evidence; the remediation where the guardrail has one.
void add_subject(nlohmann::ordered_json& event, const FindingSubject& subject,
                 nlohmann::ordered_json evidence, const GuardrailSummary& guardrail);

// What OCSF has no member for; behind what the event has there already.
void add_unmapped(nlohmann::ordered_json& event, bool latent, Certainty certainty,
                  const GuardrailSummary& guardrail, const std::vector<std::string>& notes);

}  // namespace auditor::ocsf
