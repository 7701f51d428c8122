#include "evaluator/audit/use_audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "evaluator/audit/audit.h"
#include "evaluator/audit/call_acceptance.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/use_window.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::use_audit_test {
namespace {

constexpr const char* guardrails_text = R"(
- id: G-1
  severity: high
  actions: [ecr:DeleteRepository, ecr:BatchDeleteImage]
  authorized_principals:
    - arn:aws:iam::*:role/registry-admin
    - service:replication.ecr.amazonaws.com
    - "444455556666"
  accepted_when:
    - condition: {Bool: {aws:MultiFactorAuthPresent: "true"}}
    - limited_to_owner_by: [ecr:ResourceTag/*]
- id: G-2
  actions: {identity: [ecr:GetAuthorizationToken]}
  accepted_when:
    - condition: {StringEquals: {aws:PrincipalOrgID: o-exampleorgid}}
)";

CloudTrailEvent call(std::string name, int second) {
  CloudTrailEvent event(second_of(1'767'225'600 + second), "event-" + std::to_string(second));
  event.name = std::move(name);
  event.source = "ecr.amazonaws.com";
  event.region = "eu-west-1";
  event.account = "111122223333";
  event.account_is_recipient = true;
  event.request.present = true;
  event.request.repository_name = "app";
  event.actor.type = "IAMUser";
  event.actor.arn = "arn:aws:iam::111122223333:user/eva";
  event.actor.account = "111122223333";
  return event;
}

class UseAuditTest : public testing::Test {
 protected:
  std::vector<Finding> used(const CloudTrailEvent& event) {
    const AuditRules rules{guardrails_, catalogue_, "one", "two"};
    return audit_use(event, {"aws", "111122223333"}, state_, rules, cache_).findings;
  }

  // Asked twice: the second answer is a remembered one.
  bool is_accepted(const CloudTrailEvent& event) {
    const auto call = guarded_call(event, guardrails_);
    EXPECT_TRUE(call);
    const Refusals refusals = refusals_of(*call, guardrails_, cache_);
    EXPECT_EQ(refusals_of(*call, guardrails_, cache_), refusals);
    return std::ranges::find(refusals, call->guardrails.at(0)) == refusals.end();
  }

  std::size_t windows() const {
    const Entity* account = state_.find(account_entity);
    return account == nullptr ? 0 : account->of(Attribute::use).size();
  }

  std::vector<Guardrail> guardrails_ = parse_guardrails(guardrails_text, "test").guardrails;
  ManagedPolicies catalogue_ =
      *ManagedPolicies::parse(R"({"snapshot":"2026-01-01","services":["ecr"],"policies":{}})");
  VerdictCache cache_{1};
  AccountState state_;
};

TEST_F(UseAuditTest, FindingSaysWhoDidWhatToWhatUnderTheSharedId) {
  CloudTrailEvent event = call("DeleteRepository", 1);
  event.shared_id = "shared";
  event.actor.mfa = false;
  const auto findings = used(event);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.kind, FindingKind::usage);
  EXPECT_EQ(finding.status, FindingStatus::open);
  EXPECT_EQ(finding.guardrail.severity, Severity::high);
  EXPECT_EQ(finding.subject.arn, event.actor.arn);
  EXPECT_EQ(finding.subject.type, "user");
  EXPECT_EQ(finding.id, finding_id("G-1", FindingKind::usage, event.actor.arn, "shared"));
  EXPECT_EQ(finding.evidence.actions, std::vector<std::string>{"ecr:DeleteRepository"});
  EXPECT_EQ(finding.uses, 1u);
  const Request expected{ArnPrincipal{event.actor.arn},
                         "ecr:DeleteRepository",
                         "arn:aws:ecr:eu-west-1:111122223333:repository/app",
                         {{"aws:MultiFactorAuthPresent", "false"}}};
  EXPECT_EQ(finding.evidence.witness, expected);
  EXPECT_EQ(finding.event.id, "event-1");
}

TEST_F(UseAuditTest, AttemptsAndLifecycleDeletionsAreOfLowSeverity) {
  CloudTrailEvent denied = call("DeleteRepository", 1);
  denied.error_code = "AccessDeniedException";
  const auto attempts = used(denied);
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].kind, FindingKind::attempt);
  EXPECT_EQ(attempts[0].guardrail.severity, Severity::low);

  CloudTrailEvent lifecycle = call("PolicyExecutionEvent", 2);
  lifecycle.actor = {};
  lifecycle.resource_arns = {"arn:aws:ecr:eu-west-1:111122223333:repository/app"};
  lifecycle.lifecycle_deletions = 3;
  const auto deletions = used(lifecycle);
  ASSERT_EQ(deletions.size(), 1u);
  EXPECT_EQ(deletions[0].subject.type, "repository");
  EXPECT_EQ(deletions[0].guardrail.severity, Severity::low);
}

TEST_F(UseAuditTest, AcceptanceIsDecidedForWhatIsKnownOfTheRequest) {
  CloudTrailEvent event = call("DeleteRepository", 1);
  EXPECT_FALSE(is_accepted(event));
  event.actor.mfa = true;
  EXPECT_TRUE(is_accepted(event));
  event.actor.mfa = std::nullopt;
  event.actor.role_arn = "arn:aws:iam::111122223333:role/registry-admin";
  EXPECT_TRUE(is_accepted(event));
  event.actor.role_arn = "arn:aws:iam::111122223333:role/team/registry-admin";
  EXPECT_FALSE(is_accepted(event));
  event.actor.role_arn = "arn:aws:iam::444455556666:role/any";
  EXPECT_TRUE(is_accepted(event));
}

TEST_F(UseAuditTest, PrincipalsWithoutAUserOrRoleAreJudgedToo) {
  CloudTrailEvent root = call("DeleteRepository", 1);
  root.actor.type = "Root";
  root.actor.arn = "arn:aws:iam::111122223333:root";
  EXPECT_FALSE(is_accepted(root));
  root.actor.mfa = true;
  EXPECT_TRUE(is_accepted(root));
  root.actor.mfa = std::nullopt;
  root.actor.arn = "arn:aws:iam::444455556666:root";
  EXPECT_TRUE(is_accepted(root));

  CloudTrailEvent federated = call("DeleteRepository", 1);
  federated.actor.arn = "arn:aws:sts::111122223333:federated-user/eva";
  EXPECT_FALSE(is_accepted(federated));

  // No role is known behind this session, so it is not the one of the allow-list.
  CloudTrailEvent session = call("DeleteRepository", 1);
  session.actor.arn = "arn:aws:sts::111122223333:assumed-role/registry-admin/s";
  EXPECT_FALSE(is_accepted(session));

  CloudTrailEvent service = call("DeleteRepository", 1);
  service.actor = {};
  service.actor.type = "AWSService";
  service.actor.invoked_by = "replication.ecr.amazonaws.com";
  EXPECT_TRUE(is_accepted(service));
  service.actor.invoked_by = "lambda.amazonaws.com";
  EXPECT_FALSE(is_accepted(service));

  service.actor.invoked_by = "AWS Internal";  // no service that a policy could name
  EXPECT_FALSE(is_accepted(service));

  CloudTrailEvent nobody = call("DeleteRepository", 1);
  nobody.actor = {};
  EXPECT_FALSE(is_accepted(nobody));
}

TEST_F(UseAuditTest, SomebodyOfAnAccountIsAcceptedWhereEverybodyOfItIs) {
  CloudTrailEvent event = call("DeleteRepository", 1);
  const auto acts = [&](const char* type, const char* account) {
    cache_ = VerdictCache(1);  // the guardrails are others below
    event.actor = {};
    event.actor.type = type;
    event.actor.account = account;
    if (event.actor.type == "IdentityCenterUser") event.actor.on_behalf_of = "544894e8-80c1";
    return is_accepted(event);
  };
  for (const char* type : {"AWSAccount", "IdentityCenterUser", "Unknown", ""}) {
    EXPECT_TRUE(acts(type, "444455556666")) << type;
    EXPECT_FALSE(acts(type, "111122223333")) << type;
    EXPECT_FALSE(acts(type, "4444")) << type;
  }
  // Not by a pattern that would fit root, or some of the account.
  guardrails_[0].authorized_principals = {"arn:aws:iam::444455556666:ro*"};
  EXPECT_FALSE(acts("AWSAccount", "444455556666"));
  guardrails_[0].authorized_principals = {"arn:aws:iam::444455556666:role/*",
                                          "arn:aws:iam::444455556666:user/*"};
  EXPECT_FALSE(acts("AWSAccount", "444455556666"));
  guardrails_[0].authorized_principals = {"arn:aws:iam::444455556666:*"};
  EXPECT_TRUE(acts("AWSAccount", "444455556666"));
}

TEST_F(UseAuditTest, FindingShowsTheCallerAsWhatItIs) {
  CloudTrailEvent event = call("BatchDeleteImage", 1);
  event.actor = {};
  event.actor.type = "IdentityCenterUser";
  event.actor.account = "111122223333";
  event.actor.on_behalf_of = "544894e8-80c1-707f-60e3-3ba6510dfac1";
  const std::string person = "arn:aws:identitystore:::user/544894e8-80c1-707f-60e3-3ba6510dfac1";
  auto findings = used(event);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject.type, "identity_center_user");
  EXPECT_EQ(findings[0].subject.arn, person);
  EXPECT_EQ(findings[0].subject.account, "111122223333");
  EXPECT_TRUE(findings[0].evidence.witness->principal ==
              Principal(OtherPrincipal{"IdentityCenterUser", person}));

  event.id = "event-2";
  event.actor = {};
  event.actor.type = "AWSAccount";
  event.actor.account = "999988887777";
  findings = used(event);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject.type, "account");
  EXPECT_EQ(findings[0].subject.arn, "999988887777");
  EXPECT_EQ(findings[0].evidence.notes.back(),
            "the event names the account of who called, and no more");
}

TEST_F(UseAuditTest, WhatTheEventDoesNotSayIsTakenAgainstIt) {
  CloudTrailEvent token = call("GetAuthorizationToken", 1);
  token.request.repository_name.reset();
  EXPECT_FALSE(is_accepted(token));  // the organization is not in the event
  const auto findings = used(token);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].evidence.witness->resource, "*");
  token.actor.type = "Root";
  token.actor.arn = "arn:aws:iam::111122223333:root";
  EXPECT_FALSE(is_accepted(token));
}

TEST_F(UseAuditTest, GuardrailMayTurnTheReportOff) {
  guardrails_[0].reports_use = false;
  EXPECT_TRUE(used(call("DeleteRepository", 1)).empty());
  EXPECT_EQ(windows(), 0u);
}

TEST_F(UseAuditTest, AttemptedChangeLeavesNothingBehindButItsWindow) {
  CloudTrailEvent event = call("PutRolePolicy", 1);
  event.source = "iam.amazonaws.com";
  event.error_code = "AccessDenied";
  event.request.role_name = "dev";
  event.request.policy_name = "p";
  event.request.policy_document =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})";
  const auto findings = used(event);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, FindingKind::attempt);
  EXPECT_EQ(findings[0].subject.arn, "arn:aws:iam::111122223333:role/dev");
  EXPECT_EQ(findings[0].guardrail.severity, Severity::low);
  EXPECT_TRUE(findings[0].evidence.witness);
  EXPECT_FALSE(findings[0].new_access);
  EXPECT_NE(findings[0].evidence.notes.back().find("AccessDenied"), std::string::npos);
  EXPECT_EQ(state_.entities().size(), 1u);
  EXPECT_EQ(windows(), 2u);
  EXPECT_TRUE(open_findings(state_).empty());
}

TEST_F(UseAuditTest, WindowsAreBounded) {
  std::vector<StateChange> changes;
  for (std::size_t i = 0; i <= use_windows_max; ++i) {
    const std::string resource = "r" + std::to_string(i);
    const UseKey key{"G-1", FindingKind::usage, "p", "a", resource};
    const Stamp at = stamp(static_cast<std::int64_t>(i), "e" + std::to_string(i));
    ASSERT_EQ(count_use(key, at, 3600, state_, changes), 1u);
    ASSERT_LE(windows(), use_windows_max);
  }
  EXPECT_EQ(windows(), use_windows_max / 2 + 1);
  for (std::size_t i = changes.size(); i-- > 0;) state_.rollback(changes[i]);
  EXPECT_TRUE(state_.empty());
}

TEST_F(UseAuditTest, ManyUsesOfOneWindowAreCountedInBoundedSpace) {
  std::vector<StateChange> changes;
  const UseKey key{"G-1", FindingKind::usage, "p", "a", "r"};
  for (int i = 0; i < 1'000; ++i) {
    count_use(key, stamp(i, "e" + std::to_string(i)), 3600, state_, changes);
  }
  EXPECT_LT(state_.find(account_entity)->of(Attribute::use)[0].value.size(), 1'200u);
  EXPECT_EQ(count_use(key, stamp(3600, "last"), 3600, state_, changes), 1'000u);
}

}  // namespace
}  // namespace auditor::use_audit_test
