#include "sinks/ocsf.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sinks/finding_text.h"
#include "sinks/json_writer.h"
#include "sinks/native_json.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;

constexpr int class_uid = 2004;
constexpr int document_depth_max = 32;  // IAM's grammar needs 6
constexpr std::size_t statements_shown_max = 20;

struct Caption {
  int id;
  std::string_view name;
};

Caption activity_of(FindingStatus status) {
  switch (status) {
    case FindingStatus::open:
      return {1, "Create"};
    case FindingStatus::changed:
      return {2, "Update"};
    case FindingStatus::resolved:
      return {3, "Close"};
  }
  return {99, "Other"};
}

Caption status_of(FindingStatus status) {
  switch (status) {
    case FindingStatus::open:
      return {1, "New"};
    case FindingStatus::changed:
      return {2, "In Progress"};
    case FindingStatus::resolved:
      return {4, "Resolved"};
  }
  return {99, "Other"};
}

Caption severity_of(std::string_view severity) {
  if (severity == "informational") return {1, "Informational"};
  if (severity == "low") return {2, "Low"};
  if (severity == "medium") return {3, "Medium"};
  if (severity == "high") return {4, "High"};
  if (severity == "critical") return {5, "Critical"};
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

std::string_view resource_type(SubjectType type) {
  switch (type) {
    case SubjectType::role:
      return "AWS::IAM::Role";
    case SubjectType::user:
      return "AWS::IAM::User";
    case SubjectType::group:
      return "AWS::IAM::Group";
    case SubjectType::policy:
      return "AWS::IAM::ManagedPolicy";
    case SubjectType::repository:
      return "AWS::ECR::Repository";
    case SubjectType::registry:
      return "AWS::ECR::RegistryPolicy";
    case SubjectType::template_:
      return "AWS::ECR::RepositoryCreationTemplate";
    case SubjectType::account:
      return "AWS::Account";
  }
  return "AWS::Account";
}

// The digits at `at`, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return -1;
  int value = 0;
  const char* end = text.data() + at + length;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  return error == std::errc() && stop == end ? value : -1;
}

// "2026-01-01T00:05:05Z" -> milliseconds since 1970. 0 for anything else: OCSF demands a time.
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

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string partition_of_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) return "aws";
  return std::string(arn.substr(4, arn.find(':', 4) - 4));
}

// The event's policy document, to show the statement that grants; null when it is not there or
// deeper than any policy, which would be dangerous to write out again.
ordered_json document_of(const CloudTrailEvent& event) {
  const auto& text = event.request.policy_document ? event.request.policy_document
                                                   : event.response.policy_document;
  if (!text) return nullptr;
  bool too_deep = false;
  const auto watch = [&](int depth, ordered_json::parse_event_t, ordered_json&) {
    too_deep = too_deep || depth > document_depth_max;
    return !too_deep;
  };
  ordered_json document = ordered_json::parse(*text, watch, false);
  if (too_deep || document.is_discarded()) return nullptr;
  return document;
}

ordered_json statement_at(const ordered_json& document, const GrantedBy& granted_by) {
  if (document.is_null() || granted_by.policy_kind == "aws-managed") return nullptr;
  const std::string list = "/Statement";
  if (!document.is_object() || !document.contains("Statement")) return nullptr;
  const ordered_json& statements = document["Statement"];
  if (granted_by.pointer == list) return statements;
  if (!statements.is_array() || granted_by.statement >= statements.size()) return nullptr;
  return statements[granted_by.statement];
}

ordered_json user_json(const Actor& actor) {
  Caption type{99, actor.type};
  if (actor.type == "IAMUser") type = {1, "User"};
  if (actor.type == "Root") type = {2, "Admin"};
  if (actor.type == "AWSService") type = {4, "Service"};
  if (actor.type.empty()) type = {0, "Unknown"};
  ordered_json user;
  user["type_id"] = type.id;
  user["type"] = type.name;
  const std::string& uid = actor.arn.empty() ? actor.principal_id : actor.arn;
  if (!uid.empty()) user["uid"] = uid;
  if (!actor.arn.empty() && !actor.principal_id.empty()) user["uid_alt"] = actor.principal_id;
  if (!actor.account.empty()) user["account"]["uid"] = actor.account;
  if (actor.mfa) user["has_mfa"] = *actor.mfa;
  return user;
}

// OCSF wants at least one way to name an actor.
ordered_json actor_json(const Actor& actor) {
  ordered_json json;
  if (!actor.arn.empty() || !actor.principal_id.empty() || !actor.account.empty()) {
    json["user"] = user_json(actor);
  }
  if (!actor.role_arn.empty()) json["session"]["issuer"] = actor.role_arn;
  if (!actor.invoked_by.empty()) json["invoked_by"] = actor.invoked_by;
  return json;
}

ordered_json evidence_data(const Finding& finding) {
  ordered_json data;
  data["actions"] = finding.actions;
  data["witness"] = finding.witness ? to_json(*finding.witness) : ordered_json(nullptr);
  data["granted_by"] = ordered_json::array();
  const ordered_json document =
      finding.granted_by.empty() ? ordered_json() : document_of(finding.event);
  std::size_t shown = 0;
  for (const GrantedBy& granted_by : finding.granted_by) {
    ordered_json entry = granted_by_json(granted_by);
    if (shown++ < statements_shown_max) entry["text"] = statement_at(document, granted_by);
    data["granted_by"].push_back(std::move(entry));
  }
  data["kafka"] = position_json(finding.event.position);
  return data;
}

