#include "evaluator/decision/compare.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluator/text/ascii_case.h"

namespace auditor::compare_test {
namespace {

std::string document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

AccessComparison compare_texts(const std::string& reference, const std::string& candidate,
                               PolicyKind kind) {
  return compare(parse_policy_document(document(reference), kind),
                 parse_policy_document(document(candidate), kind), kind);
}

std::string name_of(NewAccess access) {
  return access == NewAccess::yes ? "yes" : access == NewAccess::no ? "no" : "unknown";
}

struct Pair {
  const char* reference;
  const char* candidate;
  NewAccess expected;
};

void check(const std::vector<Pair>& pairs, PolicyKind kind) {
  for (const Pair& pair : pairs) {
    const AccessComparison result = compare_texts(pair.reference, pair.candidate, kind);
    EXPECT_EQ(name_of(result.new_access), name_of(pair.expected))
        << pair.reference << "\n -> " << pair.candidate << "\n"
        << result.reason;
    EXPECT_EQ(result.witness.has_value(), result.new_access == NewAccess::yes) << pair.candidate;
  }
}

constexpr auto no = NewAccess::no;
constexpr auto yes = NewAccess::yes;

constexpr auto all = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
constexpr auto get = R"({"Effect":"Allow","Action":"ecr:Get*","Resource":"*"})";
constexpr auto pull = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"})";
constexpr auto pull_a = R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
  "Resource":"arn:aws:ecr:eu-west-1:111122223333:repository/a"})";
constexpr auto pull_a_star = R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
  "Resource":"arn:aws:ecr:eu-west-1:111122223333:repository/a*"})";
constexpr auto pull_mfa = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
  "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}})";
constexpr auto pull_mfa_if = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
  "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}})";
constexpr auto pull_v4 = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
  "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}})";
constexpr auto pull_v4_half = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
  "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/9"}}})";
constexpr auto pull_v4_halves = R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
  "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}}})";
constexpr auto not_iam = R"({"Effect":"Allow","NotAction":"iam:*","Resource":"*"})";

TEST(Compare, ActionsOfIdentityPolicies) {
  check(
      {
          {"", "", no},
          {"", all, yes},
          {all, "", no},
          {all, get, no},
          {get, all, yes},
          {get, R"({"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"})", no},
          // Any service, any action: a list of today's actions is not the wildcard.
          {R"({"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:GetRepositoryPolicy"],
              "Resource":"*"})",
           get, yes},
          {get, R"({"Effect":"Allow","Action":"ECR:gET*","Resource":"*"})", no},
          {get, R"({"Effect":"Allow","Action":"ecr:Get?*","Resource":"*"})", no},
          {R"({"Effect":"Allow","Action":"ecr:Get?*","Resource":"*"})", get, yes},
          {not_iam, get, no},
          {not_iam, R"({"Effect":"Allow","Action":"iam:PassRole","Resource":"*"})", yes},
          {not_iam, all, yes},
          {all, not_iam, no},
          {R"({"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"})", not_iam, yes},
          {not_iam, R"({"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"})", no},
          {"", R"({"Effect":"Allow","Action":"ecr: Get","Resource":"*"})", no},
          {get, R"({"Effect":"Allow","Action":"e*:Get*","Resource":"*"})", yes},
      },
      PolicyKind::identity);
}

TEST(Compare, ResourcesOfIdentityPolicies) {
  check(
      {
          {pull, pull_a, no},
          {pull_a, pull, yes},
          {pull_a_star, pull_a, no},
          {pull_a, pull_a_star, yes},
          {pull_a_star, R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
             "Resource":"arn:aws:ecr:*:111122223333:repository/a*"})",
           yes},
          {pull_a, R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
             "Resource":"arn:aws:ecr:eu-west-1:111122223333:repository/A"})",
           yes},
          {pull, R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
             "NotResource":"arn:aws:ecr:*:*:repository/a"})",
           no},
          {R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
             "NotResource":"arn:aws:ecr:*:*:repository/a"})",
           pull_a, yes},
          {R"({"Effect":"Allow","Action":"ecr:BatchGetImage",
             "NotResource":"arn:aws:ecr:*:*:repository/b"})",
           pull_a, no},
      },
      PolicyKind::identity);
}

TEST(Compare, Denies) {
  const std::string deny_get =
      all + std::string(R"(,{"Effect":"Deny","Action":"ecr:Get*","Resource":"*"})");
  const std::string deny_all =
      all + std::string(R"(,{"Effect":"Deny","Action":"*","Resource":"*"})");
  const std::string deny_no_mfa = all + std::string(R"(,{"Effect":"Deny","Action":"*",
      "Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}})");
  check(
      {
          {deny_get.c_str(), all, yes},
          {all, deny_get.c_str(), no},
          {deny_get.c_str(), pull, no},
          {deny_get.c_str(), get, yes},
          {"", deny_all.c_str(), no},
          {deny_all.c_str(), pull_a, yes},
          {"", R"({"Effect":"Deny","Action":"*","Resource":"*"})", no},
          {deny_no_mfa.c_str(), pull_mfa, no},
          {deny_no_mfa.c_str(), pull, yes},
      },
      PolicyKind::identity);
}

