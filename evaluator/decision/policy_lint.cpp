#include "evaluator/decision/policy_lint.h"

#include <algorithm>
#include <map>
#include <utility>

#include "evaluator/aws/condition_keys.h"
#include "evaluator/aws/service_model.h"
#include "evaluator/policy/arn.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/solver/lazy_automaton.h"
#include "evaluator/solver/string_search.h"
#include "evaluator/symbolic/name_grammar.h"
#include "evaluator/symbolic/symbolic_request.h"
#include "evaluator/text/ascii_case.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::size_t names_work_max = 100'000;  // for all names of a query; past it, no notes
constexpr std::size_t keys_asked_max = 64;       // of all statements

std::string place_of(std::size_t policy, const Statement& statement) {
  return "policy " + std::to_string(policy) + ", statement " + std::to_string(statement.index) +
         ": ";
}

bool is_unknown_action(std::string_view text) {
  return service_of(text) != nullptr && !has_wildcard(text) && find_action(text) == nullptr;
}

bool is_one_of(std::optional<std::string_view> action, std::span<const std::string> actions) {
  return action && std::ranges::any_of(actions, [&](const std::string& known) {
           return action_matches(known, *action);
         });
}

std::string not_an_action(std::string_view text) {
  const ServiceModel& service = *service_of(text);
  return in_backticks(text) + " is not " + std::string(service.article) + " " +
         std::string(service.name) + " action" + did_you_mean(nearest_action(text), "");
}

