#include "evaluator/decision/decision.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace auditor::decision_test {
namespace {

const Subject role{.type = EntityKind::role,
                   .arn = "arn:aws:iam::111122223333:role/dev",
                   .account = "111122223333",
                   .region = ""};
const Subject repository{.type = EntityKind::repository,
                         .arn = "arn:aws:ecr:eu-west-1:111122223333:repository/app",
                         .account = "111122223333",
                         .region = "eu-west-1"};

Guardrail guarding(std::vector<std::string> actions) {
  Guardrail guardrail;
  guardrail.summary.id = "G";
  guardrail.identity_actions = guardrail.resource_actions = std::move(actions);
  return guardrail;
}

std::string document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

std::string allow(const std::string& action, const std::string& more = "") {
  return R"({"Effect":"Allow","Resource":"*","Action":")" + action + "\"" + more + "}";
}

Verdict judge_role(const std::vector<std::string>& documents, const Guardrail& guardrail,
                   const std::optional<std::string>& boundary = {}) {
  std::vector<ParsedPolicy> policies;
  for (const std::string& text : documents) {
    policies.push_back(parse_policy_document(text, PolicyKind::identity));
  }
  std::optional<ParsedPolicy> limit;
  if (boundary) limit = parse_policy_document(*boundary, PolicyKind::identity);
  return decide({.subject = role,
                 .identity_policies = policies,
                 .permissions_boundary = limit ? &*limit : nullptr,
                 .resource_policies = {}},
                guardrail);
}

Verdict judge_resource(const Subject& subject, const std::vector<std::string>& documents,
                       const Guardrail& guardrail) {
  std::vector<ParsedPolicy> policies;
  for (const std::string& text : documents) {
    policies.push_back(parse_policy_document(text, PolicyKind::resource));
  }
  return decide({.subject = subject,
                 .identity_policies = {},
                 .permissions_boundary = nullptr,
                 .resource_policies = policies},
                guardrail);
}

const Guardrail deletion = guarding({"ecr:BatchDeleteImage", "ecr:DeleteRepository"});

TEST(Decide, NoDocumentAllowsNothing) {
  const Verdict verdict = judge_role({}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::compliant);
  EXPECT_FALSE(verdict.witness.has_value());
  EXPECT_TRUE(verdict.actions.empty());
}

TEST(Decide, OneMalformedDocumentIsUnknownWhateverTheOthersSay) {
  const Verdict verdict =
      judge_role({document(allow("ecr:*")), R"({"Statement":[],"Statment":[]})"}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::unknown);
  EXPECT_EQ(verdict.certainty, Certainty::unknown);
  EXPECT_TRUE(verdict.reason.starts_with("policy 1: ")) << verdict.reason;
  EXPECT_NE(verdict.reason.find("Statment"), std::string::npos) << verdict.reason;
}

TEST(Decide, AMalformedDocumentIsUnknownAlsoWhenItNamesNoGuardedAction) {
  EXPECT_EQ(
      judge_role({document(R"({"Effect":"allow","Action":"s3:*","Resource":"*"})")}, deletion).kind,
      VerdictKind::unknown);
}

TEST(Decide, AMalformedBoundaryIsUnknown) {
  const Verdict verdict = judge_role({document(allow("ecr:*"))}, deletion, "{}");
  EXPECT_EQ(verdict.kind, VerdictKind::unknown);
  EXPECT_TRUE(verdict.reason.starts_with("permissions boundary: ")) << verdict.reason;
}

TEST(Decide, AMalformedResourcePolicyIsUnknown) {
  const Verdict verdict = judge_resource(repository, {"nonsense"}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::unknown);
  EXPECT_TRUE(verdict.reason.starts_with("policy 0: ")) << verdict.reason;
}

TEST(Decide, ListsReachableActionsInTheGuardrailsOrderAndSpelling) {
  const std::string both =
      document(allow("ecr:deleterepository") + "," + allow("ecr:batchdelete*"));
  EXPECT_EQ(judge_role({both}, deletion).actions,
            (std::vector<std::string>{"ecr:BatchDeleteImage", "ecr:DeleteRepository"}));
  EXPECT_EQ(judge_role({both}, guarding({"ecr:DeleteRepository", "ecr:BatchDeleteImage"})).actions,
            (std::vector<std::string>{"ecr:DeleteRepository", "ecr:BatchDeleteImage"}));
  EXPECT_EQ(judge_role({document(allow("ecr:DeleteRepository"))}, deletion).actions,
            std::vector<std::string>{"ecr:DeleteRepository"});
}

