// What a change did to the subjects it touches: findings that open, change or are resolved, and
// what the compliance topic has to say anew.
#pragma once

#include <span>
#include <vector>

#include "evaluator/audit/audit_rules.h"
#include "evaluator/audit/finding_builder.h"
#include "evaluator/audit/merge_effect.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/subject_evaluation.h"

namespace auditor {

struct Transitions {
  std::vector<Finding> findings;  // ordered by subject ARN, guardrail, kind
  std::vector<ComplianceRecord> compliance;
};

// A subject is the same where its ARN is: another ARN is a resolved subject and a new one.
Transitions transitions(const Views& before, const Views& after, const AuditRules& rules,
                        VerdictCache& cache, const Occasion& occasion);

// What an account that is judged now is judged by. `seed`: the newest that is judged.
JudgedBy judged_by_rules(const AuditRules& rules, std::optional<Stamp> seed);

// By subject ARN, guardrail id, kind; what opened and was resolved at once stays in that order.
void sort_findings(std::span<Finding> findings);

}  // namespace auditor
