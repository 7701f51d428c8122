// Tested by encoder_test.cpp.
#include "sinks/formats/finding_text.h"

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

namespace auditor {
namespace {

std::string joined(std::span<const std::string> texts, std::string_view between) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

// What is not there leaves no hole in a sentence.
std::string named(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

std::string principal_text(const Principal& principal) {
  struct Writer {
    std::string operator()(const ArnPrincipal& arn) const { return named(arn.arn, "somebody"); }
    std::string operator()(const AnonymousPrincipal&) const { return "anyone (anonymous)"; }
    std::string operator()(const ServicePrincipal& service) const {
      return service.service.empty() ? "a service" : "service " + service.service;
    }
    std::string operator()(const FederatedPrincipal& federated) const {
      return "federated user of " + named(federated.provider, "somebody");
    }
    std::string operator()(const OtherPrincipal& other) const {
      return named(other.id, "somebody");
    }
  };
  return std::visit(Writer{}, principal);
}

std::string type_and_arn(const FindingSubject& subject) {
  std::string text(subject.type);
  std::ranges::replace(text, '_', ' ');
  return subject.arn.empty() ? text : text + " " + subject.arn;
}

std::string granted(const FindingSubject& subject, const std::vector<std::string>& actions,
                    const std::string& guardrail) {
  if (actions.empty()) return " violates " + guardrail;
  return (subject.lets_in ? " lets in calls of " : " may call ") + joined(actions, ", ") +
         " against " + guardrail;
}

// What was called or tried: the guarded actions, or the call of the event.
std::string calls(const Finding& finding) {
  if (!finding.evidence.actions.empty()) return joined(finding.evidence.actions, ", ");
  return named(finding.event.name, "something");
}

// The session's own ARN where there is one; empty: the event does not say who called.
std::string actor_text(const CloudTrailEvent& event) {
  if (!event.actor.arn.empty()) return event.actor.arn;
  const FindingSubject caller = caller_of(event);
  return caller.arn == "unknown" ? event.actor.type : type_and_arn(caller);
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain(text);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto byte = static_cast<unsigned char>(plain[i]);
    // U+0080 to U+009F are control characters too; in UTF-8 they begin with 0xC2.
    const bool is_c1 =
        byte == 0xC2 && i + 1 < plain.size() && static_cast<unsigned char>(plain[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F) plain[i] = '?';
    if (is_c1) plain.replace(i, 2, "?");
  }
  return plain;
}

std::string headline(const Finding& finding) {
  const std::string subject = type_and_arn(finding.subject);
  const std::string& guardrail = finding.guardrail.id;
  const std::string against = " against " + guardrail;
  const bool is_resolved = finding.status == FindingStatus::resolved;
  switch (finding.kind) {
    case FindingKind::grant:
      if (is_resolved) return subject + " no longer violates " + guardrail;
      return subject + granted(finding.subject, finding.evidence.actions, guardrail);
    case FindingKind::usage:
      return subject + " called " + calls(finding) + against +
             (finding.uses > 1 ? ", " + std::to_string(finding.uses) + " times" : "");
    case FindingKind::attempt:
      return subject + " tried " + calls(finding) + against;
    case FindingKind::unverifiable:
      return (is_resolved ? "no longer in doubt whether " : "not known whether ") + subject +
             " obeys " + guardrail;
  }
  return subject + " against " + guardrail;
}

std::string headline(const ComplianceRecord& record) {
  const std::string subject = type_and_arn(record.subject);
  switch (record.status) {
    case ComplianceStatus::compliant:
      return subject + " obeys " + record.guardrail.id;
    case ComplianceStatus::violation:
      return subject + granted(record.subject, record.evidence.actions, record.guardrail.id);
    case ComplianceStatus::unknown:
      return "not known whether " + subject + " obeys " + record.guardrail.id;
  }
  return subject;
}

std::string cause_text(const Finding& finding) {
  const CloudTrailEvent& event = finding.event;
  const std::string when = " at " + event.time.text();
  switch (finding.cause) {
    case Cause::event:
      break;
    case Cause::seed:
      return "a seed" + when;
    case Cause::catalogue:
      return "other AWS managed policies, after what was known" + when;
    case Cause::guardrails:
      return "other guardrails, after what was known" + when;
  }
  std::string text = named(event.name, event.id.empty() ? "an event" : "event " + event.id) + when;
  const std::string actor = actor_text(event);
  if (!actor.empty()) text += " by " + actor;
  if (!event.actor.source_address.empty()) text += " from " + event.actor.source_address;
  return text;
}

const std::string& account_of(const Finding& finding) {
  return finding.subject.account.empty() ? finding.event.account : finding.subject.account;
}

std::string transition_id(const Finding& finding) {
  if (finding.cause == Cause::event) return finding.id + ":" + finding.event.id;
  return finding.id + ":" + std::string(to_string(finding.cause)) + ":" +
         finding.event.time.text() + ":" + std::string(to_string(finding.status));
}

std::string compliance_key(const ComplianceRecord& record) {
  return record.subject.arn + "|" + record.guardrail.id;
}

std::string one_line(const Request& request) {
  std::string line =
      principal_text(request.principal) + " calls " + named(request.action, "something");
  if (!request.resource.empty()) line += " on " + request.resource;
  std::string context;
  for (const auto& [key, value] : request.context) {
    if (!context.empty()) context += ", ";
    const auto* text = std::get_if<std::string>(&value);
    context +=
        key + "=" +
        (text != nullptr ? *text
                         : "[" + joined(std::get<std::vector<std::string>>(value), ", ") + "]");
  }
  if (!context.empty()) line += " with " + context;
  return line;
}

std::string one_line(const GrantedBy& granted_by) {
  std::string line = std::string(to_string(granted_by.policy_kind)) + " policy";
  if (!granted_by.policy_name.empty()) line += " " + granted_by.policy_name;
  if (!granted_by.policy_version.empty()) line += " " + granted_by.policy_version;
  line += ", statement " + std::to_string(granted_by.statement);
  if (!granted_by.sid.empty()) line += " (Sid " + granted_by.sid + ")";
  return line;
}

}  // namespace auditor
