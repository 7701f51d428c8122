#include "evaluator/audit/subject_evaluation.h"

#include <gtest/gtest.h>

#include <string>

namespace auditor::judgement_test {
namespace {

constexpr const char* allow_delete =
    R"({"Version":"2012-10-17","Statement":[
      {"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
      {"Sid":"Ops","Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]})";
constexpr const char* deny_delete =
    R"({"Version":"2012-10-17","Statement":{
      "Effect":"Deny","Action":"ecr:DeleteRepository","Resource":"*"}})";
constexpr const char* open_to_everyone =
    R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]})";
constexpr const char* closed_to_everyone =
    R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*"}]})";

std::shared_ptr<const KeptDocument> kept(const char* text, PolicyKind kind) {
  auto document = parse_policy_document(text, kind);
  EXPECT_TRUE(document) << document.error().message;
  return std::make_shared<const KeptDocument>(KeptDocument{text, *document});
}

HeldDocument inline_policy(const char* text, std::string name = "p") {
  HeldDocument held;
  held.kind = DocumentKind::inline_;
  held.name = std::move(name);
  held.document = kept(text, PolicyKind::identity);
  return held;
}

HeldDocument aws_managed(const std::string& name) {
  HeldDocument held;
  held.kind = DocumentKind::aws_managed;
  held.name = name;
  held.arn = "arn:aws:iam::aws:policy/" + name;
  return held;
}

HeldDocument resource_policy(DocumentKind kind, const char* text) {
  HeldDocument held;
  held.kind = kind;
  held.name = to_string(kind);
  held.document = kept(text, PolicyKind::resource);
  return held;
}

SubjectView role(std::vector<HeldDocument> documents) {
  SubjectView view;
  view.subject = {EntityKind::role, "arn:aws:iam::111122223333:role/dev", "111122223333", ""};
  view.documents = std::move(documents);
  return view;
}

SubjectView repository(std::vector<HeldDocument> documents) {
  SubjectView view;
  view.subject = {EntityKind::repository, "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
                  "111122223333", "eu-west-1"};
  view.documents = std::move(documents);
  return view;
}

Guardrail guardrail(std::string id, std::vector<std::string> identity_actions,
                    std::vector<std::string> resource_actions) {
  Guardrail guardrail;
  guardrail.summary.id = std::move(id);
  guardrail.identity_actions = std::move(identity_actions);
  guardrail.resource_actions = std::move(resource_actions);
  return guardrail;
}

class JudgementTest : public testing::Test {
 protected:
  GuardrailResults judged(const SubjectView& view) {
    return evaluate(view, guardrails_, catalogue_, cache_).results;
  }
  GuardrailResult result(const SubjectView& view) { return judged(view).at(0).value(); }

