// Tested by decision_test.cpp and cases_test.cpp.
#include "evaluator/policy/subject.h"

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
  if (region.starts_with("us-iso-")) return "aws-iso";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("eu-isoe-")) return "aws-iso-e";
  if (region.starts_with("us-isof-")) return "aws-iso-f";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

}  // namespace auditor
