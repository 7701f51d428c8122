#include "evaluator/account_change.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace auditor {
namespace {

constexpr const char* document = R"({"Version":"2012-10-17","Statement":[]})";
constexpr const char* account = "111122223333";
constexpr const char* policy_arn = "arn:aws:iam::111122223333:policy/team/Images";
constexpr const char* permission_set = "arn:aws:sso:::permissionSet/ssoins-1/ps-2";

bool always(const PolicyDocument&, PolicyKind) { return true; }
bool never(const PolicyDocument&, PolicyKind) { return false; }

CloudTrailEvent event(std::string source, std::string name) {
  CloudTrailEvent event;
  event.id = "e-1";
  event.time = "2026-03-01T08:00:00Z";
  event.source = std::move(source) + ".amazonaws.com";
  event.name = std::move(name);
  event.region = "eu-west-1";
  event.account = account;
  event.account_is_recipient = true;
  event.request.present = true;
  return event;
}

// role app: inline_policy `images` {}        a document that is kept
// user ann: -attached `arn:...`              taken away
// repository@eu-west-1 team/app: scope = V1
std::string write(const Fact& fact) {
  std::string text(to_string(fact.thing.kind));
  if (!fact.thing.region.empty()) text += "@" + fact.thing.region;
  if (!fact.thing.name.empty()) text += " " + fact.thing.name;
  text += fact.entry.is_set ? ": " : ": -";
  text += to_string(fact.entry.reg);
  if (!fact.entry.name.empty()) text += " `" + fact.entry.name + "`";
  if (!fact.entry.value.empty()) text += " = " + fact.entry.value;
  if (fact.entry.document) text += " {}";
  return text;
}

std::vector<std::string> written(const std::optional<AccountChange>& change) {
  std::vector<std::string> lines;
  if (!change) return {"no change"};
  for (const Fact& fact : change->facts) lines.push_back(write(fact));
  return lines;
}

using Lines = std::vector<std::string>;

Lines facts(const CloudTrailEvent& event) { return written(account_change(event, always)); }

TEST(PolicyCalls, AreKeyedBySourceAndName) {
  EXPECT_TRUE(is_policy_call("iam.amazonaws.com", "CreatePolicy"));
  EXPECT_FALSE(is_policy_call("organizations.amazonaws.com", "CreatePolicy"));
  EXPECT_FALSE(is_policy_call("iam.amazonaws.com", "SetRepositoryPolicy"));
  EXPECT_FALSE(is_policy_call("iam.amazonaws.com", "putrolepolicy"));
  EXPECT_FALSE(is_policy_call("iam.amazonaws.com", "UpdateAssumeRolePolicy"));
  EXPECT_FALSE(is_policy_service("s3.amazonaws.com"));
}

struct Case {
  const char* source;
  const char* name;
  std::function<void(CloudTrailEvent&)> fill;
  Lines facts;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.source << ":" << one.name;
}

class AccountChangeOf : public testing::TestWithParam<Case> {};

TEST_P(AccountChangeOf, IsWhatTheCallDid) {
  CloudTrailEvent call = event(GetParam().source, GetParam().name);
  GetParam().fill(call);
  EXPECT_EQ(facts(call), GetParam().facts);
  EXPECT_TRUE(is_policy_call(call.source, call.name));
}

const Case principals[] = {
    {"iam",
     "CreateRole",
     [](CloudTrailEvent& call) {
       call.request.role_name = "App";
       call.request.policy_document = document;  // who may assume it
       call.request.tags = {{"Team", "Blue"}};
       call.request.permissions_boundary = policy_arn;
       call.response.arn = "arn:aws:iam::111122223333:role/apps/App";
     },
     {"role app: created = arn:aws:iam::111122223333:role/apps/App", "role app: tag `team` = Blue",
      std::string("role app: boundary = ") + policy_arn}},
    {"iam",
     "CreateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "Ann";
       call.request.path = "/people/";
     },
     {"user ann: created = arn:aws:iam::111122223333:user/people/Ann"}},
    {"iam",
     "CreateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "Ann";
       call.request.path = "/people:*/";
     },
     {"user ann: spelling = Ann", "user ann: created"}},
    {"iam",
     "CreateGroup",
     [](CloudTrailEvent& call) { call.request.group_name = "readers"; },
     {"group readers: created = arn:aws:iam::111122223333:group/readers"}},
    {"iam",
     "CreateServiceLinkedRole",
     [](CloudTrailEvent& call) {
       call.response.arn =
           "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
     },
     {"role awsserviceroleforx: created = "
      "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"}},
    {"iam",
     "CreateServiceLinkedRole",
     [](CloudTrailEvent& call) { call.request.present = false; },
     {}},
    {"iam",
     "DeleteRole",
     [](CloudTrailEvent& call) { call.request.role_name = "App"; },
     {"role app: deleted"}},
    {"iam",
     "DeleteUser",
     [](CloudTrailEvent& call) { call.request.user_name = "ann"; },
     {"user ann: deleted"}},
    {"iam",
     "DeleteGroup",
     [](CloudTrailEvent& call) { call.request.group_name = "readers"; },
     {"group readers: deleted"}},
    {"iam",
     "PutRolePolicy",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.policy_name = "Images";
       call.request.policy_document = document;
     },
     {"role app: inline_policy `Images` {}"}},
    {"iam",
     "PutUserPolicy",
     [](CloudTrailEvent& call) {
       call.request.user_name = "A.user+x=1,@y-z_";
       call.request.policy_name = "p";
       call.request.policy_document = document;
     },
     {"user a.user+x=1,@y-z_: spelling = A.user+x=1,@y-z_",
      "user a.user+x=1,@y-z_: inline_policy `p` {}"}},
    {"iam",
     "PutGroupPolicy",
     [](CloudTrailEvent& call) {
       call.request.group_name = "readers";
       call.request.policy_name = "p";
       call.request.policy_document = R"({"Statement":[],"Statement":[]})";
     },
     {"group readers: inline_doubt `p` = the policy document cannot be read: "
      "`Statement` stands twice in the document"}},
    {"iam",
     "PutRolePolicy",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.policy_name = "p";
     },
     {"role app: inline_doubt `p` = the policy document is missing: the event carries no policy "
      "document"}},
    {"iam",
     "DeleteRolePolicy",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.policy_name = "p";
     },
     {"role app: -inline_policy `p`"}},
    {"iam",
     "DeleteUserPolicy",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.policy_name = "p";
     },
     {"user ann: -inline_policy `p`"}},
    {"iam",
     "DeleteGroupPolicy",
     [](CloudTrailEvent& call) {
       call.request.group_name = "readers";
       call.request.policy_name = "p";
     },
     {"group readers: -inline_policy `p`"}},
    {"iam",
     "AttachRolePolicy",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.policy_arn = policy_arn;
     },
     {std::string("role app: attached `") + policy_arn + "`"}},
    {"iam",
     "AttachUserPolicy",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.policy_arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
     },
     {"user ann: attached `arn:aws:iam::aws:policy/job-function/ViewOnlyAccess`"}},
    {"iam",
     "AttachGroupPolicy",
     [](CloudTrailEvent& call) {
       call.request.group_name = "readers";
       call.request.policy_arn = "arn:aws:iam::aws:policy/a b";
     },
     {"group readers: attached_doubt = the event names no lawful ARN of an attached policy"}},
    {"iam",
     "DetachRolePolicy",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.policy_arn = policy_arn;
     },
     {std::string("role app: -attached `") + policy_arn + "`"}},
    {"iam",
     "DetachUserPolicy",
     [](CloudTrailEvent& call) { call.request.user_name = "ann"; },
     {"user ann: attached_doubt = the event names no lawful ARN of a detached policy"}},
    {"iam",
     "DetachGroupPolicy",
     [](CloudTrailEvent& call) {
       call.request.group_name = "readers";
       call.request.policy_arn = policy_arn;
     },
     {std::string("group readers: -attached `") + policy_arn + "`"}},
    {"iam",
     "PutRolePermissionsBoundary",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.permissions_boundary = policy_arn;
     },
     {std::string("role app: boundary = ") + policy_arn}},
    {"iam",
     "PutUserPermissionsBoundary",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.permissions_boundary = "PowerUserAccess";
     },
     {"user ann: boundary_doubt = the event names no lawful ARN of a permissions boundary"}},
    {"iam",
     "DeleteRolePermissionsBoundary",
     [](CloudTrailEvent& call) { call.request.role_name = "app"; },
     {"role app: -boundary"}},
    {"iam",
     "DeleteUserPermissionsBoundary",
     [](CloudTrailEvent& call) { call.request.user_name = "ann"; },
     {"user ann: -boundary"}},
    {"iam",
     "AddUserToGroup",
     [](CloudTrailEvent& call) {
       call.request.user_name = "Ann";
       call.request.group_name = "Readers";
     },
     {"user ann: spelling = Ann", "user ann: member_of `readers`"}},
    {"iam",
     "RemoveUserFromGroup",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.group_name = "Readers";
     },
     {"user ann: -member_of `readers`"}},
    {"iam",
     "TagUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.tags = {{"Team", "Blue"}, {"b", ""}};
     },
     {"user ann: tag `team` = Blue", "user ann: tag `b`"}},
    {"iam",
     "UntagUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.tag_keys = {"Team"};
     },
     {"user ann: -tag `team`"}},
    {"iam",
     "TagRole",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.tags = {{"a", "1"}};
     },
     {"role app: tag `a` = 1"}},
    {"iam", "TagRole", [](CloudTrailEvent& call) { call.request.present = false; }, {}},
    {"iam",
     "UntagRole",
     [](CloudTrailEvent& call) {
       call.request.role_name = "app";
       call.request.tag_keys = {"a"};
     },
     {"role app: -tag `a`"}},
    {"iam",
     "UpdateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "Ann";
       call.request.new_user_name = "Bea";
     },
     {"user ann: renamed_to = bea", "user bea: renamed_from = ann", "user bea: spelling = Bea"}},
    {"iam",
     "UpdateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "Ann";
       call.request.new_path = "/people/";
     },
     {"user ann: arn = arn:aws:iam::111122223333:user/people/Ann"}},
    {"iam",
     "UpdateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.new_user_name = "bea";
       call.request.new_path = "/";
     },
     {"user ann: renamed_to = bea", "user bea: renamed_from = ann",
      "user bea: arn = arn:aws:iam::111122223333:user/bea"}},
    {"iam",
     "UpdateUser",
     [](CloudTrailEvent& call) {
       call.request.user_name = "ann";
       call.request.new_user_name = "Ann";
     },
     {"user ann: spelling = Ann"}},
    {"iam", "UpdateUser", [](CloudTrailEvent& call) { call.request.user_name = "ann"; }, {}},
    {"iam",
     "UpdateGroup",
     [](CloudTrailEvent& call) {
       call.request.group_name = "readers";
       call.request.new_group_name = "pullers";
     },
     {"group readers: renamed_to = pullers", "group pullers: renamed_from = readers"}},
};

