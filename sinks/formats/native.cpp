// Tested by encoder_test.cpp.
#include "sinks/formats/native.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "sinks/json/json_object.h"
#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

using nlohmann::ordered_json;

std::string guardrail_text(const GuardrailSummary& guardrail) {
  return JsonObject()
      .text("id", guardrail.id)
      .text("title", guardrail.title)
      .text("severity", to_string(guardrail.severity))
      .text("rationale", guardrail.rationale)
      .text("remediation", guardrail.remediation)
      .texts("references", guardrail.references)
      .take();
}

std::string native_subject(const FindingSubject& subject) {
  return JsonObject()
      .text("type", subject.type)
      .text("arn", subject.arn)
      .text_or_null("account", subject.account)
      .text_or_null("region", subject.region)
      .take();
}

ordered_json on_behalf_of(const Actor& actor) {
  if (actor.on_behalf_of.empty()) return nullptr;
  ordered_json json;
  json["user_id"] = actor.on_behalf_of;
  json["identity_store_arn"] = text_or_null(actor.identity_store_arn);
  return json;
}

// Null when nobody is known to have acted.
ordered_json native_actor(const Actor& actor) {
  if (actor.type.empty() && actor.arn.empty() && actor.principal_id.empty() &&
      actor.account.empty() && actor.invoked_by.empty() && actor.on_behalf_of.empty() &&
      actor.source_address.empty()) {
    return nullptr;
  }
  ordered_json json;
  json["type"] = text_or_null(actor.type);
  json["arn"] = text_or_null(actor.arn);
  json["role_arn"] = text_or_null(actor.role_arn);
  json["principal_id"] = text_or_null(actor.principal_id);
  json["account"] = text_or_null(actor.account);
  json["invoked_by"] = text_or_null(actor.invoked_by);
  json["on_behalf_of"] = on_behalf_of(actor);
  json["mfa"] = actor.mfa ? ordered_json(*actor.mfa) : ordered_json(nullptr);
  json["source_address"] = text_or_null(actor.source_address);
  json["user_agent"] = text_or_null(actor.user_agent);
  return json;
}

ordered_json native_event(const CloudTrailEvent& event) {
  ordered_json json;
  json["id"] = text_or_null(event.id);
  json["time"] = event.time.text();
  json["name"] = text_or_null(event.name);
  json["source"] = text_or_null(event.source);
  json["region"] = text_or_null(event.region);
  json["account"] = text_or_null(event.account);
  json["actor"] = native_actor(event.actor);
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

// Of the finding that an alert about this state has; empty where there is none.
std::string finding_id_of(const ComplianceRecord& record) {
  if (record.status == ComplianceStatus::compliant) return {};
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
  json["policy"]["kind"] = to_string(granted_by.policy_kind);
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

std::string native_json(const Finding& finding) {
  return JsonObject()
      .text("finding_id", finding.id)
      .text("kind", to_string(finding.kind))
      .text("status", to_string(finding.status))
      .json("guardrail", guardrail_text(finding.guardrail))
      .json("subject", native_subject(finding.subject))
      .flag("latent", finding.latent)
      .texts("actions", finding.evidence.actions)
      .json("witness", dump(witness_json(finding.evidence.witness)))
      .json("granted_by", dump(granted_by_list(finding.evidence.granted_by)))
      .text("certainty", to_string(finding.evidence.certainty))
      .text_or_null("reason", finding.evidence.reason)
      .json("new_access", dump(new_access_json(finding.new_access)))
      .texts("notes", finding.evidence.notes)
      .text("cause", to_string(finding.cause))
      .json("event", dump(native_event(finding.event)))
      .json("uses", std::to_string(finding.uses))
      .take();
}

std::string native_json(const ComplianceRecord& record) {
  const std::string time = record.as_of_time ? record.as_of_time->text() : std::string();
  const std::string as_of = JsonObject()
                                .text_or_null("time", time)
                                .text_or_null("event_id", record.as_of_event_id)
                                .take();
  return JsonObject()
      .json("subject", native_subject(record.subject))
      .json("guardrail", guardrail_text(record.guardrail))
      .text("status", to_string(record.status))
      .text_or_null("finding_id", finding_id_of(record))
      .flag("latent", record.latent)
      .texts("actions", record.evidence.actions)
      .json("witness", dump(witness_json(record.evidence.witness)))
      .json("granted_by", dump(granted_by_list(record.evidence.granted_by)))
      .text("certainty", to_string(record.evidence.certainty))
      .text_or_null("reason", record.evidence.reason)
      .texts("notes", record.evidence.notes)
      .json("as_of", as_of)
      .take();
}

}  // namespace auditor
