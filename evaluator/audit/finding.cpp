#include "evaluator/audit/finding.h"

#include "evaluator/policy/arn.h"
#include "evaluator/text/digest.h"
#include "evaluator/text/length_prefix.h"

namespace auditor {

FindingSubject::FindingSubject(const Subject& subject)
    : type(to_string(subject.type)),
      resource_type(row_of(subject.type).aws_type),
      arn(subject.arn),
      account(subject.account),
      region(subject.region),
      lets_in(!is_identity(subject.type)) {
  if (const auto parts = split_arn(subject.arn)) partition = parts->partition;
}

FindingSubject::FindingSubject(const Caller& caller)
    : type(to_string(caller.kind)),
      resource_type(auditor::resource_type(caller.kind)),
      arn(caller.id),
      account(caller.account),
      partition(caller.partition) {}

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::grant:
      return "grant";
    case FindingKind::usage:
      return "usage";
    case FindingKind::attempt:
      return "attempt";
    case FindingKind::unverifiable:
      return "unverifiable";
  }
  return "unverifiable";
}

std::string_view to_string(FindingStatus status) {
  switch (status) {
    case FindingStatus::open:
      return "open";
    case FindingStatus::changed:
      return "changed";
    case FindingStatus::resolved:
      return "resolved";
  }
  return "open";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::event:
      return "event";
    case Cause::seed:
      return "seed";
    case Cause::catalogue:
      return "catalogue";
    case Cause::guardrails:
      return "guardrails";
  }
  return "event";
}

std::string_view to_string(ComplianceStatus status) {
  switch (status) {
    case ComplianceStatus::compliant:
      return "compliant";
    case ComplianceStatus::violation:
      return "violation";
    case ComplianceStatus::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string finding_id(std::string_view guardrail_id, FindingKind kind,
                       std::string_view subject_arn, std::string_view event_id) {
  std::string bytes;
  append_field(bytes, guardrail_id);
  append_field(bytes, to_string(kind));
  append_field(bytes, subject_arn);
  append_field(bytes, event_id);
  return sha256_hex(bytes);
}

}  // namespace auditor