const Case policies[] = {
    {"iam",
     "CreatePolicy",
     [](CloudTrailEvent& call) {
       call.request.policy_name = "Images";
       call.request.policy_document = document;
       call.response.arn = policy_arn;
       call.response.version_id = "v1";
     },
     {std::string("policy team/images: created = ") + policy_arn,
      "policy team/images: version `v1` {}", "policy team/images: default_version = v1"}},
    {"iam",
     "CreatePolicy",
     [](CloudTrailEvent& call) {
       call.request.policy_name = "Images";
       call.request.path = "/team/";
       call.request.policy_document = R"({"Statement":[],"Statement":[]})";
     },
     {std::string("policy team/images: created = ") + policy_arn,
      "policy team/images: version_doubt `v1` = the policy document cannot be read: "
      "`Statement` stands twice in the document",
      "policy team/images: default_version = v1"}},
    {"iam",
     "CreatePolicyVersion",
     [](CloudTrailEvent& call) {
       call.request.policy_arn = policy_arn;
       call.request.policy_document = document;
       call.response.version_id = "v3";
     },
     {"policy team/images: version `v3` {}"}},
    {"iam",
     "CreatePolicyVersion",
     [](CloudTrailEvent& call) {
       call.request.policy_arn = policy_arn;
       call.request.policy_document = document;
       call.request.set_as_default = true;
     },
     {"policy team/images: version `?e-1` {}", "policy team/images: default_version = ?e-1"}},
    {"iam",
     "SetDefaultPolicyVersion",
     [](CloudTrailEvent& call) {
       call.request.policy_arn = policy_arn;
       call.request.version_id = "v2";
     },
     {"policy team/images: default_version = v2"}},
    {"iam",
     "SetDefaultPolicyVersion",
     [](CloudTrailEvent& call) { call.request.policy_arn = policy_arn; },
     {"policy team/images: default_version = ?e-1"}},
    {"iam",
     "DeletePolicyVersion",
     [](CloudTrailEvent& call) {
       call.request.policy_arn = policy_arn;
       call.request.version_id = "v2";
     },
     {"policy team/images: -version `v2`"}},
    {"iam",
     "DeletePolicy",
     [](CloudTrailEvent& call) { call.request.policy_arn = policy_arn; },
     {"policy team/images: deleted"}},
    {"sso",
     "PutInlinePolicyToPermissionSet",
     [](CloudTrailEvent& call) {
       call.request.permission_set_arn = permission_set;
       call.request.policy_document = document;
     },
     {std::string("permission_set@eu-west-1 ") + permission_set + ": inline_policy {}"}},
    {"sso",
     "DeleteInlinePolicyFromPermissionSet",
     [](CloudTrailEvent& call) { call.request.permission_set_arn = permission_set; },
     {std::string("permission_set@eu-west-1 ") + permission_set + ": -inline_policy"}},
    {"sso",
     "AttachManagedPolicyToPermissionSet",
     [](CloudTrailEvent& call) {
       call.request.permission_set_arn = permission_set;
       call.request.policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess";
     },
     {std::string("permission_set@eu-west-1 ") + permission_set +
      ": attached `arn:aws:iam::aws:policy/AdministratorAccess`"}},
    {"sso",
     "DetachManagedPolicyFromPermissionSet",
     [](CloudTrailEvent& call) {
       call.request.permission_set_arn = permission_set;
       call.request.policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess";
     },
     {std::string("permission_set@eu-west-1 ") + permission_set +
      ": -attached `arn:aws:iam::aws:policy/AdministratorAccess`"}},
    {"sso",
     "DeletePermissionSet",
     [](CloudTrailEvent& call) { call.request.permission_set_arn = permission_set; },
     {std::string("permission_set@eu-west-1 ") + permission_set + ": deleted"}},
};

