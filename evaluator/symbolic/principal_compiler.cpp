// What a Principal element asks, and whom a guardrail authorizes.
// Tested by cases_test.cpp and differential_test.cpp.
#include <algorithm>

#include "evaluator/policy/arn.h"
#include "evaluator/symbolic/compilation.h"

namespace auditor {
namespace {

// The account that "123456789012" or "arn:aws:iam::123456789012:root" stands for.
std::optional<std::string> account_of_principal(std::string_view text) {
  if (is_account_id(text)) return std::string(text);
  const auto fields = split_fields(text, arn_fields);
  if (fields.size() == arn_fields && fields[2] == "iam" && fields[5] == "root" &&
      is_account_id(fields[4])) {
    return std::string(fields[4]);
  }
  return std::nullopt;
}

}  // namespace

// Accounts are compared with the principal's account, ARNs with the principal: of each a list.
Clause Compilation::arn_principals(const PrincipalElement& principal, Effect effect) const {
  const RequestEnv& env = request_.env();
  std::vector<Pattern> arns;
  std::vector<Pattern> accounts;
  for (const std::string& text : principal.aws) {
    if (const auto account = account_of_principal(text)) {
      const bool by_identity_only = options_.own_account_needs_identity &&
                                    effect == Effect::allow && !principal.negated &&
                                    *account == env.account;
      if (!by_identity_only) accounts.push_back(make_pattern(*account, Matching::exact));
    } else if (!env.session_arn.empty() && text == env.session_arn) {
      arns.push_back(make_pattern("*", Matching::glob));
    } else {
      arns.push_back(make_pattern(text, Matching::exact));  // a wildcard in it matches nobody
    }
  }
  return compiler_.principal_in(std::move(arns), std::move(accounts));
}

bool Compilation::principal(const PrincipalElement& principal, Effect effect) {
  const RequestEnv& env = request_.env();
  if (principal.everyone) return !principal.negated;
  const auto named = [&](const std::vector<std::string>& names, bool wildcard_is_documented) {
    std::vector<Pattern> patterns;
    const bool entry_wants_match = entries_want_match(principal.negated, wants_match_);
    for (const std::string& name : names) {
      if (name == "*" && !wildcard_is_documented && doubt("`*` as a service or provider") &&
          !entry_wants_match) {
        continue;
      }
      patterns.push_back(make_pattern(name, name == "*" ? Matching::glob : Matching::exact));
    }
    return patterns;
  };
  Clause any;
  switch (env.principal) {
    case PrincipalKind::anonymous:
      return principal.negated;
    case PrincipalKind::service:
      any = compiler_.principal_in(named(principal.service, false), {});
      break;
    case PrincipalKind::federated:
      any = compiler_.principal_in(named(principal.federated, env.action.empty()), {});
      break;
    default:
      any = arn_principals(principal, effect);
  }
  if (!principal.negated) return require(std::move(any));
  return std::ranges::all_of(any,
                             [&](const Literal& literal) { return require(literal.negated()); });
}

Clause StatementCompiler::principal_in(std::vector<Pattern> principals,
                                       std::vector<Pattern> accounts) {
  Clause any;
  const auto add = [&](Projection projection, std::vector<Pattern> patterns) {
    const KeyReading reading{.variable = request_.principal(), .projection = projection};
    any.push_back(
        literal(reading, Ask::inside, text_predicate(projection, std::move(patterns)), true));
  };
  if (!accounts.empty()) add(Projection::arn_account, std::move(accounts));
  if (!principals.empty()) add(Projection::whole, std::move(principals));
  return any;
}

Authorization StatementCompiler::authorization(const std::vector<std::string>& authorized) {
  Authorization result;
  const RequestEnv& env = request_.env();
  constexpr std::string_view service_prefix = "service:";
  std::vector<Pattern> patterns;
  std::vector<Pattern> accounts;
  for (const std::string& text : authorized) {
    const bool names_service = text.starts_with(service_prefix);
    if (env.principal == PrincipalKind::service) {
      if (names_service)
        patterns.push_back(make_pattern(text.substr(service_prefix.size()), Matching::glob));
      continue;
    }
    if (names_service || env.principal == PrincipalKind::anonymous ||
        env.principal == PrincipalKind::federated) {
      continue;
    }
    if (const auto account = account_of_principal(text)) {
      accounts.push_back(make_pattern(*account, Matching::exact));
      continue;
    }
    const auto path_end = text.rfind('/');
    if (env.principal == PrincipalKind::session && path_end != text.find('/')) {
      // role/path/name against a session of a role whose path nobody knows.
      const std::string pathless = text.substr(0, text.find('/') + 1) + text.substr(path_end + 1);
      if (!matches(make_pattern(pathless, Matching::arn), env.principal_arn)) continue;
      result.assumptions.insert(
          "an authorized pattern with a path, against a session's ARN, which has none");
      if (options_.approximation == Approximation::under) {
        result.always = true;
        return result;
      }
      continue;
    }
    patterns.push_back(make_pattern(text, Matching::arn));
  }
  for (const Literal& when : principal_in(std::move(patterns), std::move(accounts))) {
    auto truth = constant_truth(when);
    if (!truth && request_.env().path_is_open) {
      truth = truth_for_every_path(when);
      if (!truth) {
        result.assumptions.emplace(path_assumption);
        // Authorized with some paths: with those there is no violation.
        if (options_.approximation == Approximation::under) truth = true;
      }
    }
    result.always |= truth == true;
    if (!truth) result.when.push_back(when);
  }
  return result;
}

}  // namespace auditor
