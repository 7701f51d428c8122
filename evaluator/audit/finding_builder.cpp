// Tested by audit_test.cpp and histories_test.cpp.
#include "evaluator/audit/finding_builder.h"

#include <utility>

namespace auditor {
GuardrailSummary summary_of(const Guardrail& guardrail) {
  return {guardrail.id,        guardrail.title,       guardrail.severity,
          guardrail.rationale, guardrail.remediation, guardrail.references};
}

Finding blank_finding(FindingKind kind, FindingStatus status, const Guardrail& guardrail,
                      const SubjectView& view, const Occasion& occasion) {
  Finding finding;
  finding.id = finding_id(guardrail.id, kind, view.subject.arn);
  finding.kind = kind;
  finding.status = status;
  finding.guardrail = summary_of(guardrail);
  finding.subject = view.subject;
  finding.latent = view.latent;
  finding.cause = occasion.cause;
  finding.event = occasion.event;
  return finding;
}

Finding grant_finding(FindingStatus status, const Guardrail& guardrail, const SubjectView& view,
                      const GuardrailResult& result, const Occasion& occasion) {
  Finding finding = blank_finding(FindingKind::grant, status, guardrail, view, occasion);
  finding.actions = result.violation->actions;
  finding.witness = result.violation->witness;
  finding.granted_by = result.granted_by;
  finding.certainty = result.violation->certainty;
  finding.reason = result.violation->reason;
  finding.notes = result.notes;
  return finding;
}

Finding unverifiable_finding(const Guardrail& guardrail, const SubjectView& view,
                             const GuardrailResult& result, const Occasion& occasion) {
  Finding finding =
      blank_finding(FindingKind::unverifiable, FindingStatus::open, guardrail, view, occasion);
  finding.certainty = Certainty::unknown;
  finding.reason = *result.unverifiable;
  finding.notes = result.notes;
  return finding;
}

Finding resolved_finding(FindingKind kind, const Guardrail& guardrail, const SubjectView& view,
                         const GuardrailResult& before, const Occasion& occasion) {
  Finding finding = blank_finding(kind, FindingStatus::resolved, guardrail, view, occasion);
  if (kind == FindingKind::grant) finding.actions = before.violation->actions;
  return finding;
}

GainedAccess all_access(const Verdict& violation) { return {violation.actions, violation.witness}; }

ComplianceRecord compliance_record(const Guardrail& guardrail, const SubjectView& view,
                                   const GuardrailResult& result) {
  ComplianceRecord record;
  record.guardrail = summary_of(guardrail);
  record.subject = view.subject;
  record.latent = view.latent;
  record.notes = result.notes;
  if (result.violation) {
    record.status = ComplianceStatus::violation;
    record.actions = result.violation->actions;
    record.witness = result.violation->witness;
    record.granted_by = result.granted_by;
    record.certainty = result.violation->certainty;
    record.reason = result.violation->reason;
    if (result.unverifiable) record.notes.push_back("unverifiable: " + *result.unverifiable);
  } else if (result.unverifiable) {
    record.status = ComplianceStatus::unknown;
    record.certainty = Certainty::unknown;
    record.reason = *result.unverifiable;
  }
  record.as_of_time = time_of_seconds(view.as_of.time);
  record.as_of_event_id = view.as_of.event_id;
  return record;
}

ComplianceRecord tombstone(const Guardrail& guardrail, const Subject& subject) {
  ComplianceRecord record;
  record.guardrail = summary_of(guardrail);
  record.subject = subject;
  record.is_gone = true;
  return record;
}

}  // namespace auditor
