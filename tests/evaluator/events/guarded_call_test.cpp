#include "evaluator/events/guarded_call.h"

#include <gtest/gtest.h>

#include "tests/evaluator/account/instants.h"

namespace auditor::guarded_call_test {
namespace {

std::vector<Guardrail> guardrails() {
  std::vector<Guardrail> rails(3);
  rails[0].identity_actions = rails[0].resource_actions = {"ecr:BatchDeleteImage"};
  rails[1].identity_actions = {"ecr:GetAuthorizationToken"};
  rails[2].resource_actions = {"ecr:BatchGetImage", "ecr:batchdeleteimage"};
  return rails;
}

CloudTrailEvent delete_image() {
  CloudTrailEvent call(instant_of("2026-03-01T08:00:00Z"), "e-1");
  call.source = "ecr.amazonaws.com";
  call.name = "BatchDeleteImage";
  call.region = "eu-west-1";
  call.account = "111122223333";
  call.account_is_recipient = true;
  call.request.present = true;
  call.request.repository_name = "team/app";
  call.actor.type = "AssumedRole";
  call.actor.arn = "arn:aws:sts::111122223333:assumed-role/deployer/ci";
  call.actor.role_arn = "arn:aws:iam::111122223333:role/ci/deployer";
  return call;
}

CloudTrailEvent lifecycle_deletion() {
  CloudTrailEvent event = delete_image();
  event.name = "PolicyExecutionEvent";
  event.request = {};
  event.actor = {};
  event.actor.invoked_by = "AWS Internal";
  event.resource_arns = {"arn:aws:ecr:eu-west-1:111122223333:repository/team/app"};
  event.lifecycle_deletions = 2;
  return event;
}

GuardedCall expect_call(const CloudTrailEvent& event) {
  const auto call = guarded_call(event, guardrails());
  EXPECT_TRUE(call.has_value());
  return call.value_or(GuardedCall{});
}

TEST(GuardedActions, AreTheCallsOfWhatGuardrailsGuard) {
  const GuardedActions guarded{guardrails()};
  EXPECT_TRUE(guarded.contains("ecr.amazonaws.com", "BatchDeleteImage"));
  EXPECT_TRUE(guarded.contains("ecr.amazonaws.com", "PolicyExecutionEvent"));
  EXPECT_TRUE(guarded.contains("ecr.amazonaws.com", "GetAuthorizationToken"));
  EXPECT_FALSE(guarded.contains("ecr.amazonaws.com", "DeleteRepository"));
  EXPECT_FALSE(guarded.contains("ecr-public.amazonaws.com", "BatchDeleteImage"));
  EXPECT_FALSE(GuardedActions().contains("ecr.amazonaws.com", "BatchDeleteImage"));
}

TEST(GuardedActions, HaveNoLifecycleWithoutImageDeletion) {
  std::vector<Guardrail> rails = guardrails();
  rails.erase(rails.begin());
  rails.back().resource_actions.pop_back();
  EXPECT_FALSE(GuardedActions(rails).contains("ecr.amazonaws.com", "PolicyExecutionEvent"));
  EXPECT_FALSE(guarded_call(lifecycle_deletion(), rails).has_value());
}

TEST(GuardedCall, SaysWhoDidWhatToWhich) {
  CloudTrailEvent event = delete_image();
  event.actor.mfa = true;
  const GuardedCall call = expect_call(event);
  EXPECT_EQ(call.action, "ecr:BatchDeleteImage");
  EXPECT_EQ(call.guardrails, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(call.account, (AccountKey{"aws", "111122223333"}));
  EXPECT_EQ(call.caller.kind, CallerKind::role);
  EXPECT_EQ(call.caller.id, "arn:aws:iam::111122223333:role/ci/deployer");
  EXPECT_EQ(call.caller.account, "111122223333");
  EXPECT_EQ(call.resource, "arn:aws:ecr:eu-west-1:111122223333:repository/team/app");
  EXPECT_EQ(call.mfa, true);
  EXPECT_FALSE(call.failed);
  EXPECT_FALSE(call.is_lifecycle());
}

TEST(GuardedCall, OfAnotherAccountsRepositoryStandsInBothTrails) {
  CloudTrailEvent event = delete_image();
  event.request.registry_id = "444455556666";
  for (const char* recipient : {"111122223333", "444455556666"}) {
    event.account = recipient;
    const GuardedCall call = expect_call(event);
    EXPECT_EQ(call.account.account, recipient);
    EXPECT_EQ(call.resource, "arn:aws:ecr:eu-west-1:444455556666:repository/team/app");
    EXPECT_EQ(call.caller.account, "111122223333");
  }
}

TEST(GuardedCall, MayNameNoResource) {
  CloudTrailEvent event = delete_image();
  event.name = "GetAuthorizationToken";
  event.request = {};
  const GuardedCall call = expect_call(event);
  EXPECT_EQ(call.guardrails, std::vector<std::size_t>{1});
  EXPECT_EQ(call.resource, "");
}

TEST(GuardedCall, HasNoResourceOfAnUnlawfulName) {
  CloudTrailEvent event = delete_image();
  event.request.repository_name = "a:*";
  EXPECT_EQ(expect_call(event).resource, "");
}

TEST(GuardedCall, ThatFailedIsAnAttemptUnlessItWasThrottled) {
  CloudTrailEvent event = delete_image();
  for (const char* code : {"AccessDenied", "RepositoryNotFoundException"}) {
    event.error_code = code;
    EXPECT_TRUE(expect_call(event).failed);
  }
  event.error_code = "ThrottlingException";
  EXPECT_FALSE(guarded_call(event, guardrails()).has_value());
}

TEST(GuardedCall, OfAnUnguardedActionIsNone) {
  CloudTrailEvent event = delete_image();
  event.name = "PutImage";
  EXPECT_FALSE(guarded_call(event, guardrails()).has_value());
  event = delete_image();
  event.source = "ecr-public.amazonaws.com";
  EXPECT_FALSE(guarded_call(event, guardrails()).has_value());
}

TEST(LifecycleDeletion, IsOfTheRepository) {
  const GuardedCall call = expect_call(lifecycle_deletion());
  EXPECT_TRUE(call.is_lifecycle());
  EXPECT_EQ(call.action, "ecr:BatchDeleteImage");
  EXPECT_EQ(call.repository, (Subject{EntityKind::repository,
                                      "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
                                      "111122223333", "eu-west-1"}));
  EXPECT_TRUE(principal_of(call.caller) == Principal(ServicePrincipal{"ecr.amazonaws.com"}));
}

TEST(LifecycleDeletion, OfNoImageIsNone) {
  CloudTrailEvent event = lifecycle_deletion();
  event.lifecycle_deletions = 0;
  EXPECT_FALSE(guarded_call(event, guardrails()).has_value());
}

}  // namespace
}  // namespace auditor::guarded_call_test
