#include "sinks/native_json.h"

#include "sinks/json_writer.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;

ordered_json guardrail_json(const GuardrailSummary& guardrail) {
  ordered_json json;
  json["id"] = guardrail.id;
  json["title"] = guardrail.title;
  json["severity"] = guardrail.severity;
  json["rationale"] = guardrail.rationale;
  json["remediation"] = guardrail.remediation;
  json["references"] = guardrail.references;
  return json;
}

ordered_json subject_json(const Subject& subject) {
  ordered_json json;
  json["type"] = to_string(subject.type);
  json["arn"] = subject.arn;
  json["account"] = text_or_null(subject.account);
  json["region"] = text_or_null(subject.region);
  return json;
}

// Null when nobody is known to have acted.
ordered_json actor_json(const Actor& actor) {
  if (actor.type.empty() && actor.arn.empty() && actor.principal_id.empty() &&
      actor.account.empty() && actor.source_address.empty()) {
    return nullptr;
  }
  ordered_json json;
  json["type"] = text_or_null(actor.type);
  json["arn"] = text_or_null(actor.arn);
  json["role_arn"] = text_or_null(actor.role_arn);
  json["account"] = text_or_null(actor.account);
  json["mfa"] = actor.mfa ? ordered_json(*actor.mfa) : ordered_json(nullptr);
  json["source_address"] = text_or_null(actor.source_address);
  json["user_agent"] = text_or_null(actor.user_agent);
  return json;
}

ordered_json event_json(const CloudTrailEvent& event) {
  ordered_json json;
  json["id"] = text_or_null(event.id);
  json["time"] = text_or_null(event.time);
  json["name"] = text_or_null(event.name);
  json["source"] = text_or_null(event.source);
  json["region"] = text_or_null(event.region);
  json["account"] = text_or_null(event.account);
  json["actor"] = actor_json(event.actor);
  json["kafka"] = position_json(event.position);
  return json;
}

ordered_json witness_json(const std::optional<Request>& witness) {
  return witness ? to_json(*witness) : ordered_json(nullptr);
}

ordered_json granted_by_list(const std::vector<GrantedBy>& granted_by) {
  ordered_json list = ordered_json::array();
  for (const GrantedBy& one : granted_by) list.push_back(granted_by_json(one));
  return list;
}

// Of the finding that an alert about this state has; null where there is none.
ordered_json finding_id_json(const ComplianceRecord& record) {
  if (record.status == ComplianceStatus::compliant) return nullptr;
  const FindingKind kind =
      record.status == ComplianceStatus::violation ? FindingKind::grant : FindingKind::unverifiable;
  return finding_id(record.guardrail.id, kind, record.subject.arn);
}

}  // namespace

ordered_json position_json(const SourcePosition& position) {
  if (position.topic.empty()) return nullptr;
  ordered_json json;
  json["topic"] = position.topic;
  json["partition"] = position.partition;
  json["offset"] = position.offset;
  return json;
}

ordered_json granted_by_json(const GrantedBy& granted_by) {
  ordered_json json;
  json["policy"]["kind"] = granted_by.policy_kind;
  json["policy"]["name"] = granted_by.policy_name;
  json["policy"]["arn"] = text_or_null(granted_by.policy_arn);
  json["policy"]["version"] = text_or_null(granted_by.policy_version);
  json["statement"] = granted_by.statement;
  json["sid"] = text_or_null(granted_by.sid);
  json["pointer"] = granted_by.pointer;
  return json;
}

ordered_json new_access_json(const std::optional<GainedAccess>& new_access) {
  if (!new_access) return nullptr;
  ordered_json json;
  json["actions"] = new_access->actions;
  json["witness"] = witness_json(new_access->witness);
  return json;
}

ordered_json native_json(const Finding& finding) {
  ordered_json json;
  json["finding_id"] = finding.id;
  json["kind"] = to_string(finding.kind);
  json["status"] = to_string(finding.status);
  json["guardrail"] = guardrail_json(finding.guardrail);
  json["subject"] = subject_json(finding.subject);
  json["latent"] = finding.latent;
  json["actions"] = finding.actions;
  json["witness"] = witness_json(finding.witness);
  json["granted_by"] = granted_by_list(finding.granted_by);
  json["certainty"] = to_string(finding.certainty);
  json["reason"] = text_or_null(finding.reason);
  json["new_access"] = new_access_json(finding.new_access);
  json["notes"] = finding.notes;
  json["cause"] = to_string(finding.cause);
  json["event"] = event_json(finding.event);
  json["uses"] = finding.uses;
  return json;
}

ordered_json native_json(const ComplianceRecord& record) {
  ordered_json json;
  json["subject"] = subject_json(record.subject);
  json["guardrail"] = guardrail_json(record.guardrail);
  json["status"] = to_string(record.status);
  json["finding_id"] = finding_id_json(record);
  json["latent"] = record.latent;
  json["actions"] = record.actions;
  json["witness"] = witness_json(record.witness);
  json["granted_by"] = granted_by_list(record.granted_by);
  json["certainty"] = to_string(record.certainty);
  json["reason"] = text_or_null(record.reason);
  json["notes"] = record.notes;
  json["as_of"]["time"] = text_or_null(record.as_of_time);
  json["as_of"]["event_id"] = text_or_null(record.as_of_event_id);
  return json;
}

}  // namespace auditor
