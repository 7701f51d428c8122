// Tested by audit_test.cpp and histories_test.cpp.
#include "evaluator/audit/late_arrival.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "evaluator/account/affected_subjects.h"

namespace auditor {
namespace {

bool has_fact(const AccountState& state, const Fact& fact) {
  const Entity* entity = state.find(fact.entity);
  if (entity == nullptr) return false;
  return std::ranges::any_of(entity->of(fact.entry.attribute, fact.entry.name),
                             [&](const Entry& entry) { return entry.stamp == fact.entry.stamp; });
}

// The facts of a change that are not in effect, and what ended the first of them.
struct Undone {
  std::vector<Fact> facts;
  Stamp as_of;  // of the facts
  Stamp by;
};

Undone undone_facts(const AccountChange& change, const AccountState& state) {
  Undone undone;
  for (const Fact& fact : change.facts) {
    const auto by = undone_by(state, fact.entity, fact.entry);
    if (!by) continue;
    if (undone.facts.empty() || by->entry.stamp < undone.by) undone.by = by->entry.stamp;
    undone.as_of = std::max(undone.as_of, fact.entry.stamp);
    undone.facts.push_back(fact);
  }
  return undone;
}

// Puts the undone facts into the state and takes them out; what was there before is there again at
// the end.
class Replay {
 public:
  Replay(AccountState& state, const std::vector<Fact>& facts) : state_(state), facts_(facts) {
    for (const Fact& fact : facts_) {
      const bool held = has_fact(state_, fact);
      held_.push_back(held);
      if (!held) state_.restore(fact);
    }
  }

  void take_out() {
    for (const Fact& fact : facts_) state_.rollback({.written = {fact}, .removed = {}});
  }

  void put_back() {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      if (held_[i]) state_.restore(facts_[i]);
    }
  }

 private:
  AccountState& state_;
  const std::vector<Fact>& facts_;
  std::vector<bool> held_;
};

class Late {
 public:
  Late(const AuditRules& rules, VerdictCache& cache) : rules_(rules), cache_(cache) {}

  // True when a finding like `finding` is open among `views`.
  bool is_open(const Finding& finding, const Views& views) {
    const auto view = views.find(finding.subject.arn);
    if (view == views.end()) return false;
    const SubjectEvaluation evaluation =
        evaluate(view->second, rules_.guardrails, rules_.managed_policies, cache_);
    for (std::size_t i = 0; i < rules_.guardrails.size(); ++i) {
      if (rules_.guardrails[i].summary.id != finding.guardrail.id || !evaluation.results[i])
        continue;
      return finding.kind == FindingKind::grant ? evaluation.results[i]->violation.has_value()
                                                : evaluation.results[i]->unverifiable.has_value();
    }
    return false;
  }

 private:
  const AuditRules& rules_;
  VerdictCache& cache_;
};

Finding resolved_by(const Finding& open, const Stamp& by) {
  Finding finding;
  finding.id = open.id;
  finding.kind = open.kind;
  finding.status = FindingStatus::resolved;
  finding.guardrail = open.guardrail;
  finding.subject = open.subject;
  finding.latent = open.latent;
  finding.evidence.actions = open.evidence.actions;
  finding.event.id = by.event_id;
  finding.event.time = time_of_seconds(by.time);
  finding.event.account = open.event.account;
  finding.event.position = open.event.position;
  return finding;
}

}  // namespace

std::vector<Finding> late_findings(const AccountChange& change, const Views& before,
                                   const Views& after, AccountState& state, const AuditRules& rules,
                                   VerdictCache& cache, const Occasion& occasion) {
  const Undone undone = undone_facts(change, state);
  if (undone.facts.empty()) return {};
  Replay replay(state, undone.facts);
  const std::vector<EntityKey> entities = affected_by(state, undone.facts);
  const Views with = views_of(change.account, state, entities, &undone.as_of);
  replay.take_out();
  const Views without = views_of(change.account, state, entities, &undone.as_of);
  replay.put_back();

  const Views now = views_of(change.account, state, entities);
  Late late(rules, cache);
  std::vector<Finding> findings;
  for (Finding& finding : transitions(without, with, rules, cache, occasion).findings) {
    if (finding.status != FindingStatus::open || late.is_open(finding, before) ||
        late.is_open(finding, after) || late.is_open(finding, now)) {
      continue;
    }
    Finding resolved = resolved_by(finding, undone.by);
    findings.push_back(std::move(finding));
    findings.push_back(std::move(resolved));
  }
  return findings;
}

}  // namespace auditor