const Case registries[] = {
    {"ecr",
     "CreateRepository",
     [](CloudTrailEvent& call) {
       call.request.repository_name = "team/app";
       call.request.tags = {{"Team", "Blue"}};
     },
     {"repository@eu-west-1 team/app: created = "
      "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
      "repository@eu-west-1 team/app: tag `Team` = Blue"}},
    {"ecr",
     "DeleteRepository",
     [](CloudTrailEvent& call) { call.request.repository_name = "team/app"; },
     {"repository@eu-west-1 team/app: deleted"}},
    {"ecr",
     "SetRepositoryPolicy",
     [](CloudTrailEvent& call) {
       call.request.repository_name = "team/app";
       call.request.policy_document = document;
     },
     {"repository@eu-west-1 team/app: policy {}"}},
    {"ecr",
     "PutRepositoryPolicy",
     [](CloudTrailEvent& call) {
       call.request.repository_name = "team/app";
       call.request.policy_document = document;
     },
     {"repository@eu-west-1 team/app: policy {}"}},
    {"ecr",
     "DeleteRepositoryPolicy",
     [](CloudTrailEvent& call) {
       call.request.repository_name = "team/app";
       call.response.policy_document = document;  // the one that is gone
     },
     {"repository@eu-west-1 team/app: -policy"}},
    {"ecr",
     "TagResource",
     [](CloudTrailEvent& call) {
       call.request.resource_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/team/app";
       call.request.tags = {{"Team", "Blue"}};
     },
     {"repository@eu-west-1 team/app: tag `Team` = Blue"}},
    {"ecr",
     "UntagResource",
     [](CloudTrailEvent& call) {
       call.request.resource_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/team/app";
       call.request.tag_keys = {"Team", "a"};
     },
     {"repository@eu-west-1 team/app: -tag `Team`", "repository@eu-west-1 team/app: -tag `a`"}},
    {"ecr",
     "PutRegistryPolicy",
     [](CloudTrailEvent& call) { call.request.policy_document = document; },
     {"registry@eu-west-1: policy {}"}},
    {"ecr",
     "DeleteRegistryPolicy",
     [](CloudTrailEvent& call) { call.request.present = false; },
     {"registry@eu-west-1: -policy"}},
    {"ecr",
     "PutAccountSetting",
     [](CloudTrailEvent& call) {
       call.request.setting_name = "REGISTRY_POLICY_SCOPE";
       call.request.setting_value = "V2";
     },
     {"registry@eu-west-1: scope = V2"}},
    {"ecr",
     "PutAccountSetting",
     [](CloudTrailEvent& call) {
       call.request.setting_name = "BLOB_MOUNTING";
       call.request.setting_value = "ENABLED";
     },
     {}},
    {"ecr",
     "CreateRepositoryCreationTemplate",
     [](CloudTrailEvent& call) {
       call.request.prefix = "team";
       call.request.policy_document = document;
     },
     {"template@eu-west-1 team: created", "template@eu-west-1 team: policy {}"}},
    {"ecr",
     "CreateRepositoryCreationTemplate",
     [](CloudTrailEvent& call) { call.request.prefix = "ROOT"; },
     {"template@eu-west-1 ROOT: created"}},
    {"ecr",
     "UpdateRepositoryCreationTemplate",
     [](CloudTrailEvent& call) {
       call.request.prefix = "team";
       call.request.policy_document = document;
     },
     {"template@eu-west-1 team: policy {}"}},
    {"ecr",
     "UpdateRepositoryCreationTemplate",
     [](CloudTrailEvent& call) {
       call.request.prefix = "team";
       call.response.policy_document = document;  // the one that it has already
     },
     {}},
    {"ecr",
     "DeleteRepositoryCreationTemplate",
     [](CloudTrailEvent& call) { call.request.prefix = "team"; },
     {"template@eu-west-1 team: deleted"}},
    {"ecr-public",
     "SetRepositoryPolicy",
     [](CloudTrailEvent& call) {
       call.request.repository_name = "team/app";
       call.request.policy_document = document;
     },
     {"repository@public team/app: policy {}"}},
    {"ecr-public",
     "CreateRepository",
     [](CloudTrailEvent& call) { call.request.repository_name = "app"; },
     {"repository@public app: created = arn:aws:ecr-public::111122223333:repository/app"}},
    {"ecr-public",
     "DeleteRepository",
     [](CloudTrailEvent& call) { call.request.repository_name = "app"; },
     {"repository@public app: deleted"}},
};

