// A view -> the query for the engine -> what is said. What a verdict means is decided in
// evaluator/decision; here is only which documents are asked about together, and what is unknown.
#include "evaluator/audit/subject_evaluation.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "evaluator/audit/view_meaning.h"
#include "evaluator/decision/added_access.h"
#include "evaluator/decision/decision.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::string_view catalogue_gap =
    "the catalogue of AWS managed policies does not know the services of all guarded actions";
constexpr std::size_t doubts_shown_max = 5;

const std::vector<std::string>& guarded_actions(const Guardrail& guardrail, EntityKind type) {
  return is_identity(type) ? guardrail.identity_actions : guardrail.resource_actions;
}

// An account in doubt may hold any kind of policy.
bool concerns(const Guardrail& guardrail, EntityKind type) {
  return type == EntityKind::account || !guarded_actions(guardrail, type).empty();
}

// What would settle the doubt.
std::string needed(const Subject& subject) {
  const EntityKindRow& row = row_of(subject.type);
  std::string calls;
  for (const std::string_view call : row.cli_calls) {
    if (!call.empty()) calls += (calls.empty() ? "" : ", ") + in_backticks(call);
  }
  return std::string(row.documents) + " (" + calls + ")";
}

// The catalogue's document of an AWS managed policy, or why there is none.
struct FromCatalogue {
  const ManagedPolicy* policy = nullptr;  // its document is readable
  std::string unknown_because;
};

FromCatalogue look_up(const HeldDocument& held, const ManagedPolicies& catalogue) {
  const ManagedPolicy* policy = catalogue.find(held.arn);
  const std::string name = "the AWS managed policy `" + held.name + "`";
  if (policy == nullptr) {
    return {nullptr, name + " is not in the catalogue of " + catalogue.snapshot()};
  }
  if (!policy->document) {
    return {nullptr, name + " cannot be read: " + policy->document.error().message};
  }
  return {policy, {}};
}

bool is_covered(const Guardrail& guardrail, const ManagedPolicies& catalogue) {
  return std::ranges::all_of(guardrail.identity_actions,
                             [&](const std::string& action) { return catalogue.covers(action); });
}

PolicyDocument empty_document() { return {true, {}}; }

// All that is asked about a subject, gathered; what is not known is set apart.
class SubjectQuestion {
 public:
  SubjectQuestion(const SubjectView& view, const ManagedPolicies& catalogue)
      : view_(view), catalogue_(catalogue), doubts_(view.doubts) {
    // Scope V1 tells the two apart by their place, so a repository without a policy has an empty
    // one.
    const bool needs_own =
        view.subject.type == EntityKind::repository &&
        (view.documents.empty() || view.documents.front().kind == DocumentKind::registry ||
         view.documents.front().document == nullptr);
    if (needs_own) add(empty_document(), {});
    for (const HeldDocument& held : view.documents) add_held(held);
    if (view.boundary) set_boundary(*view.boundary);
  }

  Query query() const {
    Query query{.subject = view_.subject, .identity_policies = {}, .resource_policies = {}};
    (is_identity(view_.subject.type) ? query.identity_policies : query.resource_policies) =
        documents_;
    if (boundary_) query.permissions_boundary = &*boundary_;
    if (view_.tags) query.tags = &*view_.tags;
    query.registry_scope_v1 = view_.registry_scope_v1;
    return query;
  }

  GuardrailResult stand(const Guardrail& guardrail) const {
    GuardrailResult result;
    std::vector<std::string> doubts = doubts_;
    if (view_.subject.type != EntityKind::account) {
      Verdict verdict = verdict_under(guardrail, doubts);
      result.notes = verdict.notes;
      if (verdict.kind == VerdictKind::unknown) doubts.push_back("not decided: " + verdict.reason);
      if (verdict.kind == VerdictKind::violation) {
        result.granted_by = placed(verdict.granted_by);
        result.violation = std::move(verdict);
      }
    }
    if (!doubts.empty()) result.unverifiable = said(doubts);
    return result;
  }

 private:
  struct Origin {
    DocumentKind kind = DocumentKind::inline_;
    std::string name, arn, version;
  };

  void add(ParsedPolicy document, Origin origin) {
    documents_.push_back(std::move(document));
    origins_.push_back(std::move(origin));
  }

