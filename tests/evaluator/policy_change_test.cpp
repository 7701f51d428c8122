#include "evaluator/policy_change.h"

#include <gtest/gtest.h>

namespace auditor {
namespace {

constexpr const char* document = R"({"Version":"2012-10-17","Statement":[]})";

CloudTrailEvent event(std::string source, std::string name) {
  CloudTrailEvent event;
  event.source = std::move(source) + ".amazonaws.com";
  event.name = std::move(name);
  event.region = "eu-west-1";
  event.account = "111122223333";
  event.account_is_recipient = true;
  event.request.present = true;
  event.request.policy_document = document;
  return event;
}

CloudTrailEvent put_role_policy(std::string role) {
  CloudTrailEvent put = event("iam", "PutRolePolicy");
  put.request.role_name = std::move(role);
  put.request.policy_name = "images";
  return put;
}

CloudTrailEvent set_repository_policy() {
  CloudTrailEvent set = event("ecr", "SetRepositoryPolicy");
  set.request.repository_name = "team/app";
  return set;
}

// The change, when it is of this kind; a failed test and an empty one otherwise.
template <typename Change>
Change expect_change(const CloudTrailEvent& event) {
  const auto change = policy_change(event);
  EXPECT_TRUE(change.has_value());
  if (!change) return {};
  const Change* const expected = std::get_if<Change>(&*change);
  EXPECT_NE(expected, nullptr) << "kind " << change->index();
  return expected ? *expected : Change{};
}

TEST(PolicyChange, OfACallThatFailedIsNone) {
  CloudTrailEvent put = put_role_policy("app");
  put.error_code = "AccessDenied";
  EXPECT_FALSE(policy_change(put).has_value());
}

TEST(PolicyChange, OfAnotherCallIsNone) {
  EXPECT_FALSE(policy_change(event("ecr", "BatchDeleteImage")).has_value());
  EXPECT_FALSE(policy_change(event("iam", "DeleteRolePolicy")).has_value());
}

TEST(InlinePolicy, NamesItsHolder) {
  const auto role = expect_change<InlinePolicyPut>(put_role_policy("app"));
  EXPECT_EQ(role.holder,
            (Subject{SubjectType::role, "arn:aws:iam::111122223333:role/app", "111122223333", ""}));
  EXPECT_EQ(role.policy_name, "images");
  EXPECT_EQ(role.document.text, document);

  CloudTrailEvent user = event("iam", "PutUserPolicy");
  user.request.user_name = "a.user+x=1,@y-z_";
  EXPECT_EQ(expect_change<InlinePolicyPut>(user).holder.arn,
            "arn:aws:iam::111122223333:user/a.user+x=1,@y-z_");

  CloudTrailEvent group = event("iam", "PutGroupPolicy");
  group.request.group_name = "g";
  EXPECT_EQ(expect_change<InlinePolicyPut>(group).holder.type, SubjectType::group);
}

TEST(InlinePolicy, TakesThePartitionFromTheEventsArns) {
  CloudTrailEvent put = put_role_policy("app");
  put.actor.arn = "arn:aws-cn:iam::111122223333:user/admin";
  EXPECT_EQ(expect_change<InlinePolicyPut>(put).holder.arn,
            "arn:aws-cn:iam::111122223333:role/app");
  put.actor.arn = "...";
  put.region = "us-gov-west-1";
  EXPECT_EQ(expect_change<InlinePolicyPut>(put).holder.arn,
            "arn:aws-us-gov:iam::111122223333:role/app");
  put.region = "us-isob-east-1";
  EXPECT_EQ(expect_change<InlinePolicyPut>(put).holder.arn,
            "arn:aws-iso-b:iam::111122223333:role/app");
}

TEST(InlinePolicy, CannotForgeAnotherArnByItsName) {
  for (const char* name :
       {"a:b", "x/arn:aws:iam::444455556666:role/y", "*", "a?", "", "a b", "a\n", "r\xc3\xb6le"}) {
    const auto change = expect_change<UnnamedChange>(put_role_policy(name));
    EXPECT_EQ(change.account.arn, "arn:aws:iam::111122223333:root") << name;
    EXPECT_EQ(change.reason, "the event names no lawful role name");
  }
}

TEST(InlinePolicy, OfAnEventWithoutAccountIsUnnamed) {
  for (const char* account : {"", "1111", "11112222333x", "111122223333:root"}) {
    CloudTrailEvent put = put_role_policy("app");
    put.account = account;
    expect_change<UnnamedChange>(put);
  }
}

TEST(InlinePolicy, WithNullParametersIsUnnamed) {
  CloudTrailEvent put = event("iam", "PutUserPolicy");
  put.request = {};
  EXPECT_EQ(expect_change<UnnamedChange>(put).reason, "the event carries no request parameters");
}

TEST(InlinePolicy, WithOmittedParametersIsUnnamed) {
  CloudTrailEvent put = event("iam", "PutRolePolicy");
  put.request = {};
  put.request.present = put.request.omitted = true;
  EXPECT_EQ(expect_change<UnnamedChange>(put).reason,
            "the request parameters were too large for CloudTrail (omitted)");
}

TEST(InlinePolicy, WithoutDocumentSaysSo) {
  CloudTrailEvent put = put_role_policy("app");
  put.request.policy_document.reset();
  const auto change = expect_change<InlinePolicyPut>(put);
  EXPECT_TRUE(change.document.missing());
  EXPECT_EQ(change.document.missing_because, "the event carries no policy document");
}

TEST(ManagedPolicy, HasTheArnOfTheAnswer) {
  CloudTrailEvent created = event("iam", "CreatePolicy");
  created.request.policy_name = "images";
  created.response.arn = "arn:aws:iam::111122223333:policy/team/images";
  created.response.version_id = "v1";
  const auto change = expect_change<ManagedPolicyWritten>(created);
  EXPECT_EQ(change.policy.arn, "arn:aws:iam::111122223333:policy/team/images");
  EXPECT_EQ(change.version, "v1");
  EXPECT_TRUE(change.is_default);
}

TEST(ManagedPolicy, WithoutAnswerHasAnArnOfPathAndName) {
  CloudTrailEvent created = event("iam", "CreatePolicy");
  created.request.policy_name = "images";
  created.request.path = "/team/";
  EXPECT_EQ(expect_change<ManagedPolicyWritten>(created).policy.arn,
            "arn:aws:iam::111122223333:policy/team/images");
  created.request.path = "/team:x/*";
  EXPECT_EQ(expect_change<ManagedPolicyWritten>(created).policy.arn,
            "arn:aws:iam::111122223333:policy/images");
}

TEST(ManagedPolicy, VersionIsDefaultOnlyWhenItSaysSo) {
  CloudTrailEvent version = event("iam", "CreatePolicyVersion");
  version.request.policy_arn = "arn:aws:iam::111122223333:policy/images";
  version.response.version_id = "v3";
  EXPECT_FALSE(expect_change<ManagedPolicyWritten>(version).is_default);
  version.request.set_as_default = true;
  EXPECT_TRUE(expect_change<ManagedPolicyWritten>(version).is_default);
  for (const char* arn : {"images", "arn:aws:iam::aws:policy/AdministratorAccess"}) {
    version.request.policy_arn = arn;
    expect_change<UnnamedChange>(version);
  }
}

TEST(Attachment, NamesHolderAndPolicy) {
  CloudTrailEvent attached = event("iam", "AttachGroupPolicy");
  attached.request.group_name = "admins";
  attached.request.policy_arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
  const auto change = expect_change<PolicyAttached>(attached);
  EXPECT_EQ(change.holder.arn, "arn:aws:iam::111122223333:group/admins");
  EXPECT_EQ(change.policy_arn, "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess");
}

TEST(Attachment, OfNoLawfulPolicyArnSaysNotWhich) {
  CloudTrailEvent attached = event("iam", "AttachRolePolicy");
  attached.request.role_name = "app";
  for (const char* arn : {"", "AdministratorAccess", "arn:aws:iam::aws:role/x",
                          "arn:aws:iam::aws:policy/", "arn:aws:iam::aws:policy/a b"}) {
    attached.request.policy_arn = arn;
    EXPECT_EQ(expect_change<PolicyAttached>(attached).policy_arn, "") << arn;
  }
}

TEST(TrustPolicy, GrantsNothing) {
  CloudTrailEvent created = event("iam", "CreateRole");
  created.request.role_name = "app";
  EXPECT_EQ(expect_change<NonGrantingPolicy>(created).what, "trust policy of role app");
  created.name = "UpdateAssumeRolePolicy";
  created.request = {};
  EXPECT_TRUE(expect_change<NonGrantingPolicy>(created).document.missing());
}

TEST(RepositoryPolicy, NamesTheRepository) {
  const auto change = expect_change<ResourcePolicySet>(set_repository_policy());
  EXPECT_EQ(change.resource, (Subject{SubjectType::repository,
                                      "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
                                      "111122223333", "eu-west-1"}));
  EXPECT_EQ(change.document.text, document);
}

TEST(RepositoryPolicy, MayBeCalledByTheNameThatDoesNotExist) {
  CloudTrailEvent put = set_repository_policy();
  put.name = "PutRepositoryPolicy";
  expect_change<ResourcePolicySet>(put);
}

TEST(RepositoryPolicy, OfThePublicGalleryHasNoRegion) {
  CloudTrailEvent set = set_repository_policy();
  set.source = "ecr-public.amazonaws.com";
  EXPECT_EQ(expect_change<ResourcePolicySet>(set).resource.arn,
            "arn:aws:ecr-public::111122223333:repository/team/app");
}

TEST(RepositoryPolicy, IsJudgedWhereTheRepositoryLives) {
  CloudTrailEvent set = set_repository_policy();
  set.request.registry_id = "444455556666";
  EXPECT_FALSE(policy_change(set).has_value());  // the caller's copy
  set.account = "444455556666";
  EXPECT_EQ(expect_change<ResourcePolicySet>(set).resource.account, "444455556666");
}

TEST(RepositoryPolicy, OfAnotherAccountByItsArnIsTheCallersCopy) {
  CloudTrailEvent set = set_repository_policy();
  set.resource_arns = {"arn:aws:ecr:eu-west-1:444455556666:repository/team/app"};
  EXPECT_FALSE(policy_change(set).has_value());
}

TEST(RepositoryPolicy, IsKeptWhenNoRecipientIsNamed) {
  CloudTrailEvent set = set_repository_policy();
  set.account_is_recipient = false;
  set.response.registry_id = "444455556666";
  EXPECT_EQ(expect_change<ResourcePolicySet>(set).resource.arn,
            "arn:aws:ecr:eu-west-1:444455556666:repository/team/app");
}

TEST(RepositoryPolicy, IsReadFromTheAnswerWhenParametersWereOmitted) {
  CloudTrailEvent set = set_repository_policy();
  set.request = {};
  set.request.present = set.request.omitted = true;
  set.response.repository_name = "team/app";
  set.response.policy_document = "{}";
  EXPECT_EQ(expect_change<ResourcePolicySet>(set).document.text, "{}");

  set.response.policy_document.reset();
  EXPECT_TRUE(expect_change<ResourcePolicySet>(set).document.missing());

  set.response.repository_name.reset();
  expect_change<UnnamedChange>(set);
}

TEST(RegistryPolicy, HasAnArnOfOurOwn) {
  EXPECT_EQ(expect_change<ResourcePolicySet>(event("ecr", "PutRegistryPolicy")).resource,
            (Subject{SubjectType::registry, "arn:aws:ecr:eu-west-1:111122223333:registry",
                     "111122223333", "eu-west-1"}));
}

TEST(CreationTemplate, IsJudgedWhenItCarriesAPolicy) {
  CloudTrailEvent created = event("ecr", "CreateRepositoryCreationTemplate");
  created.request.prefix = "team";
  EXPECT_EQ(expect_change<ResourcePolicySet>(created).resource.arn,
            "arn:aws:ecr:eu-west-1:111122223333:repository-creation-template/team");
}

TEST(CreationTemplate, WithoutAPolicyIsNoChange) {
  CloudTrailEvent updated = event("ecr", "UpdateRepositoryCreationTemplate");
  updated.request.prefix = "team";
  updated.request.policy_document.reset();
  updated.response.policy_document = document;  // the one it has already
  EXPECT_FALSE(policy_change(updated).has_value());
}

TEST(CreationTemplate, WithOmittedParametersIsUnnamed) {
  CloudTrailEvent updated = event("ecr", "UpdateRepositoryCreationTemplate");
  updated.request = {};
  updated.request.present = updated.request.omitted = true;
  expect_change<UnnamedChange>(updated);
}

TEST(PermissionSet, IsAPolicyOfItsOwn) {
  constexpr const char* arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-2";
  CloudTrailEvent put = event("sso", "PutInlinePolicyToPermissionSet");
  put.request.permission_set_arn = arn;
  const auto written = expect_change<ManagedPolicyWritten>(put);
  EXPECT_EQ(written.policy.type, SubjectType::policy);
  EXPECT_EQ(written.policy.arn, arn);

  put.name = "AttachManagedPolicyToPermissionSet";
  put.request.policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess";
  EXPECT_EQ(expect_change<PolicyAttached>(put).holder.arn, arn);
}

TEST(OrganizationPolicy, GrantsNothing) {
  CloudTrailEvent created = event("organizations", "CreatePolicy");
  created.response.organization_policy_type = "SERVICE_CONTROL_POLICY";
  EXPECT_EQ(expect_change<NonGrantingPolicy>(created).what,
            "organization policy (SERVICE_CONTROL_POLICY)");
}

TEST(OrganizationPolicy, ThatIsOnlyRenamedIsNoChange) {
  CloudTrailEvent updated = event("organizations", "UpdatePolicy");
  updated.request.policy_document.reset();
  EXPECT_FALSE(policy_change(updated).has_value());
}

}  // namespace
}  // namespace auditor
