// An event is told by its effect. The subjects that it can affect are looked at twice, without it
// and with it (merge_effect.h), and what differs is said; what the event itself asked for is not
// looked at. Subjects are the same where their ARN is. For each of them, and each guardrail:
//
//   without it           with it         what is said
//   kept, or no subject  violation       open, with all that is reachable as new
//   violation            violation       changed, if other requests are possible
//   violation            kept, or gone   resolved
//   known, or no subject unverifiable    open, of kind unverifiable
//   unverifiable         known, or gone  resolved, of kind unverifiable
//
// Both can be true of a subject at once: a known document grants, and another cannot be read.
// Beside the findings each subject has a compliance record for each guardrail, which says how
// things stand; it is written again where it differs, also by nothing but its age.
//
// Why this is right in every order of events: a view is a function of the set of facts that ever
// arrived, and so are its results and its record. Each change says the difference between the
// views at its two sides, and one change's `after` is the next one's `before`. So whatever the
// order was, the last record of a subject is that of the last view, and the findings that were
// opened and not resolved are those that the last view has. A copy of an event changes no fact: its
// two views are the same, and nothing is said. Which event is named as the cause does depend on the
// order: it is the one whose arrival made the difference. And what is possible neither before nor
// after an arrival, but was in between, differences of the present cannot show (late_arrival.cpp).
//
// Why sets of requests are compared, and not texts: a policy can be written anew, split in two, or
// moved from inline to managed, and allow the same; that is no news. And a text can grow by one
// word and allow more. So of two violations the engine is asked for a forbidden request that is
// allowed on one side only. What it cannot decide counts as a difference, and a note says so.
//
// An example: a role may call ecr:DeleteRepository on repository/test/*. PutRolePolicy gives it
// repository/*. The actions are the same, and even the witness may be: the finding is `changed`,
// and its new access is a deletion outside of test/. When the policy is then written again as two
// statements, test/* and *, no finding is told, although the text is another.
//
// Counter-examples: by the list of actions alone, the widening above would have been silent. By the
// event's name alone, AttachRolePolicy of a policy that the role's boundary closes would be an
// alert, and PutRolePermissionsBoundary that opens it would be none.
//
// Tested by audit_test.cpp and histories_test.cpp.
#include "evaluator/audit/transitions.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "evaluator/audit/view_meaning.h"

namespace auditor {
namespace {

class Differ {
 public:
  Differ(const AuditRules& rules, VerdictCache& cache, const Occasion& occasion)
      : rules_(rules), cache_(cache), occasion_(occasion) {}

  void gone(const SubjectView& view) {
    const SubjectEvaluation before = judged(view);
    each_standing(before, [&](const GuardrailSummary& guardrail, const GuardrailResult& result) {
      if (result.violation) resolve(FindingKind::grant, guardrail, view, result);
      if (result.unverifiable) resolve(FindingKind::unverifiable, guardrail, view, result);
      result_.compliance.push_back(tombstone(guardrail, view.subject));
    });
  }

  void is_new(const SubjectView& view) {
    const SubjectEvaluation after = judged(view);
    each_standing(after, [&](const GuardrailSummary& guardrail, const GuardrailResult& result) {
      compare_unverifiable(guardrail, view, {}, result);
      if (result.violation) open(guardrail, view, result);
      result_.compliance.push_back(compliance_record(guardrail, view, result));
    });
  }

  void both(const SubjectView& view_before, const SubjectView& view) {
    const bool same = same_meaning(view_before, view);
    if (same && view_before.as_of == view.as_of) return;
    const SubjectEvaluation after = judged(view);
    const SubjectEvaluation before =
        same ? SubjectEvaluation{view_before, after.results} : judged(view_before);
    for (std::size_t i = 0; i < rules_.guardrails.size(); ++i) {
      if (!before.results[i] || !after.results[i]) continue;
      const Guardrail& guardrail = rules_.guardrails[i];
      const GuardrailResult& was = *before.results[i];
      const GuardrailResult& is = *after.results[i];
      if (!same) {
        compare_grants(guardrail, view_before, was, view, is);
        compare_unverifiable(guardrail.summary, view, was, is);
      }
      ComplianceRecord record = compliance_record(guardrail.summary, view, is);
      if (record != compliance_record(guardrail.summary, view_before, was)) {
        result_.compliance.push_back(std::move(record));
      }
    }
  }

