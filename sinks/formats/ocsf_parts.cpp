// Tested by encoder_test.cpp.
#include "sinks/formats/ocsf_parts.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "evaluator/policy/arn.h"
#include "sinks/json/json_tree.h"

namespace auditor::ocsf {
namespace {

using nlohmann::ordered_json;

Caption severity_of(Severity severity) {
  switch (severity) {
    case Severity::informational:
      return {1, "Informational"};
    case Severity::low:
      return {2, "Low"};
    case Severity::medium:
      return {3, "Medium"};
    case Severity::high:
      return {4, "High"};
    case Severity::critical:
      return {5, "Critical"};
  }
  return {0, "Unknown"};
}

Caption confidence_of(Certainty certainty) {
  switch (certainty) {
    case Certainty::certain:
      return {3, "High"};
    case Certainty::ambiguous:
      return {2, "Medium"};
    case Certainty::unknown:
      return {0, "Unknown"};
  }
  return {0, "Unknown"};
}

ordered_json resource_json(const FindingSubject& subject) {
  ordered_json json;
  json["uid"] = subject.arn;
  const auto arn = split_arn(subject.arn);  // an IAM path may hold colons
  json["name"] = arn ? arn->resource : std::string_view(subject.arn);
  json["type"] = subject.resource_type;
  if (!subject.region.empty()) json["region"] = subject.region;
  json["cloud_partition"] = subject.partition;
  json["role_id"] = 1;
  json["role"] = "Target";
  if (!subject.account.empty()) json["owner"]["account"]["uid"] = subject.account;
  return json;
}

}  // namespace

std::int64_t milliseconds(EventTime time) {
  return std::chrono::milliseconds(std::chrono::seconds(time.seconds())).count();
}

ordered_json event_json(const EventHead& head, const GuardrailSummary& guardrail,
                        Certainty certainty) {
  const Caption severity = severity_of(guardrail.severity);
  const Caption confidence = confidence_of(certainty);
  ordered_json json;
  json["category_uid"] = 2;
  json["category_name"] = "Findings";
  json["class_uid"] = head.class_uid;
  json["class_name"] = head.class_name;
  json["activity_id"] = head.activity.id;
  json["activity_name"] = head.activity.name;
  json["type_uid"] = head.class_uid * 100 + head.activity.id;
  json["type_name"] = std::string(head.class_name) + ": " + std::string(head.activity.name);
  json["severity_id"] = severity.id;
  json["severity"] = severity.name;
  json["status_id"] = head.status.id;
  json["status"] = head.status.name;
  if (!head.status_detail.empty()) json["status_detail"] = head.status_detail;
  json["confidence_id"] = confidence.id;
  json["confidence"] = confidence.name;
  return json;
}

ordered_json metadata_json(const std::string& uid, const GuardrailSummary& guardrail) {
  ordered_json json;
  json["version"] = "1.8.0";
  json["product"] = {{"name", "guardrail-auditor"}, {"vendor_name", "guardrail-auditor"}};
  json["profiles"] = ordered_json::array({"cloud"});
  json["uid"] = uid;
  json["event_code"] = guardrail.id;
  json["log_provider"] = "AWS CloudTrail";
  return json;
}

ordered_json finding_info_json(const std::string& uid, const std::string& description,
                               const GuardrailSummary& guardrail, std::int64_t time) {
  ordered_json json;
  json["uid"] = uid;
  json["title"] = guardrail.title;
  json["desc"] = description;
  json["types"] = ordered_json::array({guardrail.id});
  json["created_time"] = time;
  json["analytic"] = {
      {"type_id", 1}, {"type", "Rule"}, {"uid", guardrail.id}, {"name", guardrail.title}};
  json["data_sources"] = ordered_json::array({"AWS CloudTrail"});
  return json;
}

ordered_json cloud_json(const FindingSubject& subject, const std::string& event_region,
                        const std::string& event_account) {
  ordered_json json;
  json["provider"] = "AWS";
  const std::string& region = subject.region.empty() ? event_region : subject.region;
  if (!region.empty()) json["region"] = region;
  const std::string& account = subject.account.empty() ? event_account : subject.account;
  if (!account.empty()) {
    json["account"] = {{"uid", account}, {"type_id", 10}, {"type", "AWS Account"}};
  }
  return json;
}

ordered_json evidence_data_json(const std::vector<std::string>& actions,
                                const std::optional<Request>& witness,
                                const ordered_json& granted_by) {
  ordered_json data;
  data["actions"] = actions;
  data["witness"] = witness ? to_json(*witness) : ordered_json(nullptr);
  data["granted_by"] = granted_by;
  return data;
}

void add_subject(ordered_json& event, const FindingSubject& subject, ordered_json evidence,
                 const GuardrailSummary& guardrail) {
  event["resources"] = ordered_json::array({resource_json(subject)});
  event["evidences"] = ordered_json::array({std::move(evidence)});
  if (guardrail.remediation.empty()) return;
  event["remediation"] = {{"desc", guardrail.remediation}, {"references", guardrail.references}};
}

void add_unmapped(ordered_json& event, bool latent, Certainty certainty,
                  const GuardrailSummary& guardrail, const std::vector<std::string>& notes) {
  ordered_json& unmapped = event["unmapped"];
  unmapped["latent"] = latent;
  unmapped["certainty"] = to_string(certainty);
  unmapped["rationale"] = guardrail.rationale;
  unmapped["notes"] = notes;
}

}  // namespace auditor::ocsf
