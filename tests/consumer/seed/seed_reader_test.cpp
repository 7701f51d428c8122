#include "consumer/seed/seed_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sinks/records/state_record.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::seed_reader_test {
namespace {

const EventTime as_of = second_of(1'767'225'900);
const AccountKey account{"aws", "111122223333"};

// As `aws iam get-account-authorization-details` prints it: documents decoded to objects.
constexpr auto details = R"({
    "UserDetailList": [
        {
            "Path": "/staff/",
            "UserName": "Alice",
            "UserId": "AIDA1111111111EXAMPLE",
            "Arn": "arn:aws:iam::111122223333:user/staff/Alice",
            "CreateDate": "2024-05-01T10:00:00+00:00",
            "GroupList": ["Admins"],
            "AttachedManagedPolicies": [],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/team/Limit"
            },
            "Tags": [{"Key": "Team", "Value": "Blue"}]
        }
    ],
    "GroupDetailList": [
        {
            "Path": "/",
            "GroupName": "Admins",
            "Arn": "arn:aws:iam::111122223333:group/Admins",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [
                {"PolicyName": "AdministratorAccess",
                 "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
            ]
        }
    ],
    "RoleDetailList": [
        {
            "Path": "/",
            "RoleName": "dev",
            "Arn": "arn:aws:iam::111122223333:role/dev",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
            "InstanceProfileList": [],
            "RolePolicyList": [
                {"PolicyName": "ops",
                 "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}},
                {"PolicyName": "broken", "PolicyDocument": {"Statement": [{"Effect": "Permit"}]}}
            ],
            "AttachedManagedPolicies": [],
            "Tags": [],
            "RoleLastUsed": {}
        }
    ],
    "Policies": [
        {
            "PolicyName": "Limit",
            "Arn": "arn:aws:iam::111122223333:policy/team/Limit",
            "Path": "/team/",
            "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {"Document": "%7B%22Statement%22%3A%5B%5D%7D", "VersionId": "v2",
                 "IsDefaultVersion": true},
                {"Document": {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}},
                 "VersionId": "v1", "IsDefaultVersion": false}
            ]
        },
        {
            "PolicyName": "AdministratorAccess",
            "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"Document": {"Statement": []}, "VersionId": "v1"}]
        }
    ]
})";

// A small account, for what belongs to it.
constexpr auto one_role = R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [],
  "RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r"}]})";

// A fact in one line: what a test can compare and a person can read.
std::string line_of(const Fact& fact) {
  std::string line(to_string(fact.entity.kind));
  line += "(" + fact.entity.region + "," + fact.entity.name + ") ";
  line += to_string(fact.entry.attribute);
  line += "(" + fact.entry.name + ")";
  if (!fact.entry.is_set) line += " cleared";
  if (!fact.entry.value.empty()) line += " " + fact.entry.value;
  if (!fact.document_text.empty()) line += " " + fact.document_text;
  return line;
}

std::vector<std::string> lines_of(const Seed& seed, const AccountKey& of = account) {
  std::vector<std::string> lines;
  const auto found = seed.facts.find(of);
  if (found == seed.facts.end()) return lines;
  for (const Fact& fact : found->second) lines.push_back(line_of(fact));
  std::ranges::sort(lines);
  return lines;
}

// Of the repositories and registries alone: all that stands in no account's details.
std::vector<std::string> ecr_lines_of(const Seed& seed) {
  std::vector<std::string> lines = lines_of(seed);
  std::erase_if(lines, [](const std::string& line) { return !line.starts_with("re"); });
  return lines;
}

