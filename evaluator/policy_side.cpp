#include "evaluator/policy_side.h"

#include <algorithm>

namespace auditor {
namespace {

constexpr std::size_t negated_clauses_max = 256;
constexpr std::size_t named_sessions_max = 64;

}  // namespace

std::optional<std::vector<Clause>> negate(const Conjunction& conjunction) {
  std::vector<Clause> clauses{Clause{}};
  for (const Clause& group : conjunction) {
    std::vector<Clause> longer;
    for (const Clause& clause : clauses) {
      for (const Literal& literal : group) {
        if (longer.size() == negated_clauses_max) return std::nullopt;
        longer.push_back(clause);
        longer.back().push_back(literal.negated());
      }
    }
    clauses = std::move(longer);
  }
  return clauses;
}

void drop_without_principal(PolicySide& side) {
  const auto ignored = [](const PlacedStatement& placed) { return !placed.statement->principal; };
  std::erase_if(side.allows, ignored);
  std::erase_if(side.denies, ignored);
}

std::vector<Scene> named_session_scenes(const PolicySide& policies, const Scene& like) {
  std::set<std::string> sessions;
  std::set<std::string> roles;
  for (const auto* list : {&policies.allows, &policies.denies}) {
    for (const PlacedStatement& placed : *list) {
      if (!placed.statement->principal) continue;
      for (const std::string& text : placed.statement->principal->aws) {
        const auto fields = split_fields(std::string_view(text), arn_fields);
        if (fields.size() != arn_fields || has_wildcard(text)) continue;
        if (fields[5].starts_with("assumed-role/")) sessions.insert(text);
        if (fields[5].starts_with("role/")) roles.insert(text);
      }
    }
  }
  std::vector<Scene> scenes;
  for (const std::string& session : sessions) {
    const auto fields = split_fields(std::string_view(session), arn_fields);
    const std::string_view rest = fields[5].substr(fields[5].find('/') + 1);
    const std::string name = "/" + std::string(rest.substr(0, rest.find('/')));
    const std::string account = "arn:" + std::string(fields[1]) + ":iam::" + std::string(fields[4]);
    std::set<std::string> possible{account + ":role" + name};
    for (const std::string& role : roles) {
      if (role.starts_with(account + ":role/") && role.ends_with(name)) possible.insert(role);
    }
    for (const std::string& role : possible) {
      if (scenes.size() == named_sessions_max) return scenes;
      Scene& scene = scenes.emplace_back(like);
      scene.principal = PrincipalKind::session;
      scene.session_arn = session;
      scene.principal_account = fields[4];
      scene.principal_arn = role;
    }
  }
  return scenes;
}

void place(const PolicyDocument& document, std::size_t policy, bool is_repository_policy,
           PolicySide& side) {
  for (const Statement& statement : document.statements) {
    auto& list = statement.effect == Effect::allow ? side.allows : side.denies;
    list.push_back({policy, &statement, document.has_variables, is_repository_policy});
  }
}

std::optional<Alternatives> not_allowed(const PolicySide& side, StatementCompiler& compiler) {
  Alternatives alternatives;
  std::vector<Clause> no_allow;
  bool possible = true;
  for (const PlacedStatement& placed : side.allows) {
    compiler.set_repository_policy(placed.is_repository_policy);
    const auto matches = compiler.compile(*placed.statement, placed.has_variables);
    if (!matches) continue;
    if (matches->empty()) {
      possible = false;
      break;
    }
    const auto fails = negate(*matches);
    if (!fails) return std::nullopt;
    no_allow.insert(no_allow.end(), fails->begin(), fails->end());
  }
  if (possible) alternatives.push_back(std::move(no_allow));
  for (const PlacedStatement& placed : side.denies) {
    compiler.set_repository_policy(placed.is_repository_policy);
    auto matches = compiler.compile(*placed.statement, placed.has_variables);
    if (matches) alternatives.push_back(std::move(*matches));
  }
  return alternatives;
}

}  // namespace auditor
