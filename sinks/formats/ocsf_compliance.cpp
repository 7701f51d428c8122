// Tested by encoder_test.cpp.
#include "sinks/formats/ocsf_compliance.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "sinks/formats/finding_text.h"
#include "sinks/formats/native.h"
#include "sinks/formats/ocsf_parts.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;
using ocsf::Caption;

// Of the subject: does it keep the guardrail?
Caption compliance_of(ComplianceStatus status) {
  switch (status) {
    case ComplianceStatus::compliant:
      return {1, "Pass"};
    case ComplianceStatus::violation:
      return {3, "Fail"};
    case ComplianceStatus::unknown:
      return {0, "Unknown"};
  }
  return {0, "Unknown"};
}

// Of the finding about it.
Caption compliance_status_of(ComplianceStatus status) {
  switch (status) {
    case ComplianceStatus::compliant:
      return {4, "Resolved"};
    case ComplianceStatus::violation:
      return {1, "New"};
    case ComplianceStatus::unknown:
      return {0, "Unknown"};
  }
  return {0, "Unknown"};
}

ordered_json compliance_json(const ComplianceRecord& record) {
  const Caption status = compliance_of(record.status);
  ordered_json json;
  json["control"] = record.guardrail.id;
  json["desc"] = record.guardrail.title;
  json["status_id"] = status.id;
  json["status"] = status.name;
  if (!record.evidence.reason.empty())
    json["status_details"] = ordered_json::array({record.evidence.reason});
  return json;
}

ordered_json analysis_evidence(const ComplianceRecord& record) {
  ordered_json granted_by = ordered_json::array();
  for (const GrantedBy& one : record.evidence.granted_by)
    granted_by.push_back(granted_by_json(one));
  return {{"name", "policy analysis"},
          {"data",
           ocsf::evidence_data_json(record.evidence.actions, record.evidence.witness, granted_by)}};
}

ordered_json compliance_metadata(const ComplianceRecord& record) {
  ordered_json json = ocsf::metadata_json(compliance_key(record), record.guardrail);
  if (!record.as_of_event_id.empty()) json["correlation_uid"] = record.as_of_event_id;
  if (record.as_of_time) json["original_time"] = record.as_of_time->text();
  return json;
}

}  // namespace

std::string ocsf_json(const ComplianceRecord& record) {
  // What is gone is no record: whatever is written rests on an event.
  const std::int64_t time =
      ocsf::milliseconds(record.as_of_time.value_or(Stamp::of_no_event().time));
  const std::string uid = finding_id(record.guardrail.id, FindingKind::grant, record.subject.arn);

  // The record says what is, not what became of it: it updates whatever was there.
  ordered_json json = ocsf::event_json(
      {2003, "Compliance Finding", {2, "Update"}, compliance_status_of(record.status), ""},
      record.guardrail, record.evidence.certainty);
  json["time"] = time;
  json["message"] = headline(record);
  json["metadata"] = compliance_metadata(record);
  json["cloud"] = ocsf::cloud_json(record.subject, "", "");
  json["finding_info"] = ocsf::finding_info_json(uid, headline(record), record.guardrail, time);
  json["compliance"] = compliance_json(record);
  ocsf::add_subject(json, record.subject, analysis_evidence(record), record.guardrail);
  ocsf::add_unmapped(json, record.latent, record.evidence.certainty, record.guardrail,
                     record.evidence.notes);
  return dump(json);
}

}  // namespace auditor