TEST(SeedReader, ReadsWhatTheAwsCliPrints) {
  SeedReader reader(as_of);
  const auto done = reader.read_account_details(details);
  ASSERT_TRUE(done.has_value()) << done.error();
  const Seed seed = reader.take();
  const std::string broken_because = seed.doubts.empty() ? "" : seed.doubts.front();
  const std::string reason = broken_because.substr(broken_because.find(": ") + 2);
  std::vector<std::string> expected{
      "account(,) seeded()",
      "group(,admins) attached(arn:aws:iam::aws:policy/AdministratorAccess)",
      "group(,admins) created() arn:aws:iam::111122223333:group/Admins",
      "policy(,team/limit) created() arn:aws:iam::111122223333:policy/team/Limit",
      "policy(,team/limit) default_version() v2",
      R"(policy(,team/limit) version(v1) {"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})",
      R"(policy(,team/limit) version(v2) {"Statement":[]})",
      "role(,dev) created() arn:aws:iam::111122223333:role/dev",
      "role(,dev) inline_doubt(broken) " + reason,
      R"(role(,dev) inline_policy(ops) {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]})",
      "user(,alice) boundary() arn:aws:iam::111122223333:policy/team/Limit",
      "user(,alice) created() arn:aws:iam::111122223333:user/staff/Alice",
      "user(,alice) member_of(admins)",
      "user(,alice) tag(team) Blue"};
  std::ranges::sort(expected);
  EXPECT_EQ(lines_of(seed), expected);
  EXPECT_EQ(seed.counts.roles, 1u);
  EXPECT_EQ(seed.counts.users, 1u);
  EXPECT_EQ(seed.counts.groups, 1u);
  EXPECT_EQ(seed.counts.policies, 1u);
  EXPECT_EQ(seed.counts.aws_policies_skipped, 1u);
  ASSERT_EQ(seed.doubts.size(), 1u);
  EXPECT_TRUE(broken_because.starts_with("output 1.RoleDetailList[0].RolePolicyList[1]: "))
      << broken_because;
  for (const Fact& fact : seed.facts.at(account)) {
    EXPECT_EQ(fact.entry.stamp, (Stamp{as_of, std::string(seed_event_id), 0}));
  }
}

TEST(SeedReader, ReadsEachAccountOfSeveralOutputs) {
  std::string other = one_role;
  other.replace(other.find("111122223333"), 12, "444455556666");
  for (const std::string& text :
       {std::string(one_role) + other, std::string(one_role) + "\n" + other + "\n",
        "[" + std::string(one_role) + "," + other + "]"}) {
    SeedReader reader(as_of);
    ASSERT_TRUE(reader.read_account_details(text).has_value());
    const Seed seed = reader.take();
    EXPECT_EQ(lines_of(seed).size(), 2u);
    EXPECT_EQ(lines_of(seed, {"aws", "444455556666"}),
              (std::vector<std::string>{"account(,) seeded()",
                                        "role(,r) created() arn:aws:iam::444455556666:role/r"}));
  }
}

TEST(SeedReader, ReadsRepositoriesOneBehindTheOther) {
  SeedReader reader(as_of);
  ASSERT_TRUE(reader.read_account_details(one_role).has_value());
  const auto done = reader.read_repositories(R"(
    {"registryId": "111122223333", "repositoryName": "team/app", "policyText": "{\"Statement\":[]}"}
    {"registryId": "111122223333", "repositoryName": "tagged",
     "tags": [{"Key": "Owner", "Value": "x"}], "region": "us-east-1"}
    [{"registryId": "111122223333", "repositoryName": "shop", "region": "public",
      "policyText": "{", "tags": []}])",
                                             "eu-west-1");
  ASSERT_TRUE(done.has_value()) << done.error();
  const Seed seed = reader.take();
  const std::vector<std::string> lines = ecr_lines_of(seed);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0], R"(repository(eu-west-1,team/app) policy() {"Statement":[]})");
  EXPECT_EQ(lines[1],
            "repository(public,shop) created() arn:aws:ecr-public::111122223333:repository/shop");
  EXPECT_TRUE(lines[2].starts_with("repository(public,shop) policy_doubt() ")) << lines[2];
  EXPECT_EQ(lines[3],
            "repository(us-east-1,tagged) created() "
            "arn:aws:ecr:us-east-1:111122223333:repository/tagged");
  EXPECT_EQ(lines[4], "repository(us-east-1,tagged) policy() cleared");
  EXPECT_EQ(lines[5], "repository(us-east-1,tagged) tag(Owner) x");
  EXPECT_EQ(seed.counts.repositories, 3u);
  EXPECT_EQ(seed.doubts.size(), 1u);
}