INSTANTIATE_TEST_SUITE_P(Principals, AccountChangeOf, testing::ValuesIn(principals));
INSTANTIATE_TEST_SUITE_P(Policies, AccountChangeOf, testing::ValuesIn(policies));
INSTANTIATE_TEST_SUITE_P(Registries, AccountChangeOf, testing::ValuesIn(registries));

CloudTrailEvent put_role_policy(std::string role) {
  CloudTrailEvent put = event("iam", "PutRolePolicy");
  put.request.role_name = std::move(role);
  put.request.policy_name = "images";
  put.request.policy_document = document;
  return put;
}

CloudTrailEvent set_repository_policy() {
  CloudTrailEvent set = event("ecr", "SetRepositoryPolicy");
  set.request.repository_name = "team/app";
  set.request.policy_document = document;
  return set;
}

TEST(AccountChange, OfACallThatFailedIsNone) {
  CloudTrailEvent put = put_role_policy("app");
  put.error_code = "AccessDenied";
  EXPECT_FALSE(account_change(put, always).has_value());
}

TEST(AccountChange, OfAnotherCallIsNone) {
  EXPECT_FALSE(account_change(event("ecr", "BatchDeleteImage"), always).has_value());
  EXPECT_FALSE(account_change(event("organizations", "CreatePolicy"), always).has_value());
}

