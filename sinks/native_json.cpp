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

ordered_json actor_json(const Actor& actor) {
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
  json["id"] = event.id;
  json["time"] = text_or_null(event.time);
  json["name"] = event.name;
  json["source"] = event.source;
  json["region"] = text_or_null(event.region);
  json["account"] = text_or_null(event.account);
  json["actor"] = actor_json(event.actor);
  json["kafka"] = position_json(event.position);
  return json;
}

}  // namespace

ordered_json position_json(const SourcePosition& position) {
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

ordered_json native_json(const Finding& finding) {
  ordered_json json;
  json["finding_id"] = finding.id;
  json["kind"] = to_string(finding.kind);
  json["status"] = to_string(finding.status);
  json["guardrail"] = guardrail_json(finding.guardrail);
  json["subject"] = subject_json(finding.subject);
  json["latent"] = finding.latent;
  json["actions"] = finding.actions;
  json["witness"] = finding.witness ? to_json(*finding.witness) : ordered_json(nullptr);
  json["granted_by"] = ordered_json::array();
  for (const GrantedBy& granted_by : finding.granted_by) {
    json["granted_by"].push_back(granted_by_json(granted_by));
  }
  json["certainty"] = to_string(finding.certainty);
  json["reason"] = text_or_null(finding.reason);
  // Needs what was there before the change, which only a memory of the account can know.
  json["new_access"] = nullptr;
  json["notes"] = finding.notes;
  json["event"] = event_json(finding.event);
  return json;
}

}  // namespace auditor
