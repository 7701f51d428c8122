// Tested by audit_test.cpp and histories_test.cpp.
#include "evaluator/audit/finding_builder.h"

#include <utility>

#include "evaluator/policy/values.h"

namespace auditor {
namespace {

Evidence evidence_of_violation(const GuardrailResult& result) {
  const Verdict& violation = *result.violation;
  return {violation.actions,   violation.witness, result.granted_by,
          violation.certainty, violation.reason,  result.notes};
}

Evidence evidence_of_doubt(const GuardrailResult& result) {
  Evidence evidence;
  evidence.certainty = Certainty::unknown;
  evidence.reason = *result.unverifiable;
  evidence.notes = result.notes;
  return evidence;
}

Finding finding_of_view(FindingKind kind, FindingStatus status, const GuardrailSummary& guardrail,
                        const SubjectView& view, const Occasion& occasion) {
  Finding finding = blank_finding(kind, status, guardrail, view.subject, occasion);
  finding.latent = view.latent;
  return finding;
}

}  // namespace

Finding blank_finding(FindingKind kind, FindingStatus status, const GuardrailSummary& guardrail,
                      const FindingSubject& subject, const Occasion& occasion) {
  Finding finding(occasion.event);
  finding.id = finding_id(guardrail.id, kind, subject.arn);
  finding.kind = kind;
  finding.status = status;
  finding.guardrail = guardrail;
  finding.subject = subject;
  finding.cause = occasion.cause;
  return finding;
}

Finding grant_finding(FindingStatus status, const GuardrailSummary& guardrail,
                      const SubjectView& view, const GuardrailResult& result,
                      const Occasion& occasion) {
  Finding finding = finding_of_view(FindingKind::grant, status, guardrail, view, occasion);
  finding.evidence = evidence_of_violation(result);
  const auto closes_at = result.violation->closes_at;
  if (closes_at && *closes_at < static_cast<double>(occasion.event.time.seconds())) {
    finding.evidence.notes.push_back(
        "the window of the grant was over when this happened: it closed at " +
        write_instant(*closes_at));
  }
  return finding;
}

Finding unverifiable_finding(const GuardrailSummary& guardrail, const SubjectView& view,
                             const GuardrailResult& result, const Occasion& occasion) {
  Finding finding =
      finding_of_view(FindingKind::unverifiable, FindingStatus::open, guardrail, view, occasion);
  finding.evidence = evidence_of_doubt(result);
  return finding;
}

Finding resolved_finding(FindingKind kind, const GuardrailSummary& guardrail,
                         const SubjectView& view, const GuardrailResult& before,
                         const Occasion& occasion) {
  Finding finding = finding_of_view(kind, FindingStatus::resolved, guardrail, view, occasion);
  if (kind == FindingKind::grant) finding.evidence.actions = before.violation->actions;
  return finding;
}

GainedAccess all_access(const Verdict& violation) { return {violation.actions, violation.witness}; }

ComplianceRecord compliance_record(const GuardrailSummary& guardrail, const SubjectView& view,
                                   const GuardrailResult& result) {
  ComplianceRecord record;
  record.guardrail = guardrail;
  record.subject = view.subject;
  record.latent = view.latent;
  if (result.violation) {
    record.status = ComplianceStatus::violation;
    record.evidence = evidence_of_violation(result);
    if (result.unverifiable) {
      record.evidence.notes.push_back("unverifiable: " + *result.unverifiable);
    }
  } else if (result.unverifiable) {
    record.status = ComplianceStatus::unknown;
    record.evidence = evidence_of_doubt(result);
  } else {
    record.evidence.notes = result.notes;
  }
  if (view.as_of) {
    record.as_of_time = view.as_of->time;
    record.as_of_event_id = view.as_of->event_id;
  }
  return record;
}

ComplianceRecord tombstone(const GuardrailSummary& guardrail, const Subject& subject) {
  ComplianceRecord record;
  record.guardrail = guardrail;
  record.subject = subject;
  record.is_gone = true;
  return record;
}

}  // namespace auditor
