#include "evaluator/decision/policy_lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace auditor::notes_test {
namespace {

std::vector<std::string> notes_of(EntityKind type, const std::string& statements,
                                  const std::vector<std::string>& allowed = {}) {
  const bool identity = is_identity(type);
  const Subject subject{.type = type,
                        .arn = identity ? "arn:aws:iam::111122223333:role/dev"
                                        : "arn:aws:ecr:eu-west-1:111122223333:repository/app",
                        .account = "111122223333",
                        .region = identity ? "" : "eu-west-1"};
  const std::vector<ParsedPolicy> policies{
      parse_policy_document(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}",
                            identity ? PolicyKind::identity : PolicyKind::resource)};
  EXPECT_TRUE(policies[0].has_value()) << statements;
  Query query{.subject = subject,
              .identity_policies = {},
              .permissions_boundary = nullptr,
              .resource_policies = {}};
  (identity ? query.identity_policies : query.resource_policies) = policies;
  const std::vector<std::string> actions{"ecr:GetAuthorizationToken", "ecr:DeleteRepository"};
  Guardrail guardrail;
  guardrail.accepted_when = {{.condition = {}, .limited_to_owner_by = {"ecr:resourcetag/*"}}};
  return lint_policies(
      query, guardrail, actions,
      {.allows =
           [&](const std::string& action) {
             return std::ranges::find(allowed, action) != allowed.end();
           },
       .allows_without_mfa = [](const std::string&) { return false; },
       .is_never_there = [](const std::string&, const ConditionClause&) { return false; }});
}

bool says(const std::vector<std::string>& notes, std::string_view text) {
  return std::ranges::any_of(notes, [&](const std::string& note) { return note.contains(text); });
}

std::string allow(const std::string& action, const std::string& resource = "*") {
  return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource + "\"}";
}

std::string grant(const std::string& principal) {
  return R"({"Effect":"Allow","Action":"ecr:DeleteRepository","Principal":)" + principal + "}";
}

TEST(Notes, AnOrdinaryGrantHasNone) {
  EXPECT_TRUE(notes_of(EntityKind::role, allow("ecr:*")).empty());
  EXPECT_TRUE(notes_of(EntityKind::repository, grant(R"({"AWS":"111122223333"})")).empty());
}

TEST(Notes, SayPolicyAndStatement) {
  const auto notes = notes_of(EntityKind::role, allow("s3:*") + "," + allow("ecr:DeleteRepo"));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(notes[0].starts_with("policy 0, statement 1: ")) << notes[0];
}

TEST(Notes, AnUnknownActionNamesTheNearestOne) {
  EXPECT_TRUE(says(notes_of(EntityKind::role, allow("ecr:DeleteRepositry")),
                   "did you mean `ecr:DeleteRepository`"));
  EXPECT_TRUE(notes_of(EntityKind::role, allow("s3:DeleteRepositry")).empty());
  EXPECT_TRUE(notes_of(EntityKind::role, allow("ecr:DeleteRepositry*")).empty());
}

TEST(Notes, ATokenOnAnArnIsInert) {
  constexpr auto arn = "arn:aws:ecr:eu-west-1:111122223333:repository/a";
  EXPECT_TRUE(says(notes_of(EntityKind::role, allow("ecr:Get*", arn)), "inert"));
  EXPECT_FALSE(says(notes_of(EntityKind::role, allow("ecr:Get*", "?")), "inert"));
  EXPECT_FALSE(says(notes_of(EntityKind::role, allow("ecr:DeleteRepository", arn)), "inert"));
}

TEST(Notes, AnotherAccountsRepositoryIsDecidedThere) {
  EXPECT_TRUE(says(
      notes_of(EntityKind::role,
               allow("ecr:DeleteRepository", "arn:aws:ecr:eu-west-1:444455556666:repository/a")),
      "another account"));
  EXPECT_FALSE(says(
      notes_of(EntityKind::role,
               allow("ecr:DeleteRepository", "arn:aws:ecr:eu-west-1:111122223333:repository/a")),
      "another account"));
}

TEST(Notes, ATokenInARepositoryPolicyIsInert) {
  EXPECT_TRUE(
      says(notes_of(EntityKind::repository,
                    R"({"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Principal":"*"})"),
           "inert"));
}

TEST(Notes, AStatementWithoutAPrincipalIsIgnored) {
  EXPECT_TRUE(says(
      notes_of(EntityKind::repository, R"({"Effect":"Allow","Action":"ecr:DeleteRepository"})"),
      "without a principal"));
}

TEST(Notes, ADeletedPrincipalIsAStaleEntry) {
  for (const char* id : {"AROAEXAMPLEEXAMPLEEX1", "AIDAEXAMPLEEXAMPLEEX1"}) {
    EXPECT_TRUE(
        says(notes_of(EntityKind::repository, grant(R"({"AWS":")" + std::string(id) + "\"}")),
             "deleted"));
  }
}

TEST(Notes, AWildcardInAPrincipalIsInert) {
  EXPECT_TRUE(
      says(notes_of(EntityKind::repository, grant(R"({"AWS":"arn:aws:iam::111122223333:role/*"})")),
           "matches nobody"));
  EXPECT_FALSE(says(notes_of(EntityKind::repository, grant(R"({"AWS":"*"})")), "matches nobody"));
}

TEST(Notes, AnMfaGuardKeepsOutAutomation) {
  EXPECT_TRUE(says(notes_of(EntityKind::role,
                            R"({"Effect":"Allow","Action":"ecr:*","Resource":"*",
                               "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}})"),
                   "automation"));
}

TEST(Notes, AGuardOnTagsIsWorthTheRightToSetThem) {
  constexpr auto guarded = R"({"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":
      {"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}})";
  EXPECT_TRUE(notes_of(EntityKind::role, guarded).empty());
  EXPECT_TRUE(says(notes_of(EntityKind::role, guarded, {"ecr:TagResource"}), "ecr:TagResource"));
  EXPECT_TRUE(says(notes_of(EntityKind::role, guarded, {"iam:TagRole"}), "iam:TagRole"));
  EXPECT_FALSE(says(notes_of(EntityKind::role, guarded, {"iam:TagUser"}), "iam:TagUser"));
  EXPECT_TRUE(notes_of(EntityKind::role, allow("ecr:*"), {"ecr:TagResource"}).empty());
}

TEST(Notes, AreBoundedAndNeverRepeated) {
  std::string many;
  for (int i = 0; i < 100; ++i) {
    const std::string slip{"abcdefghij"[i / 10], "abcdefghij"[i % 10]};
    many += (i == 0 ? "" : ",") + allow("ecr:DeleteReposito" + slip);
  }
  EXPECT_EQ(notes_of(EntityKind::role, many).size(), lint_notes_max);
  EXPECT_EQ(
      notes_of(EntityKind::role,
               R"({"Effect":"Allow","Action":["ecr:DeleteRepo","ecr:DeleteRepo"],"Resource":"*"})")
          .size(),
      1u);
}

}  // namespace
}  // namespace auditor::notes_test