TEST(Compare, Conditions) {
  check(
      {
          {pull, pull_mfa, no},
          {pull_mfa, pull, yes},
          {pull_mfa, pull_mfa_if, yes},
          {pull_mfa_if, pull_mfa, no},
          {pull_v4, pull_v4_half, no},
          {pull_v4_half, pull_v4, yes},
          {pull_v4, pull_v4_halves, no},
          {pull_v4_halves, pull_v4, no},
          {R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01"}}})",
           R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"DateLessThan":{"aws:EpochTime":"1767225600"}}})",
           no},
          {R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01"}}})",
           R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"DateLessThanEquals":{"aws:CurrentTime":"2026-01-01"}}})",
           yes},
          {R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"StringEquals":{"aws:PrincipalTag/team":["a","b"]}}})",
           R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"StringLike":{"AWS:principaltag/TEAM":"a"}}})",
           no},
          {R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"StringLike":{"aws:PrincipalTag/team":"a*"}}})",
           R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"b"}}})",
           yes},
          {R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"Null":{"aws:PrincipalTag/team":"false"}}})",
           R"({"Effect":"Allow","Action":"*","Resource":"*",
              "Condition":{"StringLike":{"aws:PrincipalTag/team":"*"}}})",
           no},
          {pull, R"({"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*",
              "Condition":{"StringEquals":{"aws:PrincipalTag/team":[]}}})",
           no},
      },
      PolicyKind::identity);
}

TEST(Compare, Variables) {
  check(
      {
          {R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"})",
           R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"})",
           no},
          {R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"})",
           R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"})",
           no},
          {R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"})",
           R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"})", yes},
      },
      PolicyKind::identity);
}

constexpr auto everyone = R"({"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"})";
constexpr auto account =
    R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr:BatchGetImage"})";
constexpr auto account_root = R"({"Effect":"Allow",
  "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"ecr:BatchGetImage"})";
constexpr auto role = R"({"Effect":"Allow",
  "Principal":{"AWS":"arn:aws:iam::111122223333:role/dev"},"Action":"ecr:BatchGetImage"})";
constexpr auto session = R"({"Effect":"Allow",
  "Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/dev/s"},"Action":"ecr:BatchGetImage"})";
constexpr auto service = R"({"Effect":"Allow",
  "Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"})";
constexpr auto federated = R"({"Effect":"Allow",
  "Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"ecr:BatchGetImage"})";

TEST(Compare, PrincipalsOfResourcePolicies) {
  check(
      {
          {everyone, role, no},
          {everyone, service, no},
          {everyone, federated, no},
          {role, everyone, yes},
          {account, role, no},
          {account, account_root, no},
          {account_root, account, no},
          {role, account, yes},
          {role, session, no},
          {session, role, yes},
          {account, everyone, yes},
          {"", account, yes},
          {"", R"({"Effect":"Allow","Action":"ecr:BatchGetImage"})", no},
          {"", R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},
              "Action":"ecr:BatchGetImage"})",
           no},
          {service, R"({"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},
              "Action":"ecr:BatchGetImage"})",
           yes},
          {account, R"({"Effect":"Allow","Principal":{"AWS":"444455556666"},
              "Action":"ecr:BatchGetImage"})",
           yes},
          {R"({"Effect":"Allow","Principal":{"Federated":"*"},"Action":"ecr:BatchGetImage"})",
           federated, no},
          {federated,
           R"({"Effect":"Allow","Principal":{"Federated":"*"},"Action":"ecr:BatchGetImage"})", yes},
          {everyone, R"({"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},
              "Action":"ecr:BatchGetImage"})",
           no},
          {role, R"({"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},
              "Action":"ecr:BatchGetImage"})",
           yes},
      },
      PolicyKind::resource);
}

TEST(Compare, ADocumentHasNoNewAccessOverItself) {
  for (const char* text : {"", all, get, pull_a, pull_mfa_if, pull_v4_halves, not_iam,
                           R"({"Effect":"Allow","Action":"*:*","Resource":"*"})",
                           R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:*:::x"},
                              {"Effect":"Deny","Action":"s3:*","Resource":"${aws:username}"})",
                           R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":
                              {"StringLike":{"aws:PrincipalOrgPaths":"o-x/*"}}})"}) {
    EXPECT_NE(compare_texts(text, text, PolicyKind::identity).new_access, yes) << text;
  }
  for (const char* text : {everyone, account, role, session, service, federated}) {
    EXPECT_EQ(compare_texts(text, text, PolicyKind::resource).new_access, no) << text;
    EXPECT_EQ(compare_texts("", text, PolicyKind::resource).new_access, yes) << text;
  }
}

TEST(Compare, WitnessIsAllowedByTheCandidateOnly) {
  const AccessComparison result = compare_texts(pull_a, pull_a_star, PolicyKind::identity);
  ASSERT_TRUE(result.witness.has_value());
  EXPECT_TRUE(equal_ignoring_case(result.witness->action, "ecr:BatchGetImage"));
  EXPECT_NE(result.witness->resource, "arn:aws:ecr:eu-west-1:111122223333:repository/a");
  EXPECT_TRUE(
      result.witness->resource.starts_with("arn:aws:ecr:eu-west-1:111122223333:repository/a"));
}

TEST(Compare, AMalformedSideIsUnknownAndNamed) {
  const ParsedPolicy good = parse_policy_document(document(all), PolicyKind::identity);
  const ParsedPolicy bad = parse_policy_document("{", PolicyKind::identity);
  EXPECT_EQ(compare(bad, good, PolicyKind::identity).new_access, NewAccess::unknown);
  EXPECT_TRUE(compare(bad, good, PolicyKind::identity).reason.starts_with("reference: "));
  EXPECT_TRUE(compare(good, bad, PolicyKind::identity).reason.starts_with("candidate: "));
}

TEST(Compare, GivesTheSameAnswerTwice) {
  const auto first = compare_texts(get, not_iam, PolicyKind::identity);
  const auto second = compare_texts(get, not_iam, PolicyKind::identity);
  EXPECT_EQ(first.witness, second.witness);
  EXPECT_EQ(first.reason, second.reason);
}

}  // namespace
}  // namespace auditor::compare_test
