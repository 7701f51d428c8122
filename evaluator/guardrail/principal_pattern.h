// Is an `authorized_principals` entry able to match any principal at all?
//
// A pattern that matches nobody is a typing error that would alert on everyone; this finds it when
// the file is read. The matching itself belongs to the engine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace auditor {

struct PatternProblem {
  std::string message;
  bool is_warning = false;
};

// What is wrong with a pattern: a role, user, federated user or root ARN with globs, 12 digits, or
// `service:lambda.amazonaws.com`. Nullopt: nothing.
std::optional<PatternProblem> check_principal_pattern(std::string_view pattern);

}  // namespace auditor