TEST(AccountChange, IsStampedWithTimeAndId) {
  const auto change = account_change(put_role_policy("app"), always);
  ASSERT_EQ(change->facts.size(), 1U);
  EXPECT_EQ(change->facts[0].entry.stamp, (Stamp{1772352000, "e-1", 0}));
  EXPECT_EQ(change->account, (AccountKey{"aws", account}));
}

TEST(AccountChange, WithoutALawfulTimeIsTheOldest) {
  CloudTrailEvent put = put_role_policy("app");
  put.time.clear();
  EXPECT_EQ(account_change(put, always)->facts[0].entry.stamp.time, 0);
}

TEST(AccountChange, KeepsTheTextOfADocumentThatCannotMatter) {
  const Fact kept = account_change(put_role_policy("app"), always)->facts[0];
  ASSERT_NE(kept.entry.document, nullptr);
  EXPECT_EQ(kept.entry.document->text, document);
  EXPECT_EQ(kept.document_text, document);
  const Fact marker = account_change(put_role_policy("app"), never)->facts[0];
  EXPECT_EQ(marker.entry.document, nullptr);
  EXPECT_EQ(marker.document_text, document);
}

TEST(AccountChange, AsksForTheKindOfTheDocument) {
  std::vector<PolicyKind> asked;
  const CanMatter ask = [&](const PolicyDocument&, PolicyKind kind) {
    asked.push_back(kind);
    return true;
  };
  account_change(put_role_policy("app"), ask);
  account_change(set_repository_policy(), ask);
  EXPECT_EQ(asked, (std::vector{PolicyKind::identity, PolicyKind::resource}));
}