ordered_json evidence_json(const Finding& finding) {
  const CloudTrailEvent& event = finding.event;
  ordered_json json;
  json["name"] = "cloudtrail";
  json["uid"] = event.id;
  ordered_json actor = actor_json(event.actor);
  if (!actor.empty()) json["actor"] = std::move(actor);
  json["api"]["operation"] = event.name;
  json["api"]["service"]["name"] = event.source;
  const std::string& address = event.actor.source_address;
  if (!address.empty()) json["src_endpoint"][is_ip_address(address) ? "ip" : "svc_name"] = address;
  if (!event.actor.user_agent.empty()) json["http_request"]["user_agent"] = event.actor.user_agent;
  json["data"] = evidence_data(finding);
  return json;
}

ordered_json finding_info(const Finding& finding, std::int64_t time) {
  ordered_json json;
  json["uid"] = finding.id;
  json["title"] = finding.guardrail.title;
  json["desc"] = headline(finding);
  json["types"] = ordered_json::array({finding.guardrail.id});
  json["created_time"] = time;
  json["analytic"] = {{"type_id", 1},
                      {"type", "Rule"},
                      {"uid", finding.guardrail.id},
                      {"name", finding.guardrail.title}};
  json["data_sources"] = ordered_json::array({"AWS CloudTrail"});
  json["related_events"] = ordered_json::array();
  json["related_events"].push_back(
      {{"uid", finding.event.id}, {"type", finding.event.name}, {"product_uid", "CloudTrail"}});
  return json;
}

ordered_json resource_json(const Finding& finding) {
  const Subject& subject = finding.subject;
  ordered_json json;
  json["uid"] = subject.arn;
  json["name"] = subject.arn.substr(subject.arn.rfind(':') + 1);
  json["type"] = resource_type(subject.type);
  if (!subject.region.empty()) json["region"] = subject.region;
  json["cloud_partition"] = partition_of_arn(subject.arn);
  json["role_id"] = 1;
  json["role"] = "Target";
  if (!subject.account.empty()) json["owner"]["account"]["uid"] = subject.account;
  return json;
}

ordered_json observables(const Finding& finding) {
  ordered_json list = ordered_json::array();
  const auto add = [&](std::string_view name, int type_id, std::string_view type,
                       const std::string& value) {
    if (value.empty()) return;
    list.push_back({{"name", name}, {"type_id", type_id}, {"type", type}, {"value", value}});
  };
  const Actor& actor = finding.event.actor;
  add("resources[0].uid", 10, "Resource UID", finding.subject.arn);
  add("cloud.account.uid", 35, "Account Object: uid", finding.subject.account);
  add("evidences[0].actor.user.uid", 31, "User Object: uid",
      actor.arn.empty() ? actor.principal_id : actor.arn);
  if (is_ip_address(actor.source_address)) {
    add("evidences[0].src_endpoint.ip", 2, "IP Address", actor.source_address);
  }
  return list;
}

ordered_json cloud_json(const Finding& finding) {
  ordered_json json;
  json["provider"] = "AWS";
  const std::string& region =
      finding.subject.region.empty() ? finding.event.region : finding.subject.region;
  if (!region.empty()) json["region"] = region;
  if (!finding.subject.account.empty()) {
    json["account"] = {{"uid", finding.subject.account}, {"type_id", 10}, {"type", "AWS Account"}};
  }
  return json;
}

ordered_json metadata_json(const Finding& finding) {
  ordered_json json;
  json["version"] = "1.8.0";
  json["product"] = {{"name", "guardrail-auditor"}, {"vendor_name", "guardrail-auditor"}};
  json["profiles"] = ordered_json::array({"cloud"});
  json["uid"] = finding.id + ":" + finding.event.id;
  json["correlation_uid"] = finding.event.id;
  json["event_code"] = finding.guardrail.id;
  json["log_name"] = finding.event.position.topic;
  json["log_provider"] = "AWS CloudTrail";
  if (!finding.event.time.empty()) json["original_time"] = finding.event.time;
  return json;
}

}  // namespace

ordered_json ocsf_json(const Finding& finding) {
  const Caption activity = activity_of(finding.status);
  const Caption status = status_of(finding.status);
  const Caption severity = severity_of(finding.guardrail.severity);
  const Caption confidence = confidence_of(finding.certainty);
  const std::int64_t time = milliseconds(finding.event.time);

  ordered_json json;
  json["category_uid"] = 2;
  json["category_name"] = "Findings";
  json["class_uid"] = class_uid;
  json["class_name"] = "Detection Finding";
  json["activity_id"] = activity.id;
  json["activity_name"] = activity.name;
  json["type_uid"] = class_uid * 100 + activity.id;
  json["type_name"] = "Detection Finding: " + std::string(activity.name);
  json["severity_id"] = severity.id;
  json["severity"] = severity.name;
  json["status_id"] = status.id;
  json["status"] = status.name;
  if (!finding.reason.empty()) json["status_detail"] = finding.reason;
  json["confidence_id"] = confidence.id;
  json["confidence"] = confidence.name;
  json["is_alert"] = true;
  json["time"] = time;
  json["message"] = headline(finding);
  json["metadata"] = metadata_json(finding);
  json["cloud"] = cloud_json(finding);
  json["finding_info"] = finding_info(finding, time);
  json["resources"] = ordered_json::array({resource_json(finding)});
  json["evidences"] = ordered_json::array({evidence_json(finding)});
  if (!finding.guardrail.remediation.empty()) {
    json["remediation"]["desc"] = finding.guardrail.remediation;
    json["remediation"]["references"] = finding.guardrail.references;
  }
  json["observables"] = observables(finding);
  json["unmapped"] = {{"kind", to_string(finding.kind)},
                      {"latent", finding.latent},
                      {"certainty", to_string(finding.certainty)},
                      {"rationale", finding.guardrail.rationale},
                      {"notes", finding.notes}};
  return json;
}

}  // namespace auditor