TEST(Decide, WitnessIsTheSubjectsOwnRequest) {
  const Verdict verdict = judge_role({document(allow("ecr:DeleteRepository"))}, deletion);
  ASSERT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.certainty, Certainty::certain);
  EXPECT_EQ(verdict.witness->principal, Principal{ArnPrincipal{role.arn}});
  EXPECT_EQ(verdict.witness->action, "ecr:DeleteRepository");
  EXPECT_NE(verdict.witness->resource.find(":111122223333:repository/"), std::string::npos);
  EXPECT_TRUE(verdict.witness->context.empty());
}

TEST(Decide, PointsAtTheStatementThatGrants) {
  const Verdict verdict = judge_role(
      {document(allow("s3:*")),
       document(allow("ecr:Get*") + "," + allow("ecr:DeleteRepository", R"(,"Sid":"Ops")"))},
      deletion);
  ASSERT_EQ(verdict.granted_by.size(), 1u);
  EXPECT_EQ(
      verdict.granted_by[0],
      (GrantingStatement{.policy = 1, .statement = 1, .sid = "Ops", .pointer = "/Statement/1"}));
}

TEST(Decide, PointsAtALoneStatement) {
  const Verdict verdict =
      judge_role({R"({"Statement":)" + allow("ecr:DeleteRepository") + "}"}, deletion);
  ASSERT_EQ(verdict.granted_by.size(), 1u);
  EXPECT_EQ(verdict.granted_by[0].pointer, "/Statement");
}

TEST(Decide, ABoundaryLimitsButGrantsNothing) {
  const std::string all = document(allow("*"));
  const std::string reading = document(allow("ecr:Get*"));
  EXPECT_EQ(judge_role({all}, deletion, reading).kind, VerdictKind::compliant);
  EXPECT_EQ(judge_role({reading}, deletion, all).kind, VerdictKind::compliant);
  EXPECT_EQ(judge_role({all}, deletion, all).kind, VerdictKind::violation);
  EXPECT_EQ(judge_role({all}, deletion, document("")).kind, VerdictKind::compliant);
}

TEST(Decide, ADenyOfTheBoundaryHolds) {
  EXPECT_EQ(
      judge_role({document(allow("*"))}, deletion,
                 document(allow("*") + R"(,{"Effect":"Deny","Action":"ecr:*","Resource":"*"})"))
          .kind,
      VerdictKind::compliant);
}

TEST(Decide, AWildcardInAGuardrailStandsForTodaysActions) {
  const Verdict verdict =
      judge_role({document(allow("ecr:BatchDeleteImage") + "," + allow("ecr:DeleteRepository"))},
                 guarding({"ecr:*Delete*"}));
  EXPECT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.actions.size(), 2u);
}

TEST(Decide, AWildcardOverOtherServicesCannotBeListed) {
  EXPECT_EQ(judge_role({document(allow("*"))}, guarding({"s3:Delete*"})).kind,
            VerdictKind::unknown);
}

TEST(Decide, ActionsWithoutAResourceNeedAStar) {
  const Guardrail token = guarding({"ecr:GetAuthorizationToken"});
  EXPECT_EQ(judge_role({document(allow("ecr:GetAuthorizationToken"))}, token).witness->resource,
            "*");
  const Verdict inert = judge_role(
      {document(
          R"({"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/a"})")},
      token);
  EXPECT_EQ(inert.kind, VerdictKind::compliant);
  ASSERT_FALSE(inert.notes.empty());
  EXPECT_NE(inert.notes[0].find("inert"), std::string::npos);
}

TEST(Decide, AnAuthorizedPrincipalIsCompliant) {
  Guardrail guardrail = deletion;
  guardrail.authorized_principals = {"arn:aws:iam::*:role/dev"};
  EXPECT_EQ(judge_role({document(allow("*"))}, guardrail).kind, VerdictKind::compliant);
  guardrail.authorized_principals = {"arn:aws:iam::*:role/de"};
  EXPECT_EQ(judge_role({document(allow("*"))}, guardrail).kind, VerdictKind::violation);
}

