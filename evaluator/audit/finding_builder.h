// From a result to the words that are published: findings and compliance records.
#pragma once

#include <string>
#include <vector>

#include "evaluator/account/subject_view.h"
#include "evaluator/audit/finding.h"
#include "evaluator/audit/guardrail_result.h"
#include "evaluator/guardrail/guardrail.h"

namespace auditor {

// What made the findings of one audit.
struct Occasion {
  Cause cause = Cause::event;
  CloudTrailEvent event;  // other causes: only `time` and `account`
};

// A finding of `kind` without its proof.
Finding blank_finding(FindingKind kind, FindingStatus status, const GuardrailSummary& guardrail,
                      const FindingSubject& subject, const Occasion& occasion);

// Of a result that violates; with its proof, without `new_access`.
Finding grant_finding(FindingStatus status, const GuardrailSummary& guardrail,
                      const SubjectView& view, const GuardrailResult& result,
                      const Occasion& occasion);

// Of a result that is unverifiable.
Finding unverifiable_finding(const GuardrailSummary& guardrail, const SubjectView& view,
                             const GuardrailResult& result, const Occasion& occasion);

// Of what was open as `before` says: no proof, and the actions that were reachable.
Finding resolved_finding(FindingKind kind, const GuardrailSummary& guardrail,
                         const SubjectView& view, const GuardrailResult& before,
                         const Occasion& occasion);

// All that is reachable, where nothing was before.
GainedAccess all_access(const Verdict& violation);

ComplianceRecord compliance_record(const GuardrailSummary& guardrail, const SubjectView& view,
                                   const GuardrailResult& result);

// The subject is no more.
ComplianceRecord tombstone(const GuardrailSummary& guardrail, const Subject& subject);

}  // namespace auditor