class NoteTaker {
 public:
  NoteTaker(const Query& query, const Guardrail& guardrail, std::span<const std::string> actions,
            const LintQuestions& questions)
      : query_(query), guardrail_(guardrail), actions_(actions), questions_(questions) {}

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
        note_unlawful_names(statement);
        note_dead_conditions(statement);
        note_guards(statement);
      }
    }
    note_who_can_tag();
    return std::move(notes_);
  }

 private:
  void add(const std::string& text) {
    const std::string note =
        (statement_ == nullptr ? std::string() : place_of(policy_, *statement_)) + text;
    if (notes_.size() < lint_notes_max && std::ranges::find(notes_, note) == notes_.end()) {
      notes_.push_back(std::move(note));
    }
  }

  void note_unknown_actions(const Statement& statement) {
    for (const std::string_view text : statement.action.texts) {
      if (is_unknown_action(text) && is_one_of(nearest_action(text), actions_)) {
        add(not_an_action(text));
      }
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
      const auto account = account_of_resource(text);
      if (account && *account != query_.subject.account) {
        add("`" + text + "` is in another account: its own policy decides there");
      }
    }
  }

  // A colon inside `${...}` divides nothing.
  static std::optional<std::string> account_of_resource(std::string_view arn) {
    const auto parsed = parse_template(arn, Matching::arn, true);
    if (!parsed) return std::nullopt;
    Symbols symbols;
    for (const TextTemplate::Piece& piece : parsed->pieces) {
      symbols += piece.variable.empty() ? piece.symbols : Symbols{any_sequence};
    }
    const auto fields = split_fields(std::u32string_view(symbols), arn_fields);
    constexpr std::size_t account_field = 4;
    if (fields.size() != arn_fields) return std::nullopt;
    const std::string account = encode_utf8(fields[account_field]);
    return is_account_id(account) ? std::optional(account) : std::nullopt;
  }

  // A pattern that no valid name meets: "repository/Team".
  void note_unlawful_names(const Statement& statement) {
    if (!statement.resource || statement.resource->negated || !allows_some(statement)) return;
    for (const std::string& text : statement.resource->texts) {
      const auto fields = split_fields(std::string_view(text), arn_fields);
      constexpr std::string_view start = "repository/";
      if (fields.size() != arn_fields || fields[2] != "ecr" || !fields[5].starts_with(start) ||
          text.find("${") != std::string::npos) {
        continue;
      }
      const std::string_view name = fields[5].substr(start.size());
      if (!is_plainly_lawful(name) && !can_meet(name, repository_names())) {
        add("inert: no repository can be called " + in_backticks(name));
      }
    }
  }

  // With a letter for each wildcard it is a repository's name: most are, and need no search.
  static bool is_plainly_lawful(std::string_view glob) {
    constexpr std::string_view separators = "._-/";
    bool is_behind_separator = true;
    for (const char c : glob) {
      const bool is_separator = separators.contains(c);
      const bool is_letter =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '*' || c == '?';
      if (!is_letter && (!is_separator || is_behind_separator)) return false;
      is_behind_separator = is_separator;
    }
    return !is_behind_separator;
  }

  bool can_meet(std::string_view glob, const Language& names) {
    if (names_work_.left == 0) return true;
    const Language wanted = Language::pattern(make_pattern(glob, Matching::glob));
    const Membership both[] = {{.language = &names, .inside = true},
                               {.language = &wanted, .inside = true}};
    const StringSearch search = shortest_common_string(both, names_work_);
    return search.found || search.bound_hit;
  }

  // A statement that asks for a key which such a request never has.
  void note_dead_conditions(const Statement& statement) {
    if (statement.effect != Effect::allow) return;
    for (const ConditionClause& clause : statement.conditions) {
      if (!needs_presence(clause)) continue;
      const auto is_dead = [&](const std::string& action) {
        return allows(statement, action) && is_never_there(action, clause);
      };
      const auto dead = std::ranges::find_if(actions_, is_dead);
      if (dead == actions_.end()) continue;
      const ServiceModel* const service = service_of(*dead);
      const bool is_of_service = owner_of_key(clause.key) != KeyOwner::global && service != nullptr;
      add("inert: " + in_backticks(clause.written_key) + " is never in " +
          (is_of_service
               ? std::string(service->article) + " " + std::string(service->name) + " request"
               : std::string("such a request")));
    }
  }

  // Each key is asked about once, and only so many: whoever writes the policies chooses them.
  bool is_never_there(const std::string& action, const ConditionClause& clause) {
    const auto known = never_there_.find({action, clause.key});
    if (known != never_there_.end()) return known->second;
    if (never_there_.size() == keys_asked_max) return false;
    return never_there_[{action, clause.key}] = questions_.is_never_there(action, clause);
  }

  // Whether the clause fails where its key is absent.
  static bool needs_presence(const ConditionClause& clause) {
    if (clause.comparison.type == ValueType::presence) {
      return std::ranges::all_of(
          clause.values, [](const std::string& value) { return read_bool(value) == false; });
    }
    return !clause.if_exists && clause.set != SetOperator::for_all_values &&
           (!clause.negated || clause.set == SetOperator::for_any_value);
  }

  bool allows_some(const Statement& statement) const {
    return std::ranges::any_of(
        actions_, [&](const std::string& action) { return allows(statement, action); });
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
      const bool is_mfa =
          clause.key == "aws:multifactorauthpresent" || clause.key == "aws:multifactorauthage";
      if (is_mfa && !some_allowed_without_mfa()) {
        add("the MFA condition also keeps out automation, which has no second factor");
      }
    }
  }

  bool some_allowed_without_mfa() {
    if (!allowed_without_mfa_) {
      allowed_without_mfa_ = std::ranges::any_of(actions_, questions_.allows_without_mfa);
    }
    return *allowed_without_mfa_;
  }

  // A guard on tags is worth no more than the right to set them.
  void note_who_can_tag() {
    statement_ = nullptr;  // of no statement in particular
    const auto note = [&](std::string_view action, std::string_view what) {
      if (questions_.allows(std::string(action))) {
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
      } else if (text != "*" && !is_principal_name(text)) {
        add("inert: the principal `" + text + "` matches nobody: it is no account, role, user, " +
            "session or root");
      }
    }
    for (const std::string& text : statement.principal->service) {
      if (!service_names_) service_names_ = service_names(false);
      if (text != "*" && !accepts(*service_names_, text)) {
        add("inert: the service `" + text + "` matches nobody: names are as lambda.amazonaws.com");
      }
    }
  }

  static bool is_principal_name(std::string_view text) {
    if (is_account_id(text)) return true;
    const auto arn = split_arn(text);
    if (!arn || !is_account_id(arn->account) || !arn->region.empty()) return false;
    const std::string_view name = arn->resource;
    if (arn->service == "sts") {
      return name.starts_with("assumed-role/") || name.starts_with("federated-user/");
    }
    return arn->service == "iam" &&
           (name == "root" || name.starts_with("role/") || name.starts_with("user/"));
  }

  const Query& query_;
  const Guardrail& guardrail_;
  std::span<const std::string> actions_;
  const LintQuestions& questions_;
  std::optional<bool> allowed_without_mfa_;
  std::map<std::pair<std::string, std::string>, bool> never_there_;  // by action and key
  Budget names_work_{.left = names_work_max};
  std::optional<Language> service_names_;
  bool has_resource_tag_guard_ = false;
  bool has_principal_tag_guard_ = false;
  std::size_t policy_ = 0;
  const Statement* statement_ = nullptr;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> lint_policies(const Query& query, const Guardrail& guardrail,
                                       std::span<const std::string> actions,
                                       const LintQuestions& questions) {
  return NoteTaker(query, guardrail, actions, questions).run();
}

std::vector<std::string> lint_unguarded_names(const Query& query,
                                              std::span<const std::string> guarded) {
  std::vector<std::string> notes;
  const bool identity = is_identity(query.subject.type);
  const auto documents = identity ? query.identity_policies : query.resource_policies;
  for (std::size_t policy = 0; policy < documents.size(); ++policy) {
    if (!documents[policy]) continue;
    for (const Statement& statement : documents[policy]->statements) {
      for (const std::string_view text : statement.action.texts) {
        if (!is_unknown_action(text) || is_one_of(nearest_action(text), guarded)) continue;
        const std::string note = place_of(policy, statement) + not_an_action(text);
        if (notes.size() < lint_notes_max && std::ranges::find(notes, note) == notes.end()) {
          notes.push_back(note);
        }
      }
    }
  }
  return notes;
}

}  // namespace auditor