TEST(Decide, AnOpenPointIsAmbiguousAndNamed) {
  const Verdict verdict = judge_role({document(allow("ec?:DeleteRepository"))}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.certainty, Certainty::ambiguous);
  EXPECT_FALSE(verdict.reason.empty());
}

TEST(Decide, AnOpenPointBesideACertainGrantIsCertain) {
  const Verdict verdict = judge_role(
      {document(allow("ec?:DeleteRepository") + "," + allow("ecr:DeleteRepository"))}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.certainty, Certainty::certain);
  EXPECT_EQ(verdict.reason, "");
}

TEST(Decide, ARepositoryWitnessIsThatRepository) {
  const Verdict verdict = judge_resource(
      repository,
      {document(R"({"Effect":"Allow","Principal":"*","Action":"ecr:DeleteRepository"})")},
      deletion);
  ASSERT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.witness->resource, repository.arn);
  EXPECT_EQ(verdict.witness->principal, Principal{AnonymousPrincipal{}});
}

TEST(Decide, ANamedSessionIsTheWitness) {
  constexpr auto session = "arn:aws:sts::999988887777:assumed-role/ci/build";
  const Verdict verdict = judge_resource(
      repository,
      {document(R"({"Effect":"Allow","Action":"ecr:DeleteRepository","Principal":{"AWS":")" +
                std::string(session) + "\"}}")},
      deletion);
  ASSERT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_EQ(verdict.witness->principal, Principal{ArnPrincipal{session}});
}

TEST(Decide, ATemplatesWitnessBeginsWithItsPrefix) {
  const Subject subject{
      .type = EntityKind::template_,
      .arn = "arn:aws:ecr:eu-west-1:111122223333:repository-creation-template/prod",
      .account = "111122223333",
      .region = "eu-west-1"};
  const Verdict verdict = judge_resource(
      subject, {document(R"({"Effect":"Allow","Principal":"*","Action":"ecr:DeleteRepository"})")},
      deletion);
  ASSERT_EQ(verdict.kind, VerdictKind::violation);
  EXPECT_TRUE(
      verdict.witness->resource.starts_with("arn:aws:ecr:eu-west-1:111122223333:repository/prod/"))
      << verdict.witness->resource;
}

TEST(Decide, TheSecondResourceDocumentCountsToo) {
  const std::string none = document("");
  const std::string open =
      document(R"({"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"})");
  const Verdict verdict = judge_resource(repository, {none, open}, deletion);
  ASSERT_EQ(verdict.kind, VerdictKind::violation);
  ASSERT_EQ(verdict.granted_by.size(), 1u);
  EXPECT_EQ(verdict.granted_by[0].policy, 1u);
}

TEST(Decide, GivesTheSameVerdictTwice) {
  const std::string text =
      document(allow("ecr:*", R"(,"Condition":{"StringLike":{"aws:PrincipalTag/team":"a*b"},
               "IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})") +
               R"(,{"Effect":"Deny","Action":"*","Resource":"arn:aws:ecr:*:*:repository/a*"})");
  const Verdict first = judge_role({text}, deletion);
  const Verdict second = judge_role({text}, deletion);
  ASSERT_EQ(first.kind, VerdictKind::violation);
  EXPECT_EQ(first.witness, second.witness);
  EXPECT_EQ(first.granted_by, second.granted_by);
  EXPECT_EQ(first.actions, second.actions);
  EXPECT_EQ(first.notes, second.notes);
}

