// The calls of account_change, by service. Each writes what the call, had it worked, did to
// entities of `kind`; the table in account_change.cpp says which call is which.
#pragma once

#include "evaluator/events/fact_writer.h"

namespace auditor {

// IAM: roles, users, groups.
void create_principal(FactWriter& out, EntityKind kind);
void create_service_linked_role(FactWriter& out, EntityKind kind);
void delete_principal(FactWriter& out, EntityKind kind);
void update_principal(FactWriter& out, EntityKind kind);  // renames and moves
void put_inline_policy(FactWriter& out, EntityKind kind);
void delete_inline_policy(FactWriter& out, EntityKind kind);
void attach_policy(FactWriter& out, EntityKind kind);
void detach_policy(FactWriter& out, EntityKind kind);
void put_boundary(FactWriter& out, EntityKind kind);
void delete_boundary(FactWriter& out, EntityKind kind);
void add_to_group(FactWriter& out, EntityKind kind);
void remove_from_group(FactWriter& out, EntityKind kind);
void tag_principal(FactWriter& out, EntityKind kind);
void untag_principal(FactWriter& out, EntityKind kind);
// The caller's session says which path its role has.
void teach_role_of_session(FactWriter& out);

// Gives `holder` the policy of the call, or takes it away.
void attach_to(FactWriter& out, const EntityKey& holder);
void detach_from(FactWriter& out, const EntityKey& holder);

// IAM: customer managed policies. Identity Center: permission sets.
void create_policy(FactWriter& out, EntityKind kind);
void create_policy_version(FactWriter& out, EntityKind kind);
void set_default_version(FactWriter& out, EntityKind kind);
void delete_policy(FactWriter& out, EntityKind kind);
void delete_policy_version(FactWriter& out, EntityKind kind);
void put_permission_set_policy(FactWriter& out, EntityKind kind);
void delete_permission_set_policy(FactWriter& out, EntityKind kind);
void attach_to_permission_set(FactWriter& out, EntityKind kind);
void detach_from_permission_set(FactWriter& out, EntityKind kind);
void delete_permission_set(FactWriter& out, EntityKind kind);

// ECR: repositories, registries, creation templates.
void create_repository(FactWriter& out, EntityKind kind);
void delete_ecr_entity(FactWriter& out, EntityKind kind);
void put_resource_policy(FactWriter& out, EntityKind kind);
void delete_resource_policy(FactWriter& out, EntityKind kind);
void tag_repository(FactWriter& out, EntityKind kind);
void untag_repository(FactWriter& out, EntityKind kind);
void put_account_setting(FactWriter& out, EntityKind kind);
void create_template(FactWriter& out, EntityKind kind);
void update_template(FactWriter& out, EntityKind kind);

}  // namespace auditor
