// Tested by decision_test.cpp and cases_test.cpp.
#include "evaluator/decision/prepared_query.h"

#include <algorithm>

#include "evaluator/aws/ecr_actions.h"
#include "evaluator/aws/service_model.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::size_t guarded_actions_max = 256;

}  // namespace

PreparedQuery::PreparedQuery(const Query& query)
    : query_(query),
      documents_(about_identity() ? query.identity_policies : query.resource_policies),
      malformed_(find_malformed()) {
  if (!malformed_) place_documents();
  const EntityKind type = query.subject.type;
  const bool has_tags = type == EntityKind::repository || type == EntityKind::user;
  if (has_tags && query.tags != nullptr) tags_.emplace(*query.tags);
}

// One malformed document makes the whole subject unknown: what it grants cannot be said.
std::optional<std::string> PreparedQuery::find_malformed() const {
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    if (!documents_[i]) return "policy " + std::to_string(i) + ": " + documents_[i].error().message;
  }
  if (about_identity() && query_.permissions_boundary != nullptr && !*query_.permissions_boundary) {
    return "permissions boundary: " + query_.permissions_boundary->error().message;
  }
  return std::nullopt;
}

void PreparedQuery::place_documents() {
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    const bool own = !about_identity() && query_.subject.type != EntityKind::registry && i == 0;
    place(*documents_[i], i, own, policies_);
    if (own && query_.registry_scope_v1) place(*documents_[i], i, own, without_registry_);
  }
  if (!about_identity()) {
    drop_without_principal(policies_);
    drop_without_principal(without_registry_);
  } else if (query_.permissions_boundary != nullptr) {
    has_boundary_ = true;
    place(**query_.permissions_boundary, 0, false, boundary_);
  }
}

const StatementSet& PreparedQuery::policies(std::string_view action) const {
  const bool registry_counts =
      about_identity() || !query_.registry_scope_v1 || is_in_registry_scope_v1(action);
  return registry_counts ? policies_ : without_registry_;
}

std::optional<std::vector<std::string>> PreparedQuery::guarded_actions(
    const Guardrail& guardrail) const {
  const auto& listed = about_identity() ? guardrail.identity_actions : guardrail.resource_actions;
  std::vector<std::string> actions;
  for (const std::string& action : listed) {
    if (!has_wildcard(action)) {
      actions.push_back(action);
    } else {
      const ServiceModel* const service = service_of(action);
      if (service == nullptr) return std::nullopt;
      for (const ServiceAction& known : service->actions) {
        if (action_matches(action, known.name)) actions.emplace_back(known.name);
      }
    }
  }
  if (actions.size() > guarded_actions_max) return std::nullopt;
  return actions;
}

bool PreparedQuery::some_allow_names(const std::string& action) const {
  return std::ranges::any_of(policies(action).allows, [&](const PlacedStatement& placed) {
    const Patterns& patterns = placed.statement->action;
    const bool named = std::ranges::any_of(
        patterns.texts, [&](const std::string& text) { return action_matches(text, action); });
    return named || patterns.negated;
  });
}

std::vector<RequestEnv> PreparedQuery::envs(const std::string& action,
                                            const StatementSet& naming) const {
  const Subject& subject = query_.subject;
  RequestEnv env;
  env.action = to_lower(action);
  env.account = subject.account;
  env.tags = tags();
  const auto fields = split_fields(std::string_view(subject.arn), arn_fields);
  if (fields.size() == arn_fields) {
    env.partition = fields[1];
    if (env.account.empty()) env.account = fields[4];
  }
  if (service_of(env.action) == nullptr) {
    env.resource = RequestEnv::Resource::of_service;
  } else if (!has_resource(env.action)) {
    env.resource = RequestEnv::Resource::none;
  } else {
    env.resource = RequestEnv::Resource::repository;
  }
  if (about_identity()) return identity_scenes(env);
  if (env.resource == RequestEnv::Resource::none) return {};  // inert in a resource policy
  if (fields.size() == arn_fields) env.region = fields[3];
  if (subject.type == EntityKind::repository) {
    env.resource = RequestEnv::Resource::known;
    env.resource_arn = subject.arn;
  }
  if (subject.type == EntityKind::template_) env.name_prefix = template_prefix();
  return resource_scenes(env, naming);
}

// A template applies to the repositories of its namespace; ROOT is every other one. Source: the
// ECR API's CreateRepositoryCreationTemplate, `prefix`.
std::string PreparedQuery::template_prefix() const {
  const std::string_view arn = query_.subject.arn;
  const auto slash = arn.find('/');
  if (slash == std::string_view::npos || arn.substr(slash + 1) == "ROOT") return {};
  std::string prefix(arn.substr(slash + 1));
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix;
}

std::vector<RequestEnv> PreparedQuery::identity_scenes(RequestEnv env) const {
  env.principal_account = env.account;
  switch (query_.subject.type) {
    case EntityKind::role:
    case EntityKind::user:
      env.principal_arn = query_.subject.arn;
      env.path_is_open = !query_.subject.path_is_known;
      if (query_.subject.type == EntityKind::user) env.principal = PrincipalKind::user;
      break;
    case EntityKind::group:
      env.principal = PrincipalKind::user;
      break;
    default: {
      RequestEnv user = env;
      user.principal = PrincipalKind::user;
      return {env, user};
    }
  }
  return {env};
}

std::vector<RequestEnv> PreparedQuery::resource_scenes(const RequestEnv& env,
                                                       const StatementSet& naming) {
  std::vector<RequestEnv> envs;
  for (const PrincipalKind kind :
       {PrincipalKind::anonymous, PrincipalKind::role, PrincipalKind::user, PrincipalKind::service,
        PrincipalKind::federated, PrincipalKind::root, PrincipalKind::federated_user}) {
    envs.push_back(env);
    envs.back().principal = kind;
  }
  for (RequestEnv& session : named_session_scenes(naming, env)) {
    envs.push_back(std::move(session));
  }
  return envs;
}

}  // namespace auditor