// Denies that leave one repository name out of very many: a search that cannot end in time.
// What a statement with the tag in a text allows is limited by it; what one beside it allows is
// not.
TEST(Decide, ATextThatNamesATagLimitsItsOwnStatementOnly) {
  Guardrail owned = deletion;
  owned.accepted_when.push_back({.condition = {}, .limited_to_owner_by = {"ecr:resourcetag/*"}});
  const std::string named = allow(
      "ecr:*", R"(,"Condition":{"StringEquals":{"aws:PrincipalTag/t":"${ecr:ResourceTag/t}"}})");
  const std::string tagged =
      allow("ecr:*", R"(,"Condition":{"Null":{"ecr:ResourceTag/t":"false"}})");
  const std::string differs = allow("ecr:*", R"(,"Condition":{"Null":{"ecr:ResourceTag/t":"false"},
                        "StringNotEquals":{"aws:PrincipalTag/t":"${ecr:ResourceTag/t}"}})");
  const std::string listed =
      allow("ecr:*", R"(,"Condition":{"StringEquals":{"ecr:ResourceTag/t":"a"}})");
  EXPECT_EQ(judge_role({document(named)}, owned).kind, VerdictKind::compliant);
  EXPECT_EQ(judge_role({document(named + "," + listed)}, owned).kind, VerdictKind::compliant);
  EXPECT_EQ(judge_role({document(tagged)}, owned).kind, VerdictKind::violation);
  EXPECT_NE(judge_role({document(tagged + "," + named)}, owned).kind, VerdictKind::compliant);
  EXPECT_NE(judge_role({document(differs)}, owned).kind, VerdictKind::compliant);
}

TEST(Decide, MoreNamedSessionsThanAreLookedAtAreUnknownNeverCompliant) {
  const auto session = [](const std::string& name) {
    return "\"arn:aws:sts::111122223333:assumed-role/" + name + "\"";
  };
  std::string denied = session("a/0");
  for (int i = 1; i < 70; ++i) denied += "," + session("a/" + std::to_string(i));
  const std::string statements = R"({"Effect":"Deny","Action":"ecr:*","Principal":{"AWS":[)" +
                                 denied + R"(]}},{"Effect":"Allow","Action":"ecr:*",)" +
                                 R"("Principal":{"AWS":)" + session("z/s") + "}}";
  const Verdict verdict = judge_resource(repository, {document(statements)}, deletion);
  EXPECT_EQ(verdict.kind, VerdictKind::unknown);
  EXPECT_EQ(verdict.reason, "the policies name more than 64 sessions");
}

TEST(Decide, SpentBudgetIsUnknownNeverCompliant) {
  std::string statements = allow("ecr:DeleteRepository");
  for (int i = 0; i < 16; ++i) {
    statements += R"(,{"Effect":"Deny","Action":"*","Resource":"arn:aws:ecr:*:*:repository/*)" +
                  std::string(1, static_cast<char>('a' + i)) + std::string(16, '?') + "\"}";
  }
  statements +=
      R"(,{"Effect":"Deny","Action":"*","NotResource":"arn:aws:ecr:*:*:repository/*z???????????????????*"})";
  const Verdict verdict = judge_role({document(statements)}, deletion);
  EXPECT_NE(verdict.kind, VerdictKind::compliant);
  if (verdict.kind == VerdictKind::unknown) {
    EXPECT_FALSE(verdict.reason.empty());
  }
}

// Of a service that nobody has heard of, nobody says which keys are lists. One value can be filled
// in where a variable stands, a list cannot: then an Allow is void, and so is a Deny.
TEST(Decide, AKeyThatMayBeAListIsNotTakenForOneWhereItIsFilledIn) {
  const Verdict granted = judge_role(
      {document(allow("ecr:*", R"(,"Condition":{"ForAnyValue:StringEquals":{"acme:Tier":"gold"},)"
                               R"("StringEquals":{"aws:PrincipalTag/t":"${acme:Tier}"}})"))},
      deletion);
  EXPECT_EQ(granted.kind, VerdictKind::violation);
  EXPECT_EQ(granted.certainty, Certainty::ambiguous);
  const std::string deny =
      R"(,{"Effect":"Deny","Action":"*","Resource":"*",)"
      R"("Condition":{"ForAllValues:StringEquals":{"acme:Tier":"${acme:Tier}"}}})";
  EXPECT_NE(judge_role({document(allow("ecr:*") + deny)}, deletion).kind, VerdictKind::compliant);
}

TEST(Decide, NamesItsKindsAsTheOutputsDo) {
  EXPECT_EQ(to_string(VerdictKind::compliant), "compliant");
  EXPECT_EQ(to_string(VerdictKind::violation), "violation");
  EXPECT_EQ(to_string(VerdictKind::unknown), "unknown");
  EXPECT_EQ(to_string(Certainty::certain), "certain");
  EXPECT_EQ(to_string(Certainty::ambiguous), "ambiguous");
  EXPECT_EQ(to_string(Certainty::unknown), "unknown");
}

}  // namespace
}  // namespace auditor::decision_test