  void add_held(const HeldDocument& held) {
    if (held.kind != DocumentKind::aws_managed) {
      if (held.document == nullptr) return;
      add(held.document->document, {held.kind, held.name, held.arn, held.version});
      return;
    }
    held_from_catalogue_ = true;
    const FromCatalogue found = look_up(held, catalogue_);
    if (found.policy == nullptr) {
      doubts_.push_back(found.unknown_because);
    } else if (!found.policy->document->statements.empty()) {
      add(found.policy->document, {held.kind, held.name, held.arn, found.policy->version});
    }
  }

  void set_boundary(const HeldBoundary& held) {
    boundary_unknown_ = held.unknown_because;
    if (!boundary_unknown_.empty()) return;
    if (held.policy.kind == DocumentKind::aws_managed) {
      const FromCatalogue found = look_up(held.policy, catalogue_);
      if (found.policy != nullptr) boundary_ = found.policy->document;
      bound_by_catalogue_ = found.policy != nullptr;
      boundary_unknown_ = found.unknown_because;
    } else if (held.policy.document != nullptr) {
      boundary_ = held.policy.document->document;
    } else {
      boundary_ = empty_document();  // it names no guarded action, so it lets none through
    }
  }

  static bool has_statements(const std::vector<ParsedPolicy>& documents) {
    return std::ranges::any_of(
        documents, [](const ParsedPolicy& document) { return !document->statements.empty(); });
  }

  Verdict verdict_under(const Guardrail& guardrail, std::vector<std::string>& doubts) const {
    const bool rests_on_catalogue =
        held_from_catalogue_ || (bound_by_catalogue_ && has_statements(documents_));
    const bool has_gap = rests_on_catalogue && !is_covered(guardrail, catalogue_);
    Verdict verdict;
    if (has_gap) {
      verdict = verdict_with_gap(guardrail);
      if (verdict.kind == VerdictKind::violation) {
        verdict.notes.emplace_back(catalogue_gap);
      } else {
        doubts.emplace_back(catalogue_gap);
      }
    } else if (has_statements(documents_)) {
      verdict = decide(query(), guardrail);
    }
    if (verdict.kind == VerdictKind::violation && !boundary_unknown_.empty()) {
      verdict.certainty = Certainty::unknown;
      verdict.reason +=
          (verdict.reason.empty() ? "" : "; ") +
          ("the permissions boundary is not known, so it is taken to bound nothing: " +
           boundary_unknown_);
    }
    return verdict;
  }

  // The catalogue has the statements of some services only. What it can prove is said; so is what
  // the other documents prove without it.
  Verdict verdict_with_gap(const Guardrail& guardrail) const {
    Guardrail covered = guardrail;
    std::erase_if(covered.identity_actions,
                  [this](const std::string& action) { return !catalogue_.covers(action); });
    if (!covered.identity_actions.empty() && has_statements(documents_)) {
      Verdict verdict = decide(query(), covered);
      if (verdict.kind == VerdictKind::violation) return verdict;
    }
    if (bound_by_catalogue_) return {};
    std::vector<ParsedPolicy> own = documents_;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (origins_[i].kind == DocumentKind::aws_managed) own[i] = empty_document();
    }
    if (!has_statements(own)) return {};
    Query without = query();
    without.identity_policies = own;
    return decide(without, guardrail);
  }

  std::vector<GrantedBy> placed(const std::vector<GrantingStatement>& statements) const {
    std::vector<GrantedBy> granted_by;
    for (const GrantingStatement& statement : statements) {
      const Origin& origin = origins_[statement.policy];
      granted_by.push_back({origin.kind, origin.name, origin.arn, origin.version,
                            statement.statement, statement.sid, statement.pointer});
    }
    return granted_by;
  }

  std::string said(const std::vector<std::string>& doubts) const {
    std::string text;
    for (std::size_t i = 0; i < std::min(doubts.size(), doubts_shown_max); ++i) {
      text += (i == 0 ? "" : "; ") + doubts[i];
    }
    if (doubts.size() > doubts_shown_max) {
      text += "; and " + std::to_string(doubts.size() - doubts_shown_max) + " more";
    }
    return text + "; needed: " + needed(view_.subject);
  }

  const SubjectView& view_;
  const ManagedPolicies& catalogue_;
  std::vector<std::string> doubts_;
  std::vector<ParsedPolicy> documents_;
  std::vector<Origin> origins_;  // of each document
  std::optional<ParsedPolicy> boundary_;
  std::string boundary_unknown_;
  bool held_from_catalogue_ = false;
  bool bound_by_catalogue_ = false;
};

