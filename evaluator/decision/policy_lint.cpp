#include "evaluator/decision/policy_lint.h"

#include <algorithm>

#include "evaluator/aws/service_model.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/symbolic/symbolic_request.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

class NoteTaker {
 public:
  NoteTaker(const Query& query, const Guardrail& guardrail, std::span<const std::string> actions,
            const std::function<bool(const std::string& action)>& is_allowed)
      : query_(query), guardrail_(guardrail), actions_(actions), is_allowed_(is_allowed) {}

  std::vector<std::string> run() {
    const bool identity = is_identity(query_.subject.type);
    const auto documents = identity ? query_.identity_policies : query_.resource_policies;
    for (std::size_t policy = 0; policy < documents.size(); ++policy) {
      if (!documents[policy]) continue;
      for (const Statement& statement : documents[policy]->statements) {
        policy_ = policy;
        statement_ = &statement;
        note_unknown_actions(statement);
        if (identity) {
          note_inert_resources(statement);
        } else {
          note_principals(statement);
        }
        note_guards(statement);
      }
    }
    note_who_can_tag();
    return std::move(notes_);
  }

 private:
  void add(const std::string& text) {
    std::string note;
    if (statement_ != nullptr) {
      note = "policy " + std::to_string(policy_) + ", statement " +
             std::to_string(statement_->index) + ": ";
    }
    note += text;
    if (notes_.size() < lint_notes_max && std::ranges::find(notes_, note) == notes_.end()) {
      notes_.push_back(std::move(note));
    }
  }

  void note_unknown_actions(const Statement& statement) {
    for (const std::string_view text : statement.action.texts) {
      const ServiceModel* const service = service_of(text);
      if (service == nullptr || has_wildcard(text) || find_action(text) != nullptr) continue;
      add(in_backticks(text) + " is not " + std::string(service->article) + " " +
          std::string(service->name) + " action" + did_you_mean(nearest_action(text), ""));
    }
  }

  bool allows(const Statement& statement, std::string_view action) const {
    if (statement.effect != Effect::allow) return false;
    const bool named = std::ranges::any_of(statement.action.texts, [&](const std::string& text) {
      return action_matches(text, action);
    });
    return named != statement.action.negated;
  }

  static bool names_everything(const std::vector<std::string>& resources) {
    return std::ranges::any_of(resources, [](const std::string& text) {
      return matches(make_pattern(text, Matching::glob), "*");
    });
  }

  // A call without a resource is matched by `*` only, so an ARN grants nothing for it.
  void note_inert_resources(const Statement& statement) {
    if (!statement.resource || statement.resource->negated) return;
    bool allows_on_repository = false;
    for (const std::string& action : actions_) {
      if (!allows(statement, action)) continue;
      if (has_resource(action)) {
        allows_on_repository = true;
      } else if (!names_everything(statement.resource->texts)) {
        add("inert: `" + action + "` has no resource, an ARN does not grant it");
      }
    }
    if (!allows_on_repository) return;
    for (const std::string& text : statement.resource->texts) {
      const auto fields = split_fields(std::string_view(text), arn_fields);
      if (fields.size() == arn_fields && !has_wildcard(fields[4]) && !fields[4].empty() &&
          fields[4].find('$') == std::string_view::npos && fields[4] != query_.subject.account) {
        add("`" + text + "` is in another account: its own policy decides there");
      }
    }
  }

  bool names_guarded_action(const Statement& statement) const {
    return std::ranges::any_of(actions_, [&](const std::string& action) {
      const bool named = std::ranges::any_of(statement.action.texts, [&](const std::string& text) {
        return action_matches(text, action);
      });
      return named != statement.action.negated;
    });
  }

  bool is_owner_tag(const std::string& key) const {
    const auto is_same = [&](const std::string& tag) {
      return std::ranges::any_of(service_models(), [&](const ServiceModel& service) {
        return action_matches(canonical_key(to_lower(tag), &service), canonical_key(key, &service));
      });
    };
    return std::ranges::any_of(guardrail_.accepted_when, [&](const AcceptedWhen& entry) {
      return std::ranges::any_of(entry.limited_to_owner_by, is_same);
    });
  }

  void note_guards(const Statement& statement) {
    if (!names_guarded_action(statement)) return;
    for (const ConditionClause& clause : statement.conditions) {
      if (is_owner_tag(clause.key)) {
        has_resource_tag_guard_ = true;
        has_principal_tag_guard_ |=
            std::ranges::any_of(clause.values, [](const std::string& value) {
              return to_lower(value).find("${aws:principaltag/") != std::string::npos;
            });
      }
      if (clause.key == "aws:multifactorauthpresent" || clause.key == "aws:multifactorauthage") {
        add("the MFA condition also keeps out automation, which has no second factor");
      }
    }
  }

  // A guard on tags is worth no more than the right to set them.
  void note_who_can_tag() {
    statement_ = nullptr;  // of no statement in particular
    const auto note = [&](std::string_view action, std::string_view what) {
      if (is_allowed_(std::string(action))) {
        add("the guard compares " + std::string(what) + ", and `" + std::string(action) +
            "` is allowed by the same documents");
      }
    };
    if (has_resource_tag_guard_) {
      for (const ServiceModel& service : service_models()) {
        const std::string what = "the " + std::string(to_string(service.resource)) + "'s tag";
        for (const std::string_view action : service.retagging_actions) note(action, what);
      }
    }
    if (has_principal_tag_guard_ && query_.subject.type != EntityKind::user) {
      note("iam:TagRole", "the principal's tag");
    }
    if (has_principal_tag_guard_ && query_.subject.type != EntityKind::role) {
      note("iam:TagUser", "the principal's tag");
    }
  }

  void note_principals(const Statement& statement) {
    if (allows(statement, "ecr:GetAuthorizationToken") &&
        std::ranges::any_of(statement.action.texts, [](const std::string& text) {
          return equal_ignoring_case(text, "ecr:GetAuthorizationToken");
        })) {
      add("inert: `ecr:GetAuthorizationToken` is granted by identity policies only");
    }
    if (!statement.principal) {
      add("a statement without a principal is ignored");
      return;
    }
    for (const std::string& text : statement.principal->aws) {
      if (text.starts_with("AIDA") || text.starts_with("AROA")) {
        add("`" + text + "` is a principal that was deleted: a stale entry");
      } else if (text != "*" && has_wildcard(text)) {
        add("inert: the principal `" + text + "` matches nobody, wildcards do not work there");
      }
    }
  }

  const Query& query_;
  const Guardrail& guardrail_;
  std::span<const std::string> actions_;
  const std::function<bool(const std::string& action)>& is_allowed_;
  bool has_resource_tag_guard_ = false;
  bool has_principal_tag_guard_ = false;
  std::size_t policy_ = 0;
  const Statement* statement_ = nullptr;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> lint_policies(
    const Query& query, const Guardrail& guardrail, std::span<const std::string> actions,
    const std::function<bool(const std::string& action)>& allows) {
  return NoteTaker(query, guardrail, actions, allows).run();
}

}  // namespace auditor
