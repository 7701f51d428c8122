#include "evaluator/aws/managed_policies.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "evaluator/policy/arn.h"

namespace auditor::managed_policies_test {
namespace {

ManagedPolicies shipped() {
  std::ifstream stream(CONFIG_DIR "/aws-managed-policies.json");
  std::stringstream text;
  text << stream.rdbuf();
  auto catalogue = ManagedPolicies::parse(text.str());
  EXPECT_TRUE(catalogue) << catalogue.error();
  return catalogue ? std::move(*catalogue) : ManagedPolicies();
}

TEST(ManagedPolicies, ShippedCatalogueHoldsAllNamesAndReadsEveryDocument) {
  const ManagedPolicies catalogue = shipped();
  EXPECT_EQ(catalogue.size(), 1645u);
  EXPECT_EQ(catalogue.snapshot(), "2026-08-22");
  for (const char* arn :
       {"arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws-cn:iam::aws:policy/PowerUserAccess",
        "arn:aws:iam::aws:policy/AWSDenyAll",
        "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
        "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
        "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM"}) {
    const ManagedPolicy* policy = catalogue.find(arn);
    ASSERT_NE(policy, nullptr) << arn;
    EXPECT_TRUE(policy->document) << arn << " " << policy->document.error().message;
  }
}

TEST(ManagedPolicies, DenyStatementsAreKeptAsWellAsAllow) {
  const ManagedPolicies catalogue = shipped();
  const auto& deny_all = catalogue.find("arn:aws:iam::aws:policy/AWSDenyAll")->document;
  ASSERT_TRUE(deny_all);
  ASSERT_EQ(deny_all->statements.size(), 1u);
  EXPECT_EQ(deny_all->statements[0].effect, Effect::deny);
  const auto& power = catalogue.find("arn:aws:iam::aws:policy/PowerUserAccess")->document;
  ASSERT_TRUE(power);
  ASSERT_EQ(power->statements.size(), 1u);
  EXPECT_TRUE(power->statements[0].action.negated);
}

TEST(ManagedPolicies, PolicyWithoutAGuardedActionHasNoStatementsAndAnUnknownNameIsNull) {
  const ManagedPolicies catalogue = shipped();
  const ManagedPolicy* policy = catalogue.find("arn:aws:iam::aws:policy/AmazonS3FullAccess");
  ASSERT_NE(policy, nullptr);
  ASSERT_TRUE(policy->document);
  EXPECT_TRUE(policy->document->statements.empty());
  EXPECT_EQ(catalogue.find("arn:aws:iam::aws:policy/PolicyOfTomorrow"), nullptr);
  EXPECT_EQ(catalogue.find("arn:aws:iam::111122223333:policy/AdministratorAccess"), nullptr);
}

TEST(ManagedPolicies, CoversTheServicesItNamesAndNoOther) {
  const ManagedPolicies catalogue = shipped();
  EXPECT_TRUE(catalogue.covers("ecr:DeleteRepository"));
  EXPECT_TRUE(catalogue.covers("ECR-Public:BatchDeleteImage"));
  EXPECT_FALSE(catalogue.covers("s3:GetObject"));
  EXPECT_FALSE(catalogue.covers("*"));
}

TEST(ManagedPolicies, StatementsKeepTheirPlaceInTheFullDocument) {
  const auto catalogue = ManagedPolicies::parse(R"({"snapshot":"2026-01-01","services":["ecr"],
    "policies":{"A":{"version":"v2","at":[4,7],"statements":[
      {"Sid":"x","Effect":"Allow","Action":"ecr:*","Resource":"*"},
      {"Effect":"Deny","Action":"*","Resource":"*"}]},
     "B":{"version":"v1","at":"object","statements":[
      {"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}}})");
  ASSERT_TRUE(catalogue) << catalogue.error();
  const auto& a = catalogue->find("arn:aws:iam::aws:policy/A")->document;
  ASSERT_TRUE(a);
  EXPECT_EQ(json_pointer(a->statements[0]), "/Statement/4");
  EXPECT_EQ(json_pointer(a->statements[1]), "/Statement/7");
  const auto& b = catalogue->find("arn:aws:iam::aws:policy/x/B")->document;
  ASSERT_TRUE(b);
  EXPECT_EQ(json_pointer(b->statements[0]), "/Statement");
}

TEST(ManagedPolicies, DamagedCatalogueIsAnErrorThatSaysWhat) {
  const std::string head = R"({"snapshot":"2026-01-01","services":["ecr"],"policies":)";
  const std::string one = R"("statements":[{"Effect":"Allow","Action":"*","Resource":"*"}])";
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{\"policies\":{}}"), head + "{\"A\":{}}}",
        head + R"({"A":{"version":"v1",)" + one + "}}}",
        head + R"({"A":{"version":"v1","at":[1,2],)" + one + "}}}",
        head + R"({"A":{"version":"v1"},"A":{"version":"v1"}}})"}) {
    EXPECT_FALSE(ManagedPolicies::parse(text)) << text;
  }
}

TEST(ManagedPolicies, SnapshotIsOfADay) {
  const auto of_day = [](const std::string& day) {
    return ManagedPolicies::parse(R"({"snapshot":")" + day + R"(","services":[],"policies":{}})");
  };
  EXPECT_TRUE(of_day("2026-01-01"));
  for (const char* day :
       {"", "d", "2026-13-01", "2026-1-1", "1969-12-31", "2026-01-01T00:00:00Z", "+2026-01-01"}) {
    EXPECT_FALSE(of_day(day)) << day;
  }
}

TEST(ManagedPolicies, UnreadablePolicyIsKeptAsUnreadable) {
  const auto catalogue = ManagedPolicies::parse(
      R"({"snapshot":"2026-01-01","services":["ecr"],"policies":{"A":{"version":"v1","at":[0],"statements":[
        {"Effect":"Perhaps","Action":"ecr:*","Resource":"*"}]}}})");
  ASSERT_TRUE(catalogue) << catalogue.error();
  EXPECT_FALSE(catalogue->find("arn:aws:iam::aws:policy/A")->document);
}

TEST(ManagedPolicies, OnlyArnsOfAwsItselfAreAwsManaged) {
  EXPECT_TRUE(is_aws_managed_policy("arn:aws:iam::aws:policy/AdministratorAccess"));
  EXPECT_TRUE(is_aws_managed_policy("arn:aws-us-gov:iam::aws:policy/service-role/X"));
  EXPECT_FALSE(is_aws_managed_policy("arn:aws:iam::111122223333:policy/AdministratorAccess"));
  EXPECT_FALSE(is_aws_managed_policy("arn::iam::aws:policy/X"));
  EXPECT_FALSE(is_aws_managed_policy(""));
}

}  // namespace
}  // namespace auditor::managed_policies_test
