#include "evaluator/subject.h"

namespace auditor {

std::string_view to_string(SubjectType type) {
  switch (type) {
    case SubjectType::role:
      return "role";
    case SubjectType::user:
      return "user";
    case SubjectType::group:
      return "group";
    case SubjectType::policy:
      return "policy";
    case SubjectType::repository:
      return "repository";
    case SubjectType::registry:
      return "registry";
    case SubjectType::template_:
      return "template";
    case SubjectType::account:
      return "account";
  }
  return "role";
}

std::string_view partition_of_region(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

}  // namespace auditor
