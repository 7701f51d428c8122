#include "evaluator/events/account_change.h"

#include <gtest/gtest.h>

#include "evaluator/text/ascii_case.h"
#include "tests/evaluator/account/fact_text.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::account_change_test {
namespace {

constexpr const char* document = R"({"Version":"2012-10-17","Statement":[]})";
constexpr const char* account = "111122223333";
constexpr const char* policy_arn = "arn:aws:iam::111122223333:policy/team/Images";

bool always(const PolicyDocument&, PolicyKind) { return true; }
bool never(const PolicyDocument&, PolicyKind) { return false; }

CloudTrailEvent event(std::string source, std::string name) {
  CloudTrailEvent event(instant_of("2026-03-01T08:00:00Z"), "e-1");
  event.source = std::move(source) + ".amazonaws.com";
  event.name = std::move(name);
  event.region = "eu-west-1";
  event.account = account;
  event.account_is_recipient = true;
  event.request.present = true;
  return event;
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
  EXPECT_EQ(change->facts[0].entry.stamp, stamp(1772352000, "e-1"));
  EXPECT_EQ(change->account, (AccountKey{"aws", account}));
}

// An event that was not understood cannot be made, so it cannot be the oldest of all.
static_assert(!std::is_default_constructible_v<CloudTrailEvent>);

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
}

TEST(UnknownPath, IsNeverTheRoot) {
  CloudTrailEvent moved = event("iam", "UpdateUser");
  moved.request.user_name = "ann";
  moved.request.new_path = "people";
  EXPECT_EQ(facts(moved), Lines{"user ann: -arn"});
  moved.request.new_user_name = "Bea";
  EXPECT_EQ(facts(moved), (Lines{"user ann: renamed_to = bea", "user bea: renamed_from = ann",
                                 "user bea: spelling = Bea", "user bea: -arn"}));
  for (const char* kind : {"Role", "User", "Group"}) {
    CloudTrailEvent created = event("iam", std::string("Create") + kind);
    created.request.role_name = created.request.user_name = created.request.group_name = "x";
    for (const char* path : {"", "x", "x/", "/x", "//", "/a b/", "/\xc3\xb6/"}) {
      created.request.path = path;
      EXPECT_EQ(facts(created), Lines{to_lower(kind) + " x: created"}) << path;
    }
  }
  CloudTrailEvent policy = event("iam", "CreatePolicy");
  policy.request.policy_name = "p";
  policy.request.policy_document = document;
  policy.request.path = "/a b/";
  EXPECT_EQ(facts(policy), Lines{"account: doubt `e-1` = CreatePolicy: the event names no lawful "
                                 "policy name and path"});
}

TEST(IamPath, MayHoldEveryPrintableCharacter) {
  for (char c = '!'; c <= '~'; ++c) {
    const std::string path = std::string("/a") + c + "b/";
    CloudTrailEvent created = event("iam", "CreateRole");
    created.request.role_name = "app";
    created.request.path = path;
    const Lines told{"role app: created = arn:aws:iam::111122223333:role" + path + "app"};
    EXPECT_EQ(facts(created), told) << c;
    created.response.arn = "arn:aws:iam::111122223333:role" + path + "app";
    EXPECT_EQ(facts(created), told) << c;
    CloudTrailEvent called = put_role_policy("other");
    called.actor.role_arn = *created.response.arn;
    EXPECT_EQ(facts(called).back(), "role app: arn = " + *created.response.arn) << c;
    CloudTrailEvent attached = event("iam", "AttachRolePolicy");
    attached.request.role_name = "app";
    attached.request.policy_arn = "arn:aws:iam::111122223333:policy" + path + "p";
    EXPECT_EQ(facts(attached), Lines{"role app: attached `" + *attached.request.policy_arn + "`"})
        << c;
  }
}

TEST(Partition, IsThatOfTheEventsOwnArns) {
  CloudTrailEvent set = set_repository_policy();
  set.region = "mars-north-2";
  EXPECT_EQ(account_change(set, always)->account.partition, "aws");
  set.request.permissions_boundary = "arn:aws-asked:iam::111122223333:policy/p";
  EXPECT_EQ(account_change(set, always)->account.partition, "aws-asked");
  set.resource_arns = {"no ARN", "arn:aws-mars:ecr:mars-north-2:111122223333:repository/x"};
  EXPECT_EQ(account_change(set, always)->account.partition, "aws-mars");
  set.actor.arn = "arn:aws-caller-2:sts::111122223333:assumed-role/r/s";
  EXPECT_EQ(account_change(set, always)->account.partition, "aws-caller-2");
  set.actor.arn = "arn:awsx:sts::111122223333:assumed-role/r/s";
  EXPECT_EQ(account_change(set, always)->account.partition, "aws-mars");
  set.region = "Mars";
  EXPECT_EQ(facts(set).size(), 1U) << "a key without a region would be another repository's";
}

TEST(Region, OfAGlobalServiceIsNoPartOfAKey) {
  for (const char* region : {"", "global", "us-east-1"}) {
    CloudTrailEvent put = put_role_policy("app");
    put.region = region;
    EXPECT_EQ(facts(put), Lines{"role app: inline_policy `images` {}"}) << region;
  }
}

TEST(IamPath, ForgesNoOtherEntity) {
  CloudTrailEvent created = event("iam", "CreateRole");
  created.request.role_name = "app";
  created.request.path = "/:role/registry-admin/x:user/";
  EXPECT_EQ(facts(created),
            Lines{"role app: created = "
                  "arn:aws:iam::111122223333:role/:role/registry-admin/x:user/app"});
  created.request.path.reset();
  created.response.arn = "arn:aws:iam::444455556666:role/:111122223333:role/app";
  EXPECT_EQ(facts(created), Lines{"role app: created"});
}

TEST(HostileNames, AnAnswerForAnotherThingIsNotBelieved) {
  CloudTrailEvent created = event("iam", "CreateRole");
  created.request.role_name = "app";
  for (const char* arn :
       {"arn:aws:iam::111122223333:role/other", "arn:aws:iam::444455556666:role/app",
        "arn:aws:iam::111122223333:user/app", "arn:aws:iam::111122223333:role//app",
        "arn:awsx:iam::111122223333:role/app", "app"}) {
    created.response.arn = arn;
    EXPECT_EQ(facts(created), Lines{"role app: created"}) << arn;
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
  EXPECT_EQ(change->facts[0].entry.stamp, stamp(1772352000, "e-1", 1));
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
  EXPECT_EQ(account_change(put, always)->facts[0].entry.stamp, stamp(1772352000, "e-1"));
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

TEST(Registers, AreReadAsTheyAreWritten) {
  for (int i = 0; i <= static_cast<int>(Attribute::seen); ++i) {
    const auto attribute = static_cast<Attribute>(i);
    EXPECT_NE(to_string(attribute), "");
    EXPECT_EQ(parse_attribute(to_string(attribute)), attribute);
  }
  EXPECT_FALSE(parse_attribute("").has_value());
}

}  // namespace
}  // namespace auditor::account_change_test
