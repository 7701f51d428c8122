// A query made ready for the search: its statements sorted, the actions it is about, and the
// environments in which each of them can be called.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluator/decision/query.h"
#include "evaluator/guardrail/guardrail.h"
#include "evaluator/symbolic/known_tags.h"
#include "evaluator/symbolic/statement_set.h"

namespace auditor {

class PreparedQuery {
 public:
  // Keeps references into the query.
  explicit PreparedQuery(const Query& query);

  // Which document is malformed, and why. Then there is nothing else to ask.
  const std::optional<std::string>& malformed() const { return malformed_; }

  // The guardrail's list; a wildcard stands for the ECR actions that it matches today. Nullopt:
  // it could not be listed.
  std::optional<std::vector<std::string>> guarded_actions(const Guardrail& guardrail) const;

  // The statements that count for the action.
  const StatementSet& policies(std::string_view action) const;
  const StatementSet* boundary() const { return has_boundary_ ? &boundary_ : nullptr; }

  // Null: not known, or of a subject whose tags no condition sees.
  const KnownTags* tags() const { return tags_ ? &*tags_ : nullptr; }

  // False ends the common case: no Allow names the action.
  bool some_allow_names(const std::string& action) const;

  // `naming`: the statements whose sessions are principals too.
  std::vector<RequestEnv> envs(const std::string& action, const StatementSet& naming) const;

 private:
  bool about_identity() const { return is_identity(query_.subject.type); }
  std::optional<std::string> find_malformed() const;
  void place_documents();
  std::string template_prefix() const;
  std::vector<RequestEnv> identity_scenes(RequestEnv env) const;
  static std::vector<RequestEnv> resource_scenes(const RequestEnv& env, const StatementSet& naming);

  const Query& query_;
  std::span<const ParsedPolicy> documents_;
  std::optional<std::string> malformed_;
  StatementSet policies_;
  StatementSet without_registry_;  // scope V1 only
  StatementSet boundary_;
  bool has_boundary_ = false;
  std::optional<KnownTags> tags_;
};

}  // namespace auditor