TEST(AccountChange, TakesThePartitionFromTheEventsArns) {
  struct {
    const char *actor, *region, *partition;
  } const cases[] = {
      {"arn:aws-cn:iam::111122223333:user/admin", "eu-west-1", "aws-cn"},
      {"arn:aws-us-gov:sts::111122223333:assumed-role/a/b", "us-east-1", "aws-us-gov"},
      {"...", "us-gov-west-1", "aws-us-gov"},
      {"", "us-isob-east-1", "aws-iso-b"},
      {"arn:aws*:iam::111122223333:user/admin", "cn-north-1", "aws-cn"},
      {"", "eu-west-1", "aws"},
  };
  for (const auto& one : cases) {
    CloudTrailEvent created = event("iam", "CreateRole");
    created.request.role_name = "app";
    created.actor.arn = one.actor;
    created.region = one.region;
    const auto change = account_change(created, always);
    EXPECT_EQ(change->account.partition, one.partition);
    EXPECT_EQ(change->facts[0].entry.value,
              "arn:" + std::string(one.partition) + ":iam::111122223333:role/app");
  }
}

TEST(HostileNames, PutTheAccountInDoubt) {
  for (const char* name :
       {"a:b", "x/arn:aws:iam::444455556666:role/y", "*", "a?", "", "a b", "a\n", "r\xc3\xb6le"}) {
    EXPECT_EQ(facts(put_role_policy(name)),
              Lines{"account: doubt `e-1` = PutRolePolicy: the event names no lawful role name"})
        << name;
  }
}

TEST(HostileNames, OfRepositoriesPutTheAccountInDoubt) {
  for (const char* name : {"", "a:b", "a*", "a b", "\xff"}) {
    CloudTrailEvent set = set_repository_policy();
    set.request.repository_name = name;
    EXPECT_EQ(facts(set), Lines{"account: doubt `e-1` = SetRepositoryPolicy: the event names no "
                                "lawful repository name"});
  }
}

TEST(HostileNames, OfPoliciesPutTheAccountInDoubt) {
  for (const char* arn :
       {"images", "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::444455556666:policy/images", "arn:aws:iam::111122223333:role/images"}) {
    CloudTrailEvent deleted = event("iam", "DeletePolicy");
    deleted.request.policy_arn = arn;
    EXPECT_EQ(facts(deleted),
              Lines{"account: doubt `e-1` = DeletePolicy: the event names no lawful policy ARN"});
  }
}

TEST(HostileNames, OfARenamePutTheAccountInDoubt) {
  CloudTrailEvent renamed = event("iam", "UpdateUser");
  renamed.request.user_name = "ann";
  renamed.request.new_user_name = "../bea";
  EXPECT_EQ(facts(renamed),
            Lines{"account: doubt `e-1` = UpdateUser: the event names no lawful new user name"});
  renamed.request.new_user_name.reset();
  renamed.request.new_path = "people";
  EXPECT_EQ(facts(renamed),
            Lines{"account: doubt `e-1` = UpdateUser: the event names no lawful new path"});
}

TEST(HostileNames, AnAnswerForAnotherThingIsNotBelieved) {
  CloudTrailEvent created = event("iam", "CreateRole");
  created.request.role_name = "app";
  for (const char* arn :
       {"arn:aws:iam::111122223333:role/other", "arn:aws:iam::444455556666:role/app",
        "arn:aws:iam::111122223333:user/app", "arn:aws:iam::111122223333:role//*/app"}) {
    created.response.arn = arn;
    EXPECT_EQ(facts(created), Lines{"role app: created = arn:aws:iam::111122223333:role/app"});
  }
}

TEST(MissingParameters, PutTheAccountInDoubt) {
  CloudTrailEvent put = event("iam", "PutUserPolicy");
  put.request = {};
  EXPECT_EQ(facts(put), Lines{"account: doubt `e-1` = PutUserPolicy: the event carries no request "
                              "parameters"});
  put.request.present = put.request.omitted = true;
  EXPECT_EQ(facts(put), Lines{"account: doubt `e-1` = PutUserPolicy: the request parameters were "
                              "too large for CloudTrail (omitted)"});
}

