#include "evaluator/events/caller.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/evaluator/account/instants.h"

namespace auditor::caller_test {
namespace {

constexpr const char* own_account = "111122223333";

CloudTrailEvent event_of(Actor actor) {
  CloudTrailEvent event(instant_of("2026-03-01T08:00:00Z"), "e-1");
  event.source = "ecr.amazonaws.com";
  event.region = "eu-west-1";
  event.account = own_account;
  event.account_is_recipient = true;
  event.actor = std::move(actor);
  return event;
}

Actor actor(std::string type, std::string arn, std::string account) {
  Actor made;
  made.type = std::move(type);
  made.arn = std::move(arn);
  made.account = std::move(account);
  return made;
}

struct Case {
  Actor actor;
  CallerKind kind;
  std::string id;
  std::string account;
  Principal principal;
};

Actor with(Actor made, std::string Actor::* member, std::string value) {
  made.*member = std::move(value);
  return made;
}

std::vector<Case> cases() {
  const std::string user = "arn:aws:iam::111122223333:user/people/ann";
  const std::string role = "arn:aws:iam::111122223333:role/ci/deployer";
  const std::string session = "arn:aws:sts::111122223333:assumed-role/deployer/ci";
  const std::string root = "arn:aws:iam::111122223333:root";
  const std::string federated = "arn:aws:sts::111122223333:federated-user/ann";
  const std::string odd = "arn:aws:sts::111122223333:user/ann";
  const std::string person = "544894e8-80c1-707f-60e3-3ba6510dfac1";
  const std::string person_arn = "arn:aws:identitystore:::user/" + person;
  return {
      {actor("IAMUser", user, own_account), CallerKind::user, user, own_account,
       ArnPrincipal{user}},
      {with(actor("AssumedRole", session, own_account), &Actor::role_arn, role), CallerKind::role,
       role, own_account, ArnPrincipal{role}},
      {actor("AssumedRole", session, own_account), CallerKind::role, session, own_account,
       ArnPrincipal{session}},
      // A session on behalf of a person is the role's: policies decide about the role.
      {with(with(actor("AssumedRole", session, own_account), &Actor::role_arn, role),
            &Actor::on_behalf_of, person),
       CallerKind::role, role, own_account, ArnPrincipal{role}},
      {actor("Root", root, own_account), CallerKind::root, root, own_account, ArnPrincipal{root}},
      {actor("Root", "", own_account), CallerKind::root, root, own_account, ArnPrincipal{root}},
      {actor("FederatedUser", federated, own_account), CallerKind::federated_user, federated,
       own_account, ArnPrincipal{federated}},
      {with(actor("IdentityCenterUser", "", own_account), &Actor::on_behalf_of, person),
       CallerKind::identity_center_user, person_arn, own_account,
       OtherPrincipal{"IdentityCenterUser", person_arn}},
      {with(actor("IdentityCenterUser", "", own_account), &Actor::on_behalf_of, "a:b/*"),
       CallerKind::identity_center_user, "unknown", own_account,
       OtherPrincipal{"IdentityCenterUser", "unknown"}},
      {with(actor("AWSService", "", ""), &Actor::invoked_by, "lambda.amazonaws.com"),
       CallerKind::service, "lambda.amazonaws.com", "", ServicePrincipal{"lambda.amazonaws.com"}},
      {with(actor("", "", own_account), &Actor::invoked_by, "AWS Internal"), CallerKind::service,
       "AWS Internal", own_account, ServicePrincipal{"AWS Internal"}},
      {actor("AWSService", "", ""), CallerKind::service, "unknown", "",
       ServicePrincipal{"unknown"}},
      {actor("AWSAccount", "", "444455556666"), CallerKind::account, "444455556666", "444455556666",
       OtherPrincipal{"Account", "444455556666"}},
      {actor("AWSAccount", "arn:aws:iam::444455556666:root", "444455556666"), CallerKind::account,
       "444455556666", "444455556666", OtherPrincipal{"Account", "444455556666"}},
      {with(actor("AWSAccount", "", "444455556666"), &Actor::principal_id, "AROAEXAMPLE:i-1"),
       CallerKind::account, "444455556666", "444455556666",
       OtherPrincipal{"Account", "444455556666"}},
      {actor("", "", own_account), CallerKind::account, own_account, own_account,
       OtherPrincipal{"Account", own_account}},
      {actor("Unknown", "", own_account), CallerKind::account, own_account, own_account,
       OtherPrincipal{"Account", own_account}},
      {with(actor("Directory", "", own_account), &Actor::principal_id, "d-1:eva"),
       CallerKind::unknown, "d-1:eva", own_account, OtherPrincipal{"Unknown", "d-1:eva"}},
      {with(actor("IAMUser", "", own_account), &Actor::principal_id, "AIDAEXAMPLE"),
       CallerKind::unknown, "AIDAEXAMPLE", own_account, OtherPrincipal{"Unknown", "AIDAEXAMPLE"}},
      {with(with(actor("SAMLUser", "", ""), &Actor::principal_id, "SampleUkh1i4=:eva"),
            &Actor::identity_provider, "SampleUkh1i4="),
       CallerKind::federated, "SampleUkh1i4=:eva", "", FederatedPrincipal{"SampleUkh1i4="}},
      {with(actor("WebIdentityUser", "", ""), &Actor::principal_id, "accounts.google.com:app:1"),
       CallerKind::federated, "accounts.google.com:app:1", "",
       FederatedPrincipal{"accounts.google.com:app:1"}},
      {actor("AWSAccount", "", "ANONYMOUS_PRINCIPAL"), CallerKind::anonymous, "anonymous", "",
       AnonymousPrincipal{}},
      {actor("AWSAccount", "", "anonymous"), CallerKind::anonymous, "anonymous", "",
       AnonymousPrincipal{}},
      {actor("AWSAccount", "", "4444"), CallerKind::unknown, "unknown", "",
       OtherPrincipal{"Unknown", "unknown"}},
      {actor("Root", "", "4444"), CallerKind::unknown, "unknown", "",
       OtherPrincipal{"Unknown", "unknown"}},
      {actor("IAMUser", "arn:aws:iam::4444:root", "4444"), CallerKind::unknown,
       "arn:aws:iam::4444:root", "", OtherPrincipal{"Unknown", "arn:aws:iam::4444:root"}},
      {actor("IAMUser", odd, own_account), CallerKind::unknown, odd, own_account,
       OtherPrincipal{"Unknown", odd}},
      {actor("IAMUser", "no arn", own_account), CallerKind::account, own_account, own_account,
       OtherPrincipal{"Account", own_account}},
      {Actor(), CallerKind::unknown, "unknown", "", OtherPrincipal{"Unknown", "unknown"}},
  };
}

TEST(Caller, IsWhatTheEventSaysAndNoMore) {
  for (const Case& one : cases()) {
    const Caller caller = caller_of(event_of(one.actor));
    const std::string name = one.actor.type + " " + one.actor.arn + " " + one.actor.account;
    EXPECT_EQ(to_string(caller.kind), to_string(one.kind)) << name;
    EXPECT_EQ(caller.id, one.id) << name;
    EXPECT_EQ(caller.account, one.account) << name;
    EXPECT_TRUE(principal_of(caller) == one.principal) << name;
  }
}

// Every type of userIdentity, each of its parts there, missing and malformed.
TEST(Caller, IsRootOnlyWhereTheEventSaysRoot) {
  const char* const types[] = {"",
                               "Root",
                               "IAMUser",
                               "AssumedRole",
                               "Role",
                               "Directory",
                               "AWSAccount",
                               "FederatedUser",
                               "AWSService",
                               "SAMLUser",
                               "Unknown",
                               "WebIdentityUser",
                               "IdentityCenterUser",
                               "SomethingNew"};
  const char* const texts[] = {"", "x", "a b:/*"};
  for (const char* type : types) {
    for (const char* account : {"", "111122223333", "4444", "anonymous"}) {
      for (unsigned bits = 0; bits < 3 * 3 * 3 * 3; ++bits) {
        Actor made = actor(type, texts[bits % 3], account);
        made.principal_id = texts[bits / 3 % 3];
        made.invoked_by = texts[bits / 9 % 3];
        made.on_behalf_of = texts[bits / 27];
        const Caller caller = caller_of(event_of(made));
        const bool is_root = std::string(type) == "Root" && caller.account == own_account;
        EXPECT_EQ(caller.kind == CallerKind::root, is_root) << type << bits;
        EXPECT_EQ(caller.id.ends_with(":root"), is_root) << type << bits;
        EXPECT_FALSE(caller.id.empty()) << type << bits;
        // Nothing of the trail's own account, unless the event says that it is the caller's.
        if (std::string(account) != own_account) {
          EXPECT_FALSE(caller.id.contains(own_account)) << type << bits;
          EXPECT_EQ(caller.account, "") << type << bits;
        }
        if (caller.id == "unknown") {
          EXPECT_NE(doubt_about(caller, made), "") << type << bits;
        }
      }
    }
  }
}

TEST(Caller, WhatIsOpenAboutItIsSaid) {
  const auto doubt = [](const Actor& made) { return doubt_about(caller_of(event_of(made)), made); };
  EXPECT_EQ(doubt(actor("AWSAccount", "", "444455556666")),
            "the event names the account of who called, and no more");
  EXPECT_EQ(doubt(actor("AWSAccount", "", "4444")),
            "the event does not say who called, only that the type is `AWSAccount`; its account id "
            "`4444` is not valid");
  EXPECT_EQ(doubt(Actor()), "the event does not say who called");
  EXPECT_EQ(doubt(actor("Root", "", own_account)), "");
}

TEST(Caller, OnlyThoseThatPoliciesNameAreAskedAboutAsHolders) {
  for (const Case& one : cases()) {
    const Caller caller = caller_of(event_of(one.actor));
    EXPECT_EQ(policy_holder(caller).has_value(),
              std::holds_alternative<ArnPrincipal>(principal_of(caller)));
  }
}

}  // namespace
}  // namespace auditor::caller_test
