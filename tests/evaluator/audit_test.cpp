#include "evaluator/audit.h"

#include <gtest/gtest.h>

#include <string>

namespace auditor {
namespace {

constexpr const char* allow_ecr =
    R"({"Version":"2012-10-17","Statement":[
      {"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
      {"Sid":"Ops","Effect":"Allow","Action":"ecr:*","Resource":"*"}]})";
constexpr const char* allow_s3 =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
constexpr const char* open_repository =
    R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"]}]})";

Guardrail guardrail(std::string id, std::vector<std::string> identity_actions,
                    std::vector<std::string> resource_actions) {
  Guardrail guardrail;
  guardrail.id = std::move(id);
  guardrail.title = "title of " + guardrail.id;
  guardrail.severity = "high";
  guardrail.identity_actions = std::move(identity_actions);
  guardrail.resource_actions = std::move(resource_actions);
  return guardrail;
}

Subject role(const std::string& name = "role/dev") {
  return {SubjectType::role, "arn:aws:iam::111122223333:" + name, "111122223333", ""};
}

Subject repository() {
  return {SubjectType::repository, "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
          "111122223333", "eu-west-1"};
}

class AuditTest : public testing::Test {
 protected:
  std::vector<Finding> audit_change(const PolicyChange& change) {
    CloudTrailEvent event;
    event.id = "event-1";
    return audit(event, change, guardrails_, catalogue_, memory_);
  }

  std::vector<Guardrail> guardrails_{
      guardrail("G-2", {"ecr:GetAuthorizationToken"}, {"ecr:BatchGetImage"}),
      guardrail("G-1", {"ecr:DeleteRepository"}, {})};
  VerdictMemory memory_{1};
  ManagedPolicies catalogue_ = *ManagedPolicies::parse(R"({"snapshot":"2026-01-01",
    "services":["ecr"],"policies":{
      "AdministratorAccess":{"version":"v1","at":[0],"statements":[
        {"Effect":"Allow","Action":"*","Resource":"*"}]},
      "Later":{"version":"v9","at":[4],"statements":[
        {"Sid":"E","Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]},
      "Broken":{"version":"v1","at":[0],"statements":[{"Effect":"Maybe"}]},
      "Harmless":{"version":"v3"}}})");
};

TEST_F(AuditTest, InlinePolicyIsJudgedForItsHolderInOrderOfGuardrails) {
  const auto findings = audit_change(InlinePolicyPut{role(), "ops", {allow_ecr, ""}});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].guardrail.id, "G-1");
  EXPECT_EQ(findings[1].guardrail.id, "G-2");
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.kind, FindingKind::grant);
  EXPECT_EQ(finding.status, FindingStatus::open);
  EXPECT_EQ(finding.subject, role());
  EXPECT_FALSE(finding.latent);
  EXPECT_EQ(finding.id, finding_id("G-1", FindingKind::grant, role().arn));
  EXPECT_EQ(finding.actions, std::vector<std::string>{"ecr:DeleteRepository"});
  ASSERT_TRUE(finding.witness);
  EXPECT_EQ(finding.witness->action, "ecr:DeleteRepository");
  ASSERT_EQ(finding.granted_by.size(), 1u);
  EXPECT_EQ(finding.granted_by[0].policy_kind, "inline");
  EXPECT_EQ(finding.granted_by[0].policy_name, "ops");
  EXPECT_EQ(finding.granted_by[0].statement, 1u);
  EXPECT_EQ(finding.granted_by[0].sid, "Ops");
  EXPECT_EQ(finding.granted_by[0].pointer, "/Statement/1");
  EXPECT_EQ(finding.event.id, "event-1");
}

TEST_F(AuditTest, HarmlessDocumentGivesNoFinding) {
  EXPECT_TRUE(audit_change(InlinePolicyPut{role(), "p", {allow_s3, ""}}).empty());
}

TEST_F(AuditTest, GroupsPoliciesAndTemplatesAreLatent) {
  const Subject group{SubjectType::group, "arn:aws:iam::111122223333:group/ops", "111122223333",
                      ""};
  const Subject policy{SubjectType::policy, "arn:aws:iam::111122223333:policy/x/ops",
                       "111122223333", ""};
  for (const PolicyChange& change :
       {PolicyChange(InlinePolicyPut{group, "p", {allow_ecr, ""}}),
        PolicyChange(ManagedPolicyWritten{policy, "v2", true, {allow_ecr, ""}})}) {
    const auto findings = audit_change(change);
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_TRUE(findings[0].latent);
  }
}

TEST_F(AuditTest, VersionThatIsNotTheDefaultIsJudgedAndSaidSo) {
  const Subject policy{SubjectType::policy, "arn:aws:iam::111122223333:policy/x/ops",
                       "111122223333", ""};
  const auto findings = audit_change(ManagedPolicyWritten{policy, "v2", false, {allow_ecr, ""}});
  ASSERT_EQ(findings.size(), 2u);
  ASSERT_FALSE(findings[0].notes.empty());
  EXPECT_NE(findings[0].notes[0].find("`v2` is not the default version"), std::string::npos);
  EXPECT_EQ(findings[0].granted_by.at(0).policy_kind, "managed");
  EXPECT_EQ(findings[0].granted_by.at(0).policy_name, "ops");
  EXPECT_EQ(findings[0].granted_by.at(0).policy_version, "v2");
}

