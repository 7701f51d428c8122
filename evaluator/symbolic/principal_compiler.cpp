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

// Of IAM, or a federated user of STS.
Pattern everyone_in(std::string_view account) {
  return make_pattern("arn:*:*::" + std::string(account) + ":*", Matching::arn);
}

}  // namespace

std::vector<Pattern> Compilation::arn_principals(const PrincipalElement& principal,
                                                 Effect effect) const {
  const RequestEnv& env = request_.env();
  std::vector<Pattern> patterns;
  for (const std::string& text : principal.aws) {
    if (const auto account = account_of_principal(text)) {
      const bool by_identity_only = options_.own_account_needs_identity &&
                                    effect == Effect::allow && !principal.negated &&
                                    *account == env.account;
      if (by_identity_only) continue;
      patterns.push_back(everyone_in(*account));
    } else if (!env.session_arn.empty() && text == env.session_arn) {
      patterns.push_back(make_pattern("*", Matching::arn));
    } else {
      patterns.push_back(make_pattern(text, Matching::exact));  // a wildcard in it matches nobody
    }
  }
  return patterns;
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
  std::vector<Pattern> patterns;
  switch (env.principal) {
    case PrincipalKind::anonymous:
      return principal.negated;
    case PrincipalKind::service:
      patterns = named(principal.service, false);
      break;
    case PrincipalKind::federated:
      patterns = named(principal.federated, env.action.empty());
      break;
    default:
      patterns = arn_principals(principal, effect);
  }
  return require(compiler_.literal(request_.principal(), Ask::inside,
                                   text_predicate(Projection::whole, std::move(patterns)),
                                   !principal.negated));
}

Authorization StatementCompiler::authorization(const std::vector<std::string>& authorized) const {
  Authorization result;
  const RequestEnv& env = request_.env();
  constexpr std::string_view service_prefix = "service:";
  std::vector<Pattern> patterns;
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
      patterns.push_back(everyone_in(*account));
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
  if (patterns.empty()) return result;
  const Literal when = literal(request_.principal(), Ask::inside,
                               text_predicate(Projection::whole, std::move(patterns)), true);
  const auto truth = constant_truth(when);
  if (truth) {
    result.always = *truth;
  } else {
    result.when = when;
  }
  return result;
}

}  // namespace auditor