TEST(MissingParameters, AreReadFromTheAnswerWhereItHasThem) {
  CloudTrailEvent set = event("ecr", "SetRepositoryPolicy");
  set.request.omitted = true;
  set.response.repository_name = "team/app";
  set.response.policy_document = document;
  EXPECT_EQ(facts(set), Lines{"repository@eu-west-1 team/app: policy {}"});
  set.response.policy_document.reset();
  EXPECT_EQ(facts(set), Lines{"repository@eu-west-1 team/app: policy_doubt = the policy document "
                              "is missing: the request parameters were too large for CloudTrail "
                              "(omitted)"});
}

TEST(MissingParameters, OfACreationLeaveItsBoundaryInDoubt) {
  CloudTrailEvent created = event("iam", "CreateRole");
  created.request.omitted = true;
  created.response.arn = "arn:aws:iam::111122223333:role/App";
  EXPECT_EQ(facts(created),
            (Lines{"role app: created = arn:aws:iam::111122223333:role/App",
                   "role app: boundary_doubt = the event names no lawful ARN of a permissions "
                   "boundary"}));
}

TEST(MissingAccount, IsADoubtOfNoAccount) {
  for (const char* no_account : {"", "1111", "11112222333x", "111122223333:root"}) {
    CloudTrailEvent put = put_role_policy("app");
    put.account = no_account;
    const auto change = account_change(put, always);
    EXPECT_EQ(change->account.account, "");
    EXPECT_EQ(written(change), Lines{"account: doubt `e-1` = PutRolePolicy: the event does not say "
                                     "in which account and region it happened"});
  }
  CloudTrailEvent set = set_repository_policy();
  set.region = "eu-west-1:*";
  EXPECT_EQ(account_change(set, always)->account.account, "");
}

TEST(Correction, TakesThePlaceOfTheEventThatItCorrects) {
  CloudTrailEvent put = put_role_policy("app");
  put.id = "e-2";
  put.addendum = {"UPDATED_DATA", "e-1"};
  const auto change = account_change(put, always);
  EXPECT_EQ(written(change),
            (Lines{"role app: inline_policy `images` {}", "account: -doubt `e-1`"}));
  EXPECT_EQ(change->facts[0].entry.stamp, (Stamp{1772352000, "e-1", 1}));
}

TEST(Correction, ThatSaysNoMoreLeavesTheDoubt) {
  CloudTrailEvent put = put_role_policy("*");
  put.id = "e-2";
  put.addendum = {"UPDATED_DATA", "e-1"};
  EXPECT_EQ(facts(put),
            Lines{"account: doubt `e-1` = PutRolePolicy: the event names no lawful role name"});
}

TEST(Correction, IsNoOtherAddendum) {
  CloudTrailEvent put = put_role_policy("app");
  put.addendum = {"DELIVERY_DELAY", "e-0"};
  EXPECT_EQ(account_change(put, always)->facts[0].entry.stamp, (Stamp{1772352000, "e-1", 0}));
}

TEST(Correction, OfAVersionWithoutIdNamesTheSameVersion) {
  CloudTrailEvent version = event("iam", "CreatePolicyVersion");
  version.request.policy_arn = policy_arn;
  version.request.policy_document = document;
  version.addendum = {"UPDATED_DATA", "e-0"};
  EXPECT_EQ(facts(version)[0], "policy team/images: version `?e-0` {}");
}

TEST(SessionOfARole, TeachesItsPath) {
  CloudTrailEvent put = put_role_policy("app");
  put.actor.role_arn = "arn:aws:iam::111122223333:role/ci/Deployer";
  EXPECT_EQ(facts(put), (Lines{"role app: inline_policy `images` {}",
                               "role deployer: arn = arn:aws:iam::111122223333:role/ci/Deployer"}));
}

TEST(SessionOfARole, TeachesNothingAboutAnotherAccount) {
  CloudTrailEvent put = put_role_policy("app");
  for (const char* arn : {"arn:aws:iam::444455556666:role/ci/deployer", "deployer",
                          "arn:aws:iam::111122223333:user/deployer"}) {
    put.actor.role_arn = arn;
    EXPECT_EQ(facts(put), Lines{"role app: inline_policy `images` {}"});
  }
}

