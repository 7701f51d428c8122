// The kinds of things that policies are about, one row a kind: what it is called here, by AWS and
// in an ARN, which policies decide about it, and how its owner can see them.
//
// The only place where an ARN of a kind is put together or read. The names of parts are not checked
// here: whoever takes one from a caller's text asks `evaluator/policy/arn`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/policy/policy_document.h"

namespace auditor {

enum class EntityKind : std::uint8_t {
  role,
  user,
  group,
  policy,          // customer managed
  permission_set,  // of Identity Center: a policy that lives elsewhere
  repository,
  registry,
  template_,  // repository creation template
  account,    // the account as a whole: doubts, and what the auditor notes for itself
};

struct EntityKindRow {
  EntityKind kind;
  std::string_view name;      // in what is published and in the topic of the state
  std::string_view aws_type;  // "AWS::ECR::Repository"
  // The ARN: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE. A resource that ends in `/` is followed
  // by a name: of IAM with its path ("team/deployer"), of a template with its prefix.
  std::string_view service;
  std::string_view resource;
  bool is_regional;
  // Whether it is judged by what it may do, or by whom it lets in. Nullopt: by neither, it has no
  // document of its own.
  std::optional<PolicyKind> policies;
  EntityKind subject;          // what a finding about it says it is: a permission set is a policy
  std::string_view documents;  // "the policy of the repository"
  std::array<std::string_view, 2> cli_calls;  // which show them; the second may be empty
};

// Ordered as the enumeration.
std::span<const EntityKindRow> entity_kinds();
const EntityKindRow& row_of(EntityKind kind);

std::string_view to_string(EntityKind kind);
std::optional<EntityKind> parse_entity_kind(std::string_view text);
// Only of kinds that a finding can be about: not a permission set.
std::optional<EntityKind> parse_subject_kind(std::string_view text);

// Identity subjects are judged by what they may do; resource subjects by whom they let in.
bool is_identity(EntityKind kind);

// Stands for the region of what is ECR Public's: its ARNs have none, and a service of their own.
inline constexpr std::string_view public_region = "public";

// Where a thing is.
struct EntityPlace {
  std::string_view partition, account, region;
};

// `name` is empty where there is one of the kind. Registry and template ARNs are ours, AWS has
// none: arn:P:ecr:REGION:ID:registry, arn:P:ecr:REGION:ID:repository-creation-template/PREFIX.
std::string entity_arn(EntityKind kind, const EntityPlace& place, std::string_view name = {});

// What entity_arn() was given. Views into the text.
struct EntityArn {
  EntityKind kind;
  EntityPlace place;
  std::string_view name;
};

// Nullopt when the text is no ARN, or of no kind that is known.
std::optional<EntityArn> parse_entity_arn(std::string_view text);

}  // namespace auditor
