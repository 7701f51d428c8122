#include "evaluator/policy_change.h"

#include <array>
#include <utility>

#include "evaluator/arn.h"

namespace auditor {
namespace {

constexpr std::string_view iam = "iam.amazonaws.com";
constexpr std::string_view ecr = "ecr.amazonaws.com";
constexpr std::string_view ecr_public = "ecr-public.amazonaws.com";
constexpr std::string_view identity_center = "sso.amazonaws.com";
constexpr std::string_view organizations = "organizations.amazonaws.com";

enum class Call {
  put_role_policy,
  put_user_policy,
  put_group_policy,
  attach_role_policy,
  attach_user_policy,
  attach_group_policy,
  create_policy,
  create_policy_version,
  create_role,
  update_assume_role_policy,
  set_repository_policy,
  put_registry_policy,
  write_creation_template,
  put_permission_set_policy,
  attach_to_permission_set,
  write_organization_policy,
};

struct KnownCall {
  std::string_view source, name;
  Call call;
};

// eventName alone is not enough: CreatePolicy exists in IAM and in Organizations.
constexpr std::array<KnownCall, 21> known_calls{{
    {iam, "PutRolePolicy", Call::put_role_policy},
    {iam, "PutUserPolicy", Call::put_user_policy},
    {iam, "PutGroupPolicy", Call::put_group_policy},
    {iam, "AttachRolePolicy", Call::attach_role_policy},
    {iam, "AttachUserPolicy", Call::attach_user_policy},
    {iam, "AttachGroupPolicy", Call::attach_group_policy},
    {iam, "CreatePolicy", Call::create_policy},
    {iam, "CreatePolicyVersion", Call::create_policy_version},
    {iam, "CreateRole", Call::create_role},
    {iam, "UpdateAssumeRolePolicy", Call::update_assume_role_policy},
    {ecr, "SetRepositoryPolicy", Call::set_repository_policy},
    {ecr, "PutRepositoryPolicy", Call::set_repository_policy},  // a name that people expect
    {ecr, "PutRegistryPolicy", Call::put_registry_policy},
    {ecr, "CreateRepositoryCreationTemplate", Call::write_creation_template},
    {ecr, "UpdateRepositoryCreationTemplate", Call::write_creation_template},
    {ecr_public, "SetRepositoryPolicy", Call::set_repository_policy},
    {ecr_public, "PutRepositoryPolicy", Call::set_repository_policy},
    {identity_center, "PutInlinePolicyToPermissionSet", Call::put_permission_set_policy},
    {identity_center, "AttachManagedPolicyToPermissionSet", Call::attach_to_permission_set},
    {organizations, "CreatePolicy", Call::write_organization_policy},
    {organizations, "UpdatePolicy", Call::write_organization_policy},
}};

std::optional<Call> find_call(std::string_view source, std::string_view name) {
  for (const KnownCall& known : known_calls) {
    if (known.name == name && known.source == source) return known.call;
  }
  return std::nullopt;
}

const std::string& value_or_empty(const std::optional<std::string>& text) {
  static const std::string empty;
  return text ? *text : empty;
}

// The event's own ARNs know the partition better than a table of regions does.
std::string partition_of(const CloudTrailEvent& event) {
  const auto from = [](std::string_view text) -> std::string {
    const auto arn = split_arn(text);
    if (!arn || arn->partition.size() > 16) return {};
    return std::string(arn->partition);
  };
  for (const std::string* text : {&value_or_empty(event.response.arn), &event.actor.role_arn,
                                  &event.actor.arn, &value_or_empty(event.request.policy_arn)}) {
    if (auto partition = from(*text); !partition.empty()) return partition;
  }
  for (const std::string& text : event.resource_arns) {
    if (auto partition = from(text); !partition.empty()) return partition;
  }
  return std::string(partition_of_region(event.region));
}

std::string iam_arn(const CloudTrailEvent& event, std::string_view resource) {
  std::string arn = "arn:" + partition_of(event) + ":iam::" + event.account + ":";
  return arn.append(resource);
}

PolicyChange unnamed(const CloudTrailEvent& event, std::string reason) {
  return UnnamedChange{{SubjectType::account, iam_arn(event, "root"), event.account, {}},
                       std::move(reason)};
}

std::string why_parameters_are_missing(const RequestParameters& request) {
  if (request.omitted) return "the request parameters were too large for CloudTrail (omitted)";
  if (!request.present) return "the event carries no request parameters";
  return {};
}

std::string missing_name(const CloudTrailEvent& event, std::string_view what) {
  std::string why = why_parameters_are_missing(event.request);
  if (!why.empty()) return why;
  return "the event names no lawful " + std::string(what);
}

// The request holds the document as sent. The response's is AWS's own rendering of it, and the
// only one left when the parameters were too large.
DocumentText document_of(const CloudTrailEvent& event) {
  if (!event.request.omitted && event.request.policy_document) {
    return {*event.request.policy_document, {}};
  }
  if (event.response.policy_document) return {*event.response.policy_document, {}};
  std::string why = why_parameters_are_missing(event.request);
  if (why.empty()) why = "the event carries no policy document";
  return {{}, std::move(why)};
}

// A principal known only by its name: its path is not in the event, so `/` is taken.
std::optional<Subject> principal(const CloudTrailEvent& event, SubjectType type) {
  const std::optional<std::string>& name = type == SubjectType::role   ? event.request.role_name
                                           : type == SubjectType::user ? event.request.user_name
                                                                       : event.request.group_name;
  if (!name || !is_iam_name(*name)) return std::nullopt;
  return Subject{
      type, iam_arn(event, std::string(to_string(type)) + "/" + *name), event.account, {}};
}

PolicyChange inline_policy(const CloudTrailEvent& event, SubjectType type) {
  auto holder = principal(event, type);
  if (!holder) return unnamed(event, missing_name(event, std::string(to_string(type)) + " name"));
  return InlinePolicyPut{std::move(*holder), value_or_empty(event.request.policy_name),
                         document_of(event)};
}

std::string attached_arn(const CloudTrailEvent& event) {
  const std::string& arn = value_or_empty(event.request.policy_arn);
  return is_managed_policy_arn(arn) ? arn : std::string();
}

PolicyChange attachment(const CloudTrailEvent& event, SubjectType type) {
  auto holder = principal(event, type);
  if (!holder) return unnamed(event, missing_name(event, std::string(to_string(type)) + " name"));
  return PolicyAttached{std::move(*holder), attached_arn(event)};
}

// AWS's own policies are not written by calls.
bool is_customer_policy(std::string_view text) {
  return is_managed_policy_arn(text) && is_account_id(split_arn(text)->account);
}

PolicyChange managed_policy(const CloudTrailEvent& event, std::string arn) {
  std::string account(split_arn(arn)->account);
  return ManagedPolicyWritten{{SubjectType::policy, std::move(arn), std::move(account), {}},
                              value_or_empty(event.response.version_id),
                              true,
                              document_of(event)};
}

PolicyChange created_policy(const CloudTrailEvent& event) {
  if (is_customer_policy(value_or_empty(event.response.arn))) {
    return managed_policy(event, *event.response.arn);
  }
  const std::string& name = value_or_empty(event.request.policy_name);
  if (!is_iam_name(name)) {
    return unnamed(event, missing_name(event, "policy name"));
  }
  const std::string& path = value_or_empty(event.request.path);
  return managed_policy(event, iam_arn(event, "policy" + (is_iam_path(path) ? path : "/") + name));
}

PolicyChange created_policy_version(const CloudTrailEvent& event) {
  const std::string& arn = value_or_empty(event.request.policy_arn);
  if (!is_customer_policy(arn)) return unnamed(event, missing_name(event, "policy ARN"));
  PolicyChange change = managed_policy(event, arn);
  std::get<ManagedPolicyWritten>(change).is_default = event.request.set_as_default.value_or(false);
  return change;
}

PolicyChange trust_policy(const CloudTrailEvent& event) {
  const std::string& name = value_or_empty(event.request.role_name);
  std::string what = "trust policy of a role";
  if (is_iam_name(name)) what = "trust policy of role " + name;
  return NonGrantingPolicy{std::move(what), document_of(event)};
}

PolicyChange permission_set(const CloudTrailEvent& event, Call call) {
  const std::string& arn = value_or_empty(event.request.permission_set_arn);
  if (!is_permission_set_arn(arn)) return unnamed(event, missing_name(event, "permission set"));
  Subject subject{SubjectType::policy, arn, event.account, event.region};
  if (call == Call::attach_to_permission_set) {
    return PolicyAttached{std::move(subject), attached_arn(event)};
  }
  return ManagedPolicyWritten{std::move(subject), {}, true, document_of(event)};
}

std::optional<PolicyChange> organization_policy(const CloudTrailEvent& event) {
  const bool renamed_only = event.name == "UpdatePolicy" && event.request.present &&
                            !event.request.omitted && !event.request.policy_document;
  if (renamed_only) return std::nullopt;
  std::string what = "organization policy";
  if (const std::string& type = value_or_empty(event.response.organization_policy_type);
      is_iam_name(type)) {
    what += " (" + type + ")";
  }
  return NonGrantingPolicy{std::move(what), document_of(event)};
}

// The account an ECR thing belongs to: what AWS answered before what the caller asked.
std::string registry_account(const CloudTrailEvent& event) {
  for (const auto* id : {&event.response.registry_id, &event.request.registry_id}) {
    if (*id && is_account_id(**id)) return **id;
  }
  for (const std::string& text : event.resource_arns) {
    const auto arn = split_arn(text);
    if (arn && arn->service.starts_with("ecr") && is_account_id(arn->account)) {
      return std::string(arn->account);
    }
  }
  return event.account;
}

// A call on another account's registry is delivered to both; the owner's copy is the one to judge.
// When the event names no recipient it may be the only copy, so it is kept.
bool is_foreign_copy(const CloudTrailEvent& event, std::string_view owner) {
  return event.account_is_recipient && event.account != owner;
}

std::string ecr_arn(const CloudTrailEvent& event, std::string_view owner,
                    std::string_view resource) {
  const bool is_public = event.source == ecr_public;  // has no region: there is one gallery
  std::string arn = "arn:" + partition_of(event) + (is_public ? ":ecr-public:" : ":ecr:");
  if (!is_public) arn += event.region;
  return arn.append(":").append(owner).append(":").append(resource);
}

std::optional<std::string> repository_name(const CloudTrailEvent& event) {
  for (const auto* name : {&event.request.repository_name, &event.response.repository_name}) {
    if (*name && is_repository_name(**name)) return **name;
  }
  for (const std::string& text : event.resource_arns) {
    const auto arn = split_arn(text);
    if (!arn || !arn->service.starts_with("ecr")) continue;
    if (!arn->resource.starts_with("repository/")) continue;
    const std::string_view name = arn->resource.substr(11);
    if (is_repository_name(name)) return std::string(name);
  }
  return std::nullopt;
}

std::optional<PolicyChange> resource_policy(const CloudTrailEvent& event, SubjectType type,
                                            const std::optional<std::string>& resource,
                                            std::string_view what) {
  const std::string owner = registry_account(event);
  if (is_foreign_copy(event, owner)) return std::nullopt;
  if (!resource) return unnamed(event, missing_name(event, what));
  return ResourcePolicySet{{type, ecr_arn(event, owner, *resource), owner, event.region},
                           document_of(event)};
}

std::optional<PolicyChange> repository_policy(const CloudTrailEvent& event) {
  std::optional<std::string> name = repository_name(event);
  if (name) name->insert(0, "repository/");
  return resource_policy(event, SubjectType::repository, name, "repository name");
}

// The policy is given to repositories that ECR will create under the prefix.
std::optional<PolicyChange> creation_template(const CloudTrailEvent& event) {
  const bool says_so = event.request.present && !event.request.omitted;
  const bool has_policy = event.request.policy_document || event.response.policy_document;
  if (says_so && !event.request.policy_document) return std::nullopt;  // none, or unchanged
  std::optional<std::string> resource;
  for (const auto* prefix : {&event.request.prefix, &event.response.prefix}) {
    if (resource || !*prefix || !is_repository_name(**prefix)) continue;
    resource = "repository-creation-template/" + **prefix;
  }
  if (!has_policy) resource.reset();  // omitted: there may or may not be a policy
  return resource_policy(event, SubjectType::template_, resource, "template prefix");
}

std::optional<PolicyChange> change_of(const CloudTrailEvent& event, Call call) {
  switch (call) {
    case Call::put_role_policy:
      return inline_policy(event, SubjectType::role);
    case Call::put_user_policy:
      return inline_policy(event, SubjectType::user);
    case Call::put_group_policy:
      return inline_policy(event, SubjectType::group);
    case Call::attach_role_policy:
      return attachment(event, SubjectType::role);
    case Call::attach_user_policy:
      return attachment(event, SubjectType::user);
    case Call::attach_group_policy:
      return attachment(event, SubjectType::group);
    case Call::create_policy:
      return created_policy(event);
    case Call::create_policy_version:
      return created_policy_version(event);
    case Call::create_role:
    case Call::update_assume_role_policy:
      return trust_policy(event);
    case Call::set_repository_policy:
      return repository_policy(event);
    case Call::put_registry_policy:
      return resource_policy(event, SubjectType::registry, "registry", "registry");
    case Call::write_creation_template:
      return creation_template(event);
    case Call::put_permission_set_policy:
    case Call::attach_to_permission_set:
      return permission_set(event, call);
    case Call::write_organization_policy:
      return organization_policy(event);
  }
  return std::nullopt;
}

}  // namespace

std::optional<PolicyChange> policy_change(const CloudTrailEvent& event) {
  if (event.failed()) return std::nullopt;
  const auto call = find_call(event.source, event.name);
  if (!call) return std::nullopt;
  if (!is_account_id(event.account) || !is_region(event.region)) {
    return UnnamedChange{{SubjectType::account, "arn:aws:iam:::root", {}, {}},
                         "the event does not say in which account and region it happened"};
  }
  return change_of(event, *call);
}

}  // namespace auditor