  Transitions take() {
    sort_findings(result_.findings);
    return std::move(result_);
  }

 private:
  SubjectEvaluation judged(const SubjectView& view) {
    return evaluate(view, rules_.guardrails, rules_.managed_policies, cache_);
  }

  template <typename Action>
  void each_standing(const SubjectEvaluation& evaluation, const Action& action) {
    for (std::size_t i = 0; i < rules_.guardrails.size(); ++i) {
      if (evaluation.results[i]) action(rules_.guardrails[i].summary, *evaluation.results[i]);
    }
  }

  void open(const GuardrailSummary& guardrail, const SubjectView& view,
            const GuardrailResult& result) {
    Finding finding = grant_finding(FindingStatus::open, guardrail, view, result, occasion_);
    finding.new_access = all_access(*result.violation);
    result_.findings.push_back(std::move(finding));
  }

  void resolve(FindingKind kind, const GuardrailSummary& guardrail, const SubjectView& view,
               const GuardrailResult& before) {
    result_.findings.push_back(resolved_finding(kind, guardrail, view, before, occasion_));
  }

  void compare_grants(const Guardrail& guardrail, const SubjectView& view_before,
                      const GuardrailResult& was, const SubjectView& view,
                      const GuardrailResult& is) {
    if (is.violation && !was.violation) return open(guardrail.summary, view, is);
    if (!is.violation && was.violation)
      return resolve(FindingKind::grant, guardrail.summary, view, was);
    if (!is.violation) return;
    ForbiddenAccessChange change =
        forbidden_access_change(view_before, view, guardrail, rules_.managed_policies);
    if (!change.changed && was.violation->actions == is.violation->actions) return;
    Finding finding = grant_finding(FindingStatus::changed, guardrail.summary, view, is, occasion_);
    finding.new_access = std::move(change.added);
    if (!change.undecided_because.empty()) {
      finding.evidence.notes.push_back("what the change added or took away was not decided: " +
                                       change.undecided_because);
    }
    result_.findings.push_back(std::move(finding));
  }

  void compare_unverifiable(const GuardrailSummary& guardrail, const SubjectView& view,
                            const GuardrailResult& was, const GuardrailResult& is) {
    if (is.unverifiable && !was.unverifiable) {
      result_.findings.push_back(unverifiable_finding(guardrail, view, is, occasion_));
    } else if (!is.unverifiable && was.unverifiable) {
      resolve(FindingKind::unverifiable, guardrail, view, was);
    }
  }

  const AuditRules& rules_;
  VerdictCache& cache_;
  const Occasion& occasion_;
  Transitions result_;
};

}  // namespace

Transitions transitions(const Views& before, const Views& after, const AuditRules& rules,
                        VerdictCache& cache, const Occasion& occasion) {
  Differ differ(rules, cache, occasion);
  for (const auto& [arn, view] : before) {
    if (!after.contains(arn)) differ.gone(view);
  }
  for (const auto& [arn, view] : after) {
    const auto was = before.find(arn);
    if (was == before.end()) {
      differ.is_new(view);
    } else {
      differ.both(was->second, view);
    }
  }
  return differ.take();
}

JudgedBy judged_by_rules(const AuditRules& rules, std::optional<Stamp> seed) {
  JudgedBy judged{std::string(rules.guardrails_fingerprint),
                  std::string(rules.catalogue_fingerprint),
                  {},
                  std::move(seed)};
  for (const Guardrail& guardrail : rules.guardrails)
    judged.guardrail_ids.push_back(guardrail.summary.id);
  return judged;
}

void sort_findings(std::span<Finding> findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::tie(finding.subject.arn, finding.guardrail.id, finding.kind);
  });
}

}  // namespace auditor
