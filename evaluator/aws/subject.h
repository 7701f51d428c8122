// The thing a verdict is about: a principal, a policy, a repository, a registry, a template.
#pragma once

#include <string>

#include "evaluator/aws/entity_kind.h"

namespace auditor {

struct Subject {
  EntityKind type = EntityKind::role;  // never a permission set: `EntityKindRow::subject`
  std::string arn;
  std::string account;  // 12 digits: the account the thing belongs to
  std::string region;   // empty for IAM
  // False: the ARN shows the path `/`, but no event told which one it is.
  bool path_is_known = true;

  bool operator==(const Subject&) const = default;
};

}  // namespace auditor
