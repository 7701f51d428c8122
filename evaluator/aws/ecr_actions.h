// The actions of private ECR, and whether each is asked for a repository.
//
// Source: the 58 operations of the ECR service model 2015-09-21 and the Service Authorization
// Reference (which adds the permission-only ReplicateImage and BatchImportUpstreamImage). Action
// names ignore case, as IAM does.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace auditor {

struct EcrAction {
  std::string_view name;  // "ecr:BatchDeleteImage", as AWS spells it
  bool has_repository;    // false: authorized with the resource text "*"
};

// All of them, ordered by name.
std::span<const EcrAction> ecr_actions();

// The entry of `action` ("ecr:batchdeleteimage" too); null when AWS documents none.
const EcrAction* find_ecr_action(std::string_view action);

// True when a request for `action` names a repository. An action that is not in the table is taken
// to have one: most do, and the actions of the future too.
bool has_repository_resource(std::string_view action);

// The real name for a widespread wrong one: ecr:PutRepositoryPolicy, ecr:BatchDeleteImages.
std::optional<std::string_view> ecr_action_alias(std::string_view action);

// What an unknown `ecr:` action probably meant: its alias, else the nearest name. Nullopt when it
// is a real action, of another service, holds a wildcard, or nothing is near.
std::optional<std::string_view> nearest_ecr_action(std::string_view action);

}  // namespace auditor