// Nothing that the subject holds can grant a guarded action, and nothing is in doubt.
bool is_harmless(const SubjectView& view, std::span<const Guardrail> guardrails,
                 const ManagedPolicies& catalogue) {
  if (!view.doubts.empty()) return false;
  bool rests_on_catalogue = false;
  for (const HeldDocument& held : view.documents) {
    if (held.document != nullptr) return false;
    if (held.kind != DocumentKind::aws_managed) continue;
    rests_on_catalogue = true;
    const FromCatalogue found = look_up(held, catalogue);
    if (found.policy == nullptr || !found.policy->document->statements.empty()) return false;
  }
  return !rests_on_catalogue || std::ranges::all_of(guardrails, [&](const Guardrail& guardrail) {
    return is_covered(guardrail, catalogue);
  });
}

bool may_match(const Statement& statement, const std::vector<std::string>& actions) {
  if (statement.action.negated) return true;
  return std::ranges::any_of(actions, [&](const std::string& action) {
    return std::ranges::any_of(statement.action.texts, [&](const std::string& pattern) {
      return action_matches(pattern, action);
    });
  });
}

}  // namespace

CanMatter matters_under(std::span<const Guardrail> guardrails) {
  std::vector<std::string> identity;
  std::vector<std::string> resource;
  for (const Guardrail& guardrail : guardrails) {
    std::ranges::copy(guardrail.identity_actions, std::back_inserter(identity));
    std::ranges::copy(guardrail.resource_actions, std::back_inserter(resource));
  }
  return [identity, resource](const PolicyDocument& document, PolicyKind kind) {
    const auto& actions = kind == PolicyKind::identity ? identity : resource;
    return std::ranges::any_of(document.statements, [&](const Statement& statement) {
      return may_match(statement, actions);
    });
  };
}

SubjectEvaluation evaluate(SubjectView view, std::span<const Guardrail> guardrails,
                           const ManagedPolicies& managed_policies, VerdictCache& cache) {
  SubjectEvaluation evaluation{std::move(view), {}};
  const EntityKind type = evaluation.view.subject.type;
  evaluation.results.resize(guardrails.size());
  if (is_harmless(evaluation.view, guardrails, managed_policies)) {
    for (std::size_t i = 0; i < guardrails.size(); ++i) {
      if (concerns(guardrails[i], type)) evaluation.results[i].emplace();
    }
    return evaluation;
  }
  std::string bytes = bytes_of_meaning(evaluation.view);
  if (const GuardrailResults* known = cache.find(bytes)) {
    evaluation.results = *known;
    return evaluation;
  }
  const SubjectQuestion query(evaluation.view, managed_policies);
  for (std::size_t i = 0; i < guardrails.size(); ++i) {
    if (concerns(guardrails[i], type)) evaluation.results[i] = query.stand(guardrails[i]);
  }
  cache.remember(std::move(bytes), evaluation.results);
  return evaluation;
}

ForbiddenAccessChange forbidden_access_change(const SubjectView& before, const SubjectView& after,
                                              const Guardrail& guardrail,
                                              const ManagedPolicies& managed_policies) {
  const SubjectQuestion old_question(before, managed_policies);
  const SubjectQuestion new_question(after, managed_policies);
  AddedAccess added = added_access(old_question.query(), new_question.query(), guardrail);
  ForbiddenAccessChange change;
  if (added.kind == AddedAccess::Kind::some) {
    change.changed = true;
    change.added = GainedAccess{std::move(added.actions), std::move(added.witness)};
    return change;
  }
  const AddedAccess taken = added_access(new_question.query(), old_question.query(), guardrail);
  change.changed = added.kind != AddedAccess::Kind::none || taken.kind != AddedAccess::Kind::none;
  if (added.kind == AddedAccess::Kind::unknown) {
    change.undecided_because = added.reason;
  } else if (taken.kind == AddedAccess::Kind::unknown) {
    change.undecided_because = taken.reason;
  }
  return change;
}

}  // namespace auditor