TEST_F(AuditTest, RepositoryPolicyIsJudgedByTheActionsOfResourcePolicies) {
  const auto findings = audit_change(ResourcePolicySet{repository(), {open_repository, ""}});
  ASSERT_EQ(findings.size(), 1u);  // G-1 has no action for repositories
  EXPECT_EQ(findings[0].guardrail.id, "G-2");
  EXPECT_EQ(findings[0].granted_by.at(0).policy_kind, "repository");
  EXPECT_EQ(findings[0].granted_by.at(0).policy_name, "team/app");
}

TEST_F(AuditTest, AwsManagedPolicyIsJudgedFromTheCatalogue) {
  const auto findings =
      audit_change(PolicyAttached{role(), "arn:aws:iam::aws:policy/AdministratorAccess"});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, FindingKind::grant);
  EXPECT_EQ(findings[0].granted_by.at(0).policy_kind, "aws-managed");
  EXPECT_EQ(findings[0].granted_by.at(0).policy_version, "v1");
  EXPECT_TRUE(audit_change(PolicyAttached{role(), "arn:aws:iam::aws:policy/service-role/Harmless"})
                  .empty());
}

TEST_F(AuditTest, StatementOfTheCataloguePointsIntoTheFullDocument) {
  const auto findings = audit_change(PolicyAttached{role(), "arn:aws:iam::aws:policy/Later"});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].granted_by.at(0).statement, 4u);
  EXPECT_EQ(findings[0].granted_by.at(0).pointer, "/Statement/4");
}

TEST_F(AuditTest, WhatTheCatalogueCannotSayIsUnverifiable) {
  for (const char* arn : {"arn:aws:iam::aws:policy/OfTomorrow", "arn:aws:iam::aws:policy/Broken"}) {
    const auto findings = audit_change(PolicyAttached{role(), arn});
    ASSERT_EQ(findings.size(), 2u) << arn;
    EXPECT_EQ(findings[0].kind, FindingKind::unverifiable);
    EXPECT_EQ(findings[0].certainty, Certainty::unknown);
    EXPECT_NE(findings[0].reason.find("needed: "), std::string::npos);
    EXPECT_FALSE(findings[0].witness);
  }
}

TEST_F(AuditTest, GuardedActionOutsideTheCatalogueIsUnverifiableUnlessTheRestIsProven) {
  guardrails_ = {guardrail("G-3", {"s3:GetObject"}, {}),
                 guardrail("G-4", {"s3:GetObject", "ecr:DeleteRepository"}, {})};
  const auto harmless = audit_change(PolicyAttached{role(), "arn:aws:iam::aws:policy/Harmless"});
  ASSERT_EQ(harmless.size(), 2u);
  EXPECT_EQ(harmless[0].kind, FindingKind::unverifiable);
  EXPECT_EQ(harmless[1].kind, FindingKind::unverifiable);
  const auto admin =
      audit_change(PolicyAttached{role(), "arn:aws:iam::aws:policy/AdministratorAccess"});
  ASSERT_EQ(admin.size(), 2u);
  EXPECT_EQ(admin[0].kind, FindingKind::unverifiable);
  EXPECT_EQ(admin[1].kind, FindingKind::grant);
  EXPECT_EQ(admin[1].actions, std::vector<std::string>{"ecr:DeleteRepository"});
}

TEST_F(AuditTest, CustomerManagedPolicyIsJudgedWhereItIsWritten) {
  EXPECT_TRUE(
      audit_change(PolicyAttached{role(), "arn:aws:iam::111122223333:policy/AdministratorAccess"})
          .empty());
  EXPECT_EQ(audit_change(PolicyAttached{role(), ""}).size(), 2u);
}

TEST_F(AuditTest, UnreadableOrMissingDocumentIsUnverifiableForEachGuardrail) {
  for (const DocumentText& document :
       {DocumentText{"{\"Statement\":[", ""}, DocumentText{"", "requestParameters were omitted"},
        DocumentText{R"({"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"s3:*",
                         "Resource":"*"}]})",
                     ""}}) {
    const auto findings = audit_change(InlinePolicyPut{role(), "p", document});
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].kind, FindingKind::unverifiable);
    EXPECT_EQ(findings[0].id, finding_id("G-1", FindingKind::unverifiable, role().arn));
    EXPECT_NE(findings[0].reason.find("; needed: "), std::string::npos);
  }
}

TEST_F(AuditTest, ServiceLinkedRoleIsNotJudged) {
  const Subject linked = role("role/aws-service-role/ecr.amazonaws.com/AWSServiceRoleForECR");
  EXPECT_TRUE(
      audit_change(PolicyAttached{linked, "arn:aws:iam::aws:policy/AdministratorAccess"}).empty());
  EXPECT_TRUE(audit_change(InlinePolicyPut{linked, "p", {allow_ecr, ""}}).empty());
}

TEST_F(AuditTest, TrustPoliciesGiveNothingAndUnnamedChangesPutTheAccountInDoubt) {
  EXPECT_TRUE(audit_change(NonGrantingPolicy{"trust policy", {allow_ecr, ""}}).empty());
  const Subject account{SubjectType::account, "arn:aws:iam::111122223333:root", "111122223333", ""};
  const auto findings = audit_change(UnnamedChange{account, "requestParameters were omitted"});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].subject.type, SubjectType::account);
  EXPECT_EQ(findings[0].kind, FindingKind::unverifiable);
}

}  // namespace
}  // namespace auditor
