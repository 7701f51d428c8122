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
                      const Standing& standing, const Occasion& occasion) {
  Finding finding = blank_finding(FindingKind::grant, status, guardrail, view, occasion);
  finding.actions = standing.violation->actions;
  finding.witness = standing.violation->witness;
  finding.granted_by = standing.granted_by;
  finding.certainty = standing.violation->certainty;
  finding.reason = standing.violation->reason;
  finding.notes = standing.notes;
  return finding;
}

Finding unverifiable_finding(const Guardrail& guardrail, const SubjectView& view,
                             const Standing& standing, const Occasion& occasion) {
  Finding finding =
      blank_finding(FindingKind::unverifiable, FindingStatus::open, guardrail, view, occasion);
  finding.certainty = Certainty::unknown;
  finding.reason = *standing.unverifiable;
  finding.notes = standing.notes;
  return finding;
}

Finding resolved_finding(FindingKind kind, const Guardrail& guardrail, const SubjectView& view,
                         const Standing& before, const Occasion& occasion) {
  Finding finding = blank_finding(kind, FindingStatus::resolved, guardrail, view, occasion);
  if (kind == FindingKind::grant) finding.actions = before.violation->actions;
  return finding;
}

GainedAccess all_access(const Verdict& violation) { return {violation.actions, violation.witness}; }

ComplianceRecord compliance_record(const Guardrail& guardrail, const SubjectView& view,
                                   const Standing& standing) {
  ComplianceRecord record;
  record.guardrail = summary_of(guardrail);
  record.subject = view.subject;
  record.latent = view.latent;
  record.notes = standing.notes;
  if (standing.violation) {
    record.status = ComplianceStatus::violation;
    record.actions = standing.violation->actions;
    record.witness = standing.violation->witness;
    record.granted_by = standing.granted_by;
    record.certainty = standing.violation->certainty;
    record.reason = standing.violation->reason;
    if (standing.unverifiable) record.notes.push_back("unverifiable: " + *standing.unverifiable);
  } else if (standing.unverifiable) {
    record.status = ComplianceStatus::unknown;
    record.certainty = Certainty::unknown;
    record.reason = *standing.unverifiable;
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
