// Tested by decision_test.cpp and cases_test.cpp.
#include "evaluator/symbolic/statement_set.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

constexpr std::size_t negated_clauses_max = 256;
constexpr std::size_t named_sessions_max = 64;

// A role's session that AWS would call so: arn:P:sts::ACCOUNT:assumed-role/ROLE/NAME. Views into
// the text.
struct NamedSession {
  Arn arn;
  std::string_view role;
};

std::optional<NamedSession> named_session(std::string_view text) {
  const auto arn = split_arn(text);
  if (!arn || arn->service != "sts" || !arn->region.empty() || !is_account_id(arn->account)) {
    return std::nullopt;
  }
  constexpr std::string_view of_role = "assumed-role/";
  std::string_view names = arn->resource;
  if (!names.starts_with(of_role)) return std::nullopt;
  names.remove_prefix(of_role.size());
  const std::size_t slash = names.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view role = names.substr(0, slash);
  if (!is_iam_name(role) || !is_iam_name(names.substr(slash + 1))) return std::nullopt;
  return NamedSession{*arn, role};
}

// What aws:PrincipalArn can be: the role, whose path a session does not show.
std::set<std::string> possible_principals(const NamedSession& named,
                                          const std::set<std::string>& roles) {
  std::string start = "arn:";
  start.append(named.arn.partition).append(":iam::").append(named.arn.account).append(":role");
  std::string name = "/";
  name.append(named.role);
  std::set<std::string> possible{start + name};
  for (const std::string& role : roles) {
    if (role.starts_with(start + "/") && role.ends_with(name)) possible.insert(role);
  }
  return possible;
}

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

void drop_without_principal(StatementSet& side) {
  const auto ignored = [](const PlacedStatement& placed) { return !placed.statement->principal; };
  std::erase_if(side.allows, ignored);
  std::erase_if(side.denies, ignored);
}

std::vector<RequestEnv> named_session_scenes(const StatementSet& policies, const RequestEnv& like) {
  std::set<std::string> sessions;
  std::set<std::string> roles;
  for (const auto* list : {&policies.allows, &policies.denies}) {
    for (const PlacedStatement& placed : *list) {
      if (!placed.statement->principal) continue;
      for (const std::string& text : placed.statement->principal->aws) {
        if (named_session(text)) sessions.insert(text);
        const auto arn = split_arn(text);
        if (arn && !has_wildcard(text) && arn->resource.starts_with("role/")) roles.insert(text);
      }
    }
  }
  std::vector<RequestEnv> envs;
  for (const std::string& session : sessions) {
    const NamedSession named = *named_session(session);
    for (const std::string& principal : possible_principals(named, roles)) {
      RequestEnv& env = envs.emplace_back(like);
      if (envs.size() > named_sessions_max) {
        env.left_out =
            "the policies name more than " + std::to_string(named_sessions_max) + " sessions";
        return envs;
      }
      env.principal = PrincipalKind::session;
      env.session_arn = session;
      env.principal_account = named.arn.account;
      env.principal_arn = principal;
    }
  }
  return envs;
}

void place(const PolicyDocument& document, std::size_t policy, bool is_repository_policy,
           StatementSet& side) {
  for (const Statement& statement : document.statements) {
    auto& list = statement.effect == Effect::allow ? side.allows : side.denies;
    list.push_back({policy, &statement, document.has_variables, is_repository_policy});
  }
}

CompiledSet not_allowed(const StatementSet& side, StatementCompiler& compiler) {
  CompiledSet result;
  const auto compile = [&](const PlacedStatement& placed) {
    Compiled compiled = compiler.compile(placed);
    result.observations.add(std::move(compiled.observations));
    return std::move(compiled.conjunction);
  };
  const auto compile_all = [&](const std::vector<PlacedStatement>& statements) {
    std::vector<Conjunction> conjunctions;
    for (const PlacedStatement& placed : statements) {
      if (auto matches = compile(placed)) conjunctions.push_back(std::move(*matches));
    }
    return compiler.merged(std::move(conjunctions));
  };
  Alternatives alternatives;
  std::vector<Clause> no_allow;
  bool possible = true;
  for (const Conjunction& matches : compile_all(side.allows)) {
    if (matches.empty()) {
      possible = false;
      break;
    }
    const auto fails = negate(matches);
    if (!fails) return result;
    no_allow.insert(no_allow.end(), fails->begin(), fails->end());
  }
  if (possible) alternatives.push_back(std::move(no_allow));
  for (Conjunction& matches : compile_all(side.denies)) alternatives.push_back(std::move(matches));
  // What asks for the least first: its witness is the plainest.
  std::ranges::stable_sort(alternatives, {}, &std::vector<Clause>::size);
  result.alternatives = std::move(alternatives);
  return result;
}

}  // namespace auditor