TEST(SeedReader, ReadsTheRegistryPolicyOfAChineseRegion) {
  SeedReader reader(as_of);
  ASSERT_TRUE(reader
                  .read_account_details(R"({"RoleDetailList": [{"RoleName": "r",
                      "Arn": "arn:aws-cn:iam::111122223333:role/r"}]})")
                  .has_value());
  const auto done = reader.read_registries(
      R"({"registryId": "111122223333", "policyText": "{\"Statement\":[]}"})", "cn-north-1");
  ASSERT_TRUE(done.has_value()) << done.error();
  const Seed seed = reader.take();
  EXPECT_EQ(seed.counts.registries, 1u);
  EXPECT_EQ(lines_of(seed, {"aws-cn", "111122223333"}),
            (std::vector<std::string>{"account(,) seeded()",
                                      R"(registry(cn-north-1,) policy() {"Statement":[]})",
                                      "role(,r) created() arn:aws-cn:iam::111122223333:role/r"}));
}

TEST(SeedReader, SaysWhereTheDetailsAreWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the text: is empty"},
      {"{\"RoleDetailList\": [", "output 1: is not JSON, or ends too early"},
      {"{\"RoleDetailList\": [tru]}", "output 1: is not JSON: "},
      {"7", "output 1: is neither an object nor a list"},
      {"[7]", "output 1[0]: is not an object"},
      {"{\"Roles\": []}", "output 1: is no output of `aws iam get-account-authorization-details"},
      {"{\"RoleDetailList\": []}", "no role, user, group or policy"},
      {"{\"RoleDetailList\": [], \"IsTruncated\": true}", "output 1: is not all of the account"},
      {"{\"RoleDetailList\": [], \"IsTruncated\": \"true\"}",
       "output 1: is not all of the account"},
      {"{\"RoleDetailList\": [], \"NextToken\": \"x\"}", "output 1: is not all of the account"},
      {R"({"RoleDetailList": [{"RoleName": "a:b"}]})",
       "output 1.RoleDetailList[0]: no lawful `RoleName`"},
      {R"({"RoleDetailList": [{"RoleName": "a"}]})",
       "output 1.RoleDetailList[0]: no `Arn` that fits `a`"},
      {R"({"RoleDetailList": [{"RoleName": "a", "Arn": "arn:aws:iam::111122223333:user/a"}]})",
       "output 1.RoleDetailList[0]: no `Arn` that fits `a`"},
      {R"({"RoleDetailList": [{"RoleName": "a", "Arn": "arn:aws:iam::111122223333:role/ba"}]})",
       "output 1.RoleDetailList[0]: no `Arn` that fits `a`"},
      {R"({"RoleDetailList": [{"RoleName": "a", "Arn": "arn:aws:iam::111122223333:role//a"}]})",
       "output 1.RoleDetailList[0]: no `Arn` that fits `a`"},
      {R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a",
           "AttachedManagedPolicies": [{"PolicyArn": "x"}]}]})",
       "output 1.UserDetailList[0].AttachedManagedPolicies[0]: no lawful `PolicyArn`"},
      {R"({"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a",
           "PermissionsBoundary": {}}]})",
       "output 1.UserDetailList[0]: `PermissionsBoundary` has no lawful"},
      {R"({"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/p"}]})",
       "output 1.Policies[0]: no lawful `DefaultVersionId`"},
  };
  for (const auto& [text, message] : cases) {
    const auto done = SeedReader(as_of).read_account_details(text);
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_TRUE(done.error().starts_with(message)) << done.error();
  }
}

TEST(SeedReader, SaysWhereTheRepositoriesAreWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"registryId": "111122223333", "repositoryName": "r"})", "output 1: no region"},
      {R"({"registryId": "111122223333", "repositoryName": "r", "region": "EU"})",
       "output 1: `EU` is no region"},
      {R"({"repositoryName": "r", "region": "eu-west-1"})", "output 1: no lawful `registryId`"},
      {R"({"registryId": "111122223333", "region": "eu-west-1"})",
       "output 1: no lawful `repositoryName`"},
      {R"({"registryId": "444455556666", "repositoryName": "r", "region": "eu-west-1"})",
       "output 1: is of account 444455556666, of which the authorization details tell nothing"},
      {R"({"registryId": "111122223333", "repositoryName": "r", "region": "eu-west-1",
           "tags": {}})",
       "output 1.tags: is not a list"},
  };
  for (const auto& [text, message] : cases) {
    SeedReader reader(as_of);
    ASSERT_TRUE(reader.read_account_details(one_role).has_value());
    const auto done = reader.read_repositories(text, "");
    ASSERT_FALSE(done.has_value()) << text;
    EXPECT_TRUE(done.error().starts_with(message)) << done.error();
  }
}

}  // namespace
}  // namespace auditor::seed_reader_test