  std::vector<Guardrail> guardrails_{
      guardrail("G-1", {"ecr:DeleteRepository"}, {"ecr:BatchGetImage"}),
      guardrail("G-2", {"ecr:GetAuthorizationToken"}, {})};
  VerdictCache cache_{1};
  ManagedPolicies catalogue_ = *ManagedPolicies::parse(R"({"snapshot":"2026-01-01",
    "services":["ecr"],"policies":{
      "AdministratorAccess":{"version":"v1","at":[0],"statements":[
        {"Effect":"Allow","Action":"*","Resource":"*"}]},
      "Later":{"version":"v9","at":[4],"statements":[
        {"Sid":"E","Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]},
      "DenyAll":{"version":"v1","at":[0],"statements":[
        {"Effect":"Deny","Action":"*","Resource":"*"}]},
      "Broken":{"version":"v1","at":[0],"statements":[{"Effect":"Maybe"}]},
      "Harmless":{"version":"v3"}}})");
};

TEST_F(JudgementTest, ViolationNamesTheStatementAndItsPolicy) {
  const GuardrailResult found = result(role({inline_policy(allow_delete, "ops")}));
  ASSERT_TRUE(found.violation);
  EXPECT_FALSE(found.unverifiable);
  EXPECT_EQ(found.violation->actions, std::vector<std::string>{"ecr:DeleteRepository"});
  const std::vector<GrantedBy> expected{
      {DocumentKind::inline_, "ops", "", "", 1, "Ops", "/Statement/1"}};
  EXPECT_EQ(found.granted_by, expected);
}

TEST_F(JudgementTest, DenyOfAnotherDocumentCloses) {
  EXPECT_TRUE(
      result(role({inline_policy(allow_delete), inline_policy(deny_delete)})).is_compliant());
  EXPECT_TRUE(
      result(role({aws_managed("AdministratorAccess"), aws_managed("DenyAll")})).is_compliant());
}

TEST_F(JudgementTest, PositionsArePutRightWhereDocumentsAreLeftOut) {
  HeldDocument marker;
  marker.kind = DocumentKind::inline_;
  marker.name = "marker";
  const GuardrailResult found = result(role(
      {marker, aws_managed("Harmless"), inline_policy(deny_delete, "no"), aws_managed("Later")}));
  EXPECT_TRUE(found.is_compliant());
  const GuardrailResult open =
      result(role({marker, aws_managed("Harmless"), aws_managed("Later"), marker}));
  const std::vector<GrantedBy> expected{{DocumentKind::aws_managed, "Later",
                                         "arn:aws:iam::aws:policy/Later", "v9", 4, "E",
                                         "/Statement/4"}};
  EXPECT_EQ(open.granted_by, expected);
}

TEST_F(JudgementTest, GuardrailWithoutActionsForTheKindHasNoStanding) {
  const GuardrailResults found =
      judged(repository({resource_policy(DocumentKind::repository, open_to_everyone)}));
  EXPECT_TRUE(found.at(0)->violation);
  EXPECT_FALSE(found.at(1));
}

TEST_F(JudgementTest, RegistryPolicyOpensAndClosesARepository) {
  const HeldDocument open = resource_policy(DocumentKind::registry, open_to_everyone);
  const GuardrailResult by_registry = result(repository({open}));
  ASSERT_TRUE(by_registry.violation);
  EXPECT_EQ(by_registry.granted_by.at(0).policy_kind, DocumentKind::registry);
  EXPECT_TRUE(result(repository({resource_policy(DocumentKind::repository, open_to_everyone),
                                 resource_policy(DocumentKind::registry, closed_to_everyone)}))
                  .is_compliant());
}

TEST_F(JudgementTest, MarkerAsBoundaryLetsNothingThrough) {
  SubjectView view = role({inline_policy(allow_delete)});
  view.boundary = HeldBoundary{};
  view.boundary->policy.kind = DocumentKind::managed;
  EXPECT_TRUE(result(view).is_compliant());
}

TEST_F(JudgementTest, BoundaryFromTheCatalogueBounds) {
  SubjectView view = role({inline_policy(allow_delete)});
  view.boundary = HeldBoundary{aws_managed("Harmless"), {}};
  EXPECT_TRUE(result(view).is_compliant());
  view.boundary = HeldBoundary{aws_managed("AdministratorAccess"), {}};
  EXPECT_TRUE(result(view).violation);
}

TEST_F(JudgementTest, UnknownBoundaryBoundsNothingAndSaysSo) {
  SubjectView view = role({inline_policy(allow_delete)});
  for (const HeldBoundary& boundary :
       {HeldBoundary{{}, "it was never seen"}, HeldBoundary{aws_managed("OfTomorrow"), {}}}) {
    view.boundary = boundary;
    const GuardrailResult found = result(view);
    ASSERT_TRUE(found.violation);
    EXPECT_EQ(found.violation->certainty, Certainty::unknown);
    EXPECT_NE(found.violation->reason.find("boundary is not known"), std::string::npos);
    EXPECT_FALSE(found.unverifiable);
  }
}

TEST_F(JudgementTest, WhatTheCatalogueCannotSayIsUnverifiable) {
  for (const char* name : {"OfTomorrow", "Broken"}) {
    const GuardrailResult found = result(role({aws_managed(name)}));
    EXPECT_FALSE(found.violation);
    ASSERT_TRUE(found.unverifiable) << name;
    EXPECT_NE(found.unverifiable->find("; needed: the policies of the role"), std::string::npos);
  }
}

TEST_F(JudgementTest, DoubtAndGrantAreBothSaid) {
  SubjectView view = role({inline_policy(allow_delete)});
  view.doubts = {"the document of `x` was never seen"};
  const GuardrailResults found = judged(view);
  EXPECT_TRUE(found.at(0)->violation);
  EXPECT_TRUE(found.at(0)->unverifiable);
  EXPECT_FALSE(found.at(1)->violation);
  EXPECT_TRUE(found.at(1)->unverifiable);
}

TEST_F(JudgementTest, AccountInDoubtIsUnverifiableUnderEveryGuardrail) {
  SubjectView view;
  view.subject = {EntityKind::account, "arn:aws:iam::111122223333:root", "111122223333", ""};
  view.doubts = {"the request parameters were omitted"};
  for (const auto& found : judged(view)) EXPECT_TRUE(found.value().unverifiable);
}

TEST_F(JudgementTest, GuardedActionOutsideTheCatalogueIsUnverifiableUnlessTheRestIsProven) {
  guardrails_ = {guardrail("G-3", {"s3:GetObject"}, {}),
                 guardrail("G-4", {"s3:GetObject", "ecr:DeleteRepository"}, {})};
  const GuardrailResults harmless = judged(role({aws_managed("Harmless")}));
  EXPECT_TRUE(harmless.at(0)->unverifiable);
  EXPECT_TRUE(harmless.at(1)->unverifiable);
  const GuardrailResults admin = judged(role({aws_managed("AdministratorAccess")}));
  EXPECT_TRUE(admin.at(0)->unverifiable);
  EXPECT_EQ(admin.at(1)->violation.value().actions,
            std::vector<std::string>{"ecr:DeleteRepository"});
  // A document of the account proves what the catalogue cannot.
  const GuardrailResults own = judged(role({aws_managed("Harmless"), inline_policy(allow_delete)}));
  EXPECT_EQ(own.at(0)->violation.value().actions, std::vector<std::string>{"s3:GetObject"});
}

TEST_F(JudgementTest, CatalogueMattersToABoundaryOnlyWhereThereIsSomethingToBound) {
  guardrails_ = {guardrail("G-3", {"s3:GetObject"}, {})};
  SubjectView view = role({});
  view.boundary = HeldBoundary{aws_managed("Harmless"), {}};
  EXPECT_TRUE(result(view).is_compliant());
  view.documents = {inline_policy(allow_delete)};
  EXPECT_TRUE(result(view).unverifiable);
}

TEST_F(JudgementTest, MemoryAnswersOnlyTheSameQuestion) {
  const SubjectView open = role({inline_policy(allow_delete)});
  SubjectView bounded = open;
  bounded.boundary = HeldBoundary{};
  SubjectView other = open;
  other.subject.arn += "2";
  SubjectView doubted = open;
  doubted.doubts = {"x"};
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(result(open).violation);
    EXPECT_TRUE(result(bounded).is_compliant());
    EXPECT_EQ(result(other).violation.value().witness->principal,
              Principal(ArnPrincipal{other.subject.arn}));
    EXPECT_TRUE(result(doubted).unverifiable);
  }
}

TEST_F(JudgementTest, SubjectWithoutDocumentsThatMatterIsNotRemembered) {
  EXPECT_TRUE(result(role({aws_managed("Harmless")})).is_compliant());
  EXPECT_EQ(cache_.bytes(), 0u);
}

TEST_F(JudgementTest, DocumentMattersWhereAStatementMayMatchAGuardedAction) {
  const CanMatter matters = matters_under(guardrails_);
  const auto identity_with = [&](const std::string& statement) {
    return matters(*parse_policy_document("{\"Statement\":{" + statement + R"(,"Resource":"*"}})",
                                          PolicyKind::identity),
                   PolicyKind::identity);
  };
  EXPECT_TRUE(identity_with(R"("Effect":"Allow","Action":["s3:*","ECR:get*"])"));
  EXPECT_TRUE(identity_with(R"("Effect":"Deny","Action":"*")"));
  EXPECT_TRUE(identity_with(R"("Effect":"Allow","NotAction":"iam:*")"));
  EXPECT_FALSE(identity_with(R"("Effect":"Allow","Action":"ecr:BatchGetImage")"));
  const auto open = parse_policy_document(open_to_everyone, PolicyKind::resource);
  EXPECT_TRUE(matters(*open, PolicyKind::resource));
}

TEST(VerdictCache, ForgetsEverythingPastItsBound) {
  VerdictCache cache(7, 4'000);
  for (int i = 0; i < 100; ++i) {
    const std::string question = "question " + std::to_string(i);
    GuardrailResult result;
    result.unverifiable = question;
    cache.remember(question, GuardrailResults{result});
    ASSERT_NE(cache.find(question), nullptr);
    EXPECT_EQ(cache.find(question)->at(0)->unverifiable, question);
    EXPECT_LE(cache.bytes(), 4'000u);
  }
  EXPECT_EQ(cache.find("question 0"), nullptr);
}

}  // namespace
}  // namespace auditor::judgement_test
