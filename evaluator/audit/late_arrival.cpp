// CloudTrail delivers events late and out of order. An event that was undone before it arrived
// changes nothing that is true now, so transitions say nothing of it. But for a while it was true:
// a role that was given a policy, used it and was deleted is what an attack looks like, and whether
// the grant is told must not hang on the order of two deliveries.
//
// What is decided, after the merge: which facts of the event are not in effect, and what ended them
// first (undone_by in affected_subjects.h). If there are any, the subjects are looked at as of the
// event's own stamp, once with those facts and once without, and the difference is judged as any
// other (transitions.cpp). Facts that the memory refused or has forgotten are put in for that, and
// taken out again. A finding that opens there is told twice: open, by the late event, and resolved
// by the event that undid it, of which the stamp is all that is known. It is not told when the same
// finding is open in one of three views, since the transitions tell of it: those before and after
// the merge, and the present ones of what the undone facts affect.
//
// Why this is right in every order of events: had the event arrived in time, its transition would
// have compared these two views, as of its stamp, with and without its facts, and the one that
// undid it would have resolved what had opened. So both orders say open and resolved of one finding
// id, as far as the memory still has what was there then. An event that comes a second time is not
// looked at again when the account still notes that it had said something or changed the memory
// (seen_events.h).
//
// An example: CreateRole at 0, DeleteRole at 20, and then AttachRolePolicy of 10 arrives. Before
// and after its merge there is no role. As of 10 there is one, which with the attachment may delete
// repositories: open by the attachment, resolved by DeleteRole.
//
// A counter-example: PutRolePolicy p of 20 grants, and then another PutRolePolicy p of 10 arrives
// that grants the same. It is undone, by the newer text, and as of 10 it did open something. But
// that finding is open now, with the newer event as its cause; to open and resolve it would leave
// an alert closed whose cause is still there.
//
// What is not found: the past is what the memory still has of it. A document that was replaced
// since is gone from both views, so a grant that needed it is not seen; and each event is looked at
// as of its own stamp, so neither is one that began later, with another late event.
//
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

// Nullopt: all are in effect.
std::optional<Undone> undone_facts(const AccountChange& change, const AccountState& state) {
  std::optional<Undone> undone;
  for (const Fact& fact : change.facts) {
    const auto by = undone_by(state, fact.entity, fact.entry);
    if (!by) continue;
    if (!undone) undone = Undone{{}, fact.entry.stamp, by->entry.stamp};
    undone->by = std::min(undone->by, by->entry.stamp);
    undone->as_of = std::max(undone->as_of, fact.entry.stamp);
    undone->facts.push_back(fact);
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
  Finding finding(CloudTrailEvent(by.time, by.event_id));
  finding.id = open.id;
  finding.kind = open.kind;
  finding.status = FindingStatus::resolved;
  finding.guardrail = open.guardrail;
  finding.subject = open.subject;
  finding.latent = open.latent;
  finding.evidence.actions = open.evidence.actions;
  finding.event.account = open.event.account;
  finding.event.position = open.event.position;
  return finding;
}

}  // namespace

std::vector<Finding> late_findings(const AccountChange& change, const Views& before,
                                   const Views& after, AccountState& state, const AuditRules& rules,
                                   VerdictCache& cache, const Occasion& occasion) {
  const auto undone = undone_facts(change, state);
  if (!undone) return {};
  Replay replay(state, undone->facts);
  const std::vector<EntityKey> entities = affected_by(state, undone->facts);
  const Views with = views_of(change.account, state, entities, &undone->as_of);
  replay.take_out();
  const Views without = views_of(change.account, state, entities, &undone->as_of);
  replay.put_back();

  const Views now = views_of(change.account, state, entities);
  Late late(rules, cache);
  std::vector<Finding> findings;
  for (Finding& finding : transitions(without, with, rules, cache, occasion).findings) {
    if (finding.status != FindingStatus::open || late.is_open(finding, before) ||
        late.is_open(finding, after) || late.is_open(finding, now)) {
      continue;
    }
    Finding resolved = resolved_by(finding, undone->by);
    findings.push_back(std::move(finding));
    findings.push_back(std::move(resolved));
  }
  return findings;
}

}  // namespace auditor
