// Tested by encoder_test.cpp.
#include "sinks/formats/ocsf_parts.h"

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "sinks/json/json_tree.h"

namespace auditor::ocsf {
namespace {

using nlohmann::ordered_json;

// The digits at `at`, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return -1;
  int value = 0;
  const char* end = text.data() + at + length;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  return error == std::errc() && stop == end ? value : -1;
}

std::string partition_of_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) return "aws";
  return std::string(arn.substr(4, arn.find(':', 4) - 4));
}

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

ordered_json resource_json(const Subject& subject) {
  ordered_json json;
  json["uid"] = subject.arn;
  json["name"] = subject.arn.substr(subject.arn.rfind(':') + 1);
  json["type"] = row_of(subject.type).aws_type;
  if (!subject.region.empty()) json["region"] = subject.region;
  json["cloud_partition"] = partition_of_arn(subject.arn);
  json["role_id"] = 1;
  json["role"] = "Target";
  if (!subject.account.empty()) json["owner"]["account"]["uid"] = subject.account;
  return json;
}

}  // namespace

std::int64_t milliseconds(std::string_view time) {
  using namespace std::chrono;
  if (time.size() < 19 || time[4] != '-' || time[7] != '-' || time[10] != 'T') return 0;
  const year_month_day date{year(number_at(time, 0, 4)),
                            month(static_cast<unsigned>(number_at(time, 5, 2))),
                            day(static_cast<unsigned>(number_at(time, 8, 2)))};
  const int hour = number_at(time, 11, 2);
  const int minute = number_at(time, 14, 2);
  const int second = number_at(time, 17, 2);
  if (!date.ok() || hour < 0 || minute < 0 || second < 0) return 0;
  const auto instant = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  return duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count();
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

ordered_json cloud_json(const Subject& subject, const std::string& event_region) {
  ordered_json json;
  json["provider"] = "AWS";
  const std::string& region = subject.region.empty() ? event_region : subject.region;
  if (!region.empty()) json["region"] = region;
  if (!subject.account.empty()) {
    json["account"] = {{"uid", subject.account}, {"type_id", 10}, {"type", "AWS Account"}};
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

void add_subject(ordered_json& event, const Subject& subject, ordered_json evidence,
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
