// An action as the tables of the services hold it: `ecr_actions`, and what comes beside it.
#pragma once

#include <string_view>

namespace auditor {

struct ServiceAction {
  std::string_view name;  // "ecr:BatchDeleteImage", as AWS spells it
  bool has_resource;      // false: authorized with the resource text "*"
};

struct ActionAlias {
  std::string_view wrong, right;
};

}  // namespace auditor
