// Tested by encoder_test.cpp.
#include "sinks/formats/ocsf.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "sinks/formats/finding_text.h"
#include "sinks/formats/native.h"
#include "sinks/formats/ocsf_parts.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;
using ocsf::Caption;

constexpr int document_depth_max = 32;  // IAM's grammar needs 6
constexpr std::size_t statements_shown_max = 20;

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

Caption finding_status_of(FindingStatus status) {
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

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
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
  if (document.is_null() || granted_by.policy_kind == DocumentKind::aws_managed) return nullptr;
  const std::string list = "/Statement";
  if (!document.is_object() || !document.contains("Statement")) return nullptr;
  const ordered_json& statements = document["Statement"];
  if (granted_by.pointer == list) return statements;
  if (!statements.is_array() || granted_by.statement >= statements.size()) return nullptr;
  return statements[granted_by.statement];
}

// How the one who called is named apart from an ARN.
const std::string& user_id(const Actor& actor) {
  return actor.on_behalf_of.empty() ? actor.principal_id : actor.on_behalf_of;
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
  const std::string& uid = actor.arn.empty() ? user_id(actor) : actor.arn;
  if (!uid.empty()) user["uid"] = uid;
  if (!actor.arn.empty() && !user_id(actor).empty()) user["uid_alt"] = user_id(actor);
  if (!actor.account.empty()) user["account"]["uid"] = actor.account;
  if (actor.mfa) user["has_mfa"] = *actor.mfa;
  return user;
}

// OCSF wants at least one way to name an actor.
ordered_json evidence_actor(const Actor& actor) {
  ordered_json json;
  if (!actor.arn.empty() || !user_id(actor).empty() || !actor.account.empty()) {
    json["user"] = user_json(actor);
  }
  if (!actor.role_arn.empty()) json["session"]["issuer"] = actor.role_arn;
  if (!actor.invoked_by.empty()) json["app_name"] = actor.invoked_by;
  return json;
}

ordered_json evidence_data(const Finding& finding) {
  ordered_json granted_by_all = ordered_json::array();
  const ordered_json document =
      finding.evidence.granted_by.empty() ? ordered_json() : document_of(finding.event);
  std::size_t shown = 0;
  for (const GrantedBy& granted_by : finding.evidence.granted_by) {
    ordered_json entry = granted_by_json(granted_by);
    if (shown++ < statements_shown_max) entry["text"] = statement_at(document, granted_by);
    granted_by_all.push_back(std::move(entry));
  }
  ordered_json data =
      ocsf::evidence_data_json(finding.evidence.actions, finding.evidence.witness, granted_by_all);
  data["new_access"] = new_access_json(finding.new_access);
  data["kafka"] = position_json(finding.event.position);
  return data;
}

ordered_json event_evidence(const Finding& finding) {
  const CloudTrailEvent& event = finding.event;
  ordered_json json;
  json["name"] = "cloudtrail";
  if (!event.id.empty()) json["uid"] = event.id;
  ordered_json actor = evidence_actor(event.actor);
  if (!actor.empty()) json["actor"] = std::move(actor);
  if (!event.name.empty()) {
    json["api"]["operation"] = event.name;
    json["api"]["service"]["name"] = event.source;
  }
  const std::string& address = event.actor.source_address;
  if (!address.empty()) json["src_endpoint"][is_ip_address(address) ? "ip" : "svc_name"] = address;
  if (!event.actor.user_agent.empty()) json["http_request"]["user_agent"] = event.actor.user_agent;
  json["data"] = evidence_data(finding);
  return json;
}

ordered_json finding_info(const Finding& finding, std::int64_t time) {
  ordered_json json =
      ocsf::finding_info_json(finding.id, headline(finding), finding.guardrail, time);
  if (finding.event.id.empty()) return json;
  ordered_json related;
  related["uid"] = finding.event.id;
  if (!finding.event.name.empty()) related["type"] = finding.event.name;
  related["product"] = {{"uid", "CloudTrail"}, {"name", "CloudTrail"}, {"vendor_name", "AWS"}};
  json["related_events"] = ordered_json::array({std::move(related)});
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
  add("cloud.account.uid", 35, "Account Object: uid", account_of(finding));
  add("evidences[0].actor.user.uid", 31, "User Object: uid",
      actor.arn.empty() ? user_id(actor) : actor.arn);
  if (is_ip_address(actor.source_address)) {
    add("evidences[0].src_endpoint.ip", 2, "IP Address", actor.source_address);
  }
  return list;
}

ordered_json finding_metadata(const Finding& finding) {
  ordered_json json = ocsf::metadata_json(transition_id(finding), finding.guardrail);
  if (!finding.event.id.empty()) json["correlation_uid"] = finding.event.id;
  if (!finding.event.position.topic.empty()) json["log_name"] = finding.event.position.topic;
  json["original_time"] = finding.event.time.text();
  return json;
}

// Why it has this status; empty for an open one that is plain.
std::string status_detail(const Finding& finding) {
  if (finding.status == FindingStatus::open || !finding.evidence.reason.empty())
    return finding.evidence.reason;
  return std::string(to_string(finding.status)) + " by " + cause_text(finding);
}

}  // namespace

std::string ocsf_json(const Finding& finding) {
  const std::int64_t time = ocsf::milliseconds(finding.event.time);
  ordered_json json = ocsf::event_json({2004, "Detection Finding", activity_of(finding.status),
                                        finding_status_of(finding.status), status_detail(finding)},
                                       finding.guardrail, finding.evidence.certainty);
  json["is_alert"] = true;
  json["time"] = time;
  json["message"] = headline(finding);
  json["metadata"] = finding_metadata(finding);
  json["cloud"] = ocsf::cloud_json(finding.subject, finding.event.region, finding.event.account);
  json["finding_info"] = finding_info(finding, time);
  ocsf::add_subject(json, finding.subject, event_evidence(finding), finding.guardrail);
  json["observables"] = observables(finding);
  if (finding.kind == FindingKind::usage) json["count"] = finding.uses;
  json["unmapped"] = {{"kind", to_string(finding.kind)}, {"cause", to_string(finding.cause)}};
  ocsf::add_unmapped(json, finding.latent, finding.evidence.certainty, finding.guardrail,
                     finding.evidence.notes);
  return dump(json);
}

}  // namespace auditor