TEST(SessionOfARole, DoesNotBringBackTheRoleThatItDeletes) {
  CloudTrailEvent deleted = event("iam", "DeleteRole");
  deleted.request.role_name = "deployer";
  deleted.actor.role_arn = "arn:aws:iam::111122223333:role/ci/Deployer";
  EXPECT_EQ(facts(deleted), Lines{"role deployer: deleted"});
}

TEST(ForeignRegistry, IsChangedWhereItLives) {
  CloudTrailEvent set = set_repository_policy();
  set.request.registry_id = "444455556666";
  EXPECT_FALSE(account_change(set, always).has_value());  // the caller's copy
  set.account = "444455556666";
  EXPECT_EQ(account_change(set, always)->account.account, "444455556666");
}

TEST(ForeignRegistry, IsKnownByTheArnsOfTheEvent) {
  CloudTrailEvent set = set_repository_policy();
  set.resource_arns = {"arn:aws:ecr:eu-west-1:444455556666:repository/team/app"};
  EXPECT_FALSE(account_change(set, always).has_value());
  CloudTrailEvent tagged = event("ecr", "TagResource");
  tagged.request.resource_arn = "arn:aws:ecr:eu-west-1:444455556666:repository/team/app";
  EXPECT_FALSE(account_change(tagged, always).has_value());
}

TEST(ForeignRegistry, IsKeptWhenNoRecipientIsNamed) {
  CloudTrailEvent set = set_repository_policy();
  set.account_is_recipient = false;
  set.response.registry_id = "444455556666";
  EXPECT_EQ(account_change(set, always)->account.account, "444455556666");
}

TEST(CreatedByEcr, IsSaidOfTheRepository) {
  CloudTrailEvent created = event("ecr", "CreateRepository");
  created.request.repository_name = "team/app";
  const Lines by_service{"repository@eu-west-1 team/app: created = service"};
  for (const char* service : {"ecr.amazonaws.com", "pullthroughcache.ecr.amazonaws.com",
                              "replication.ecr.amazonaws.com"}) {
    created.actor.invoked_by = service;
    EXPECT_EQ(facts(created), by_service) << service;
  }
  created.actor.invoked_by = "notecr.amazonaws.com";
  EXPECT_NE(facts(created), by_service);
  created.actor.type = "AWSService";
  EXPECT_EQ(facts(created), by_service);
}

TEST(AttemptedChange, IsWhatTheCallWouldHaveDone) {
  CloudTrailEvent put = put_role_policy("app");
  put.actor.role_arn = "arn:aws:iam::111122223333:role/ci/deployer";
  EXPECT_FALSE(attempted_change(put, always).has_value());  // it worked
  put.error_code = "AccessDenied";
  EXPECT_EQ(written(attempted_change(put, always)), Lines{"role app: inline_policy `images` {}"});
  put.request = {};
  EXPECT_EQ(written(attempted_change(put, always)),
            Lines{"account: doubt `e-1` = PutRolePolicy: the event carries no request parameters"});
}

TEST(AttemptedChange, IsNoneThatWasThrottled) {
  CloudTrailEvent put = put_role_policy("app");
  for (const char* code : {"ThrottlingException", "Throttling", "RequestThrottledException",
                           "Client.RequestLimitExceeded", "TooManyRequestsException"}) {
    put.error_code = code;
    EXPECT_FALSE(attempted_change(put, always).has_value()) << code;
  }
  put.error_code = "LimitExceeded";
  EXPECT_TRUE(attempted_change(put, always).has_value());
}

TEST(RegistersAndKinds, AreReadAsTheyAreWritten) {
  for (int i = 0; i <= static_cast<int>(Register::use); ++i) {
    const auto reg = static_cast<Register>(i);
    EXPECT_NE(to_string(reg), "");
    EXPECT_EQ(parse_register(to_string(reg)), reg);
  }
  for (int i = 0; i <= static_cast<int>(ThingKind::account); ++i) {
    const auto kind = static_cast<ThingKind>(i);
    EXPECT_NE(to_string(kind), "");
    EXPECT_EQ(parse_thing_kind(to_string(kind)), kind);
  }
  EXPECT_FALSE(parse_register("").has_value());
  EXPECT_FALSE(parse_thing_kind("Role").has_value());
}

}  // namespace
}  // namespace auditor
