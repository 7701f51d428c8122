#include "evaluator/audit/audit.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "evaluator/audit/account_audit.h"
#include "evaluator/audit/open_findings.h"
#include "evaluator/audit/seen_events.h"
#include "evaluator/audit/subject_evaluation.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::audit_test {
namespace {

constexpr const char* allow_delete =
    R"({"Version":"2012-10-17","Statement":[
      {"Sid":"Ops","Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]})";
constexpr const char* allow_s3 =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";

constexpr const char* catalogue_text = R"({"snapshot":"2026-01-01","services":["ecr"],"policies":{
  "Grows":{"version":"v1"},
  "Delete":{"version":"v1","at":[0],"statements":[
    {"Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]}}})";
constexpr const char* newer_catalogue_text =
    R"({"snapshot":"2026-02-01","services":["ecr"],"policies":{
  "Grows":{"version":"v2","at":[0],"statements":[
    {"Effect":"Allow","Action":"ecr:DeleteRepository","Resource":"*"}]},
  "Delete":{"version":"v2"}}})";

Guardrail guardrail(std::string id, std::vector<std::string> identity_actions) {
  Guardrail guardrail;
  guardrail.summary.id = std::move(id);
  guardrail.summary.title = "title of " + guardrail.summary.id;
  guardrail.summary.severity = Severity::high;
  guardrail.identity_actions = std::move(identity_actions);
  return guardrail;
}

CloudTrailEvent iam_event(std::string name, int second) {
  CloudTrailEvent event(second_of(1'767'225'600 + second), "event-" + std::to_string(second));
  event.name = std::move(name);
  event.source = "iam.amazonaws.com";
  event.region = "us-east-1";
  event.account = "111122223333";
  event.account_is_recipient = true;
  event.request.present = true;
  return event;
}

CloudTrailEvent put_role_policy(int second, const char* document) {
  CloudTrailEvent event = iam_event("PutRolePolicy", second);
  event.request.role_name = "dev";
  event.request.policy_name = "p";
  event.request.policy_document = document;
  return event;
}

CloudTrailEvent attach(int second, const std::string& policy, const std::string& role = "dev") {
  CloudTrailEvent event = iam_event("AttachRolePolicy", second);
  event.request.role_name = role;
  event.request.policy_arn = "arn:aws:iam::aws:policy/" + policy;
  return event;
}

CloudTrailEvent delete_role(int second) {
  CloudTrailEvent event = iam_event("DeleteRole", second);
  event.request.role_name = "dev";
  return event;
}

Fact seeded(std::int64_t time) {
  return {account_entity, {Attribute::seeded, true, {}, stamp(time, "seed"), {}, nullptr}, {}};
}

class AuditTest : public testing::Test {
 protected:
  AuditResult audited(const CloudTrailEvent& event) {
    const auto change = account_change(event, matters_under(guardrails_));
    EXPECT_TRUE(change);
    return audit(event, *change, state_, rules(), cache_);
  }

  AuditResult audited_again(const std::vector<Guardrail>& guardrails, std::string_view fingerprint,
                            const ManagedPolicies& catalogue) {
    VerdictCache cache(2);
    return audit_account({"aws", "111122223333"}, state_,
                         {guardrails, catalogue, fingerprint, catalogue.snapshot()}, cache);
  }

  AuditRules rules() const { return {guardrails_, catalogue_, "one", catalogue_.snapshot()}; }

  std::vector<Guardrail> guardrails_{guardrail("G-2", {"ecr:DeleteRepository", "ecr:PutImage"}),
                                     guardrail("G-1", {"ecr:DeleteRepository"})};
  ManagedPolicies catalogue_ = *ManagedPolicies::parse(catalogue_text);
  VerdictCache cache_{1};
  AccountState state_;
};

TEST_F(AuditTest, OpenFindingSaysWhatBecamePossibleThroughWhichEvent) {
  const AuditResult result = audited(put_role_policy(1, allow_delete));
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.findings[0].guardrail.id, "G-1");
  EXPECT_EQ(result.findings[1].guardrail.id, "G-2");
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.kind, FindingKind::grant);
  EXPECT_EQ(finding.status, FindingStatus::open);
  EXPECT_EQ(finding.cause, Cause::event);
  EXPECT_EQ(finding.event.id, "event-1");
  EXPECT_EQ(finding.id,
            finding_id("G-1", FindingKind::grant, "arn:aws:iam::111122223333:role/dev"));
  EXPECT_EQ(finding.evidence.actions, std::vector<std::string>{"ecr:DeleteRepository"});
  ASSERT_TRUE(finding.evidence.witness);
  ASSERT_TRUE(finding.new_access);
  EXPECT_EQ(finding.new_access->actions, finding.evidence.actions);
  EXPECT_EQ(finding.new_access->witness, finding.evidence.witness);
  const std::vector<GrantedBy> expected{
      {DocumentKind::inline_, "p", "", "", 0, "Ops", "/Statement/0"}};
  EXPECT_EQ(finding.evidence.granted_by, expected);
}

TEST_F(AuditTest, ResolvedFindingNamesItsEventAndHasNoProof) {
  audited(put_role_policy(1, allow_delete));
  const AuditResult result = audited(put_role_policy(2, allow_s3));
  ASSERT_EQ(result.findings.size(), 2u);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.status, FindingStatus::resolved);
  EXPECT_EQ(finding.event.id, "event-2");
  EXPECT_FALSE(finding.evidence.witness);
  EXPECT_FALSE(finding.new_access);
  EXPECT_TRUE(finding.evidence.granted_by.empty());
  EXPECT_EQ(finding.evidence.actions, std::vector<std::string>{"ecr:DeleteRepository"});
}

TEST_F(AuditTest, ComplianceIsSaidOfEverySubjectAndRestsOnItsNewestEvent) {
  const AuditResult harmless = audited(put_role_policy(1, allow_s3));
  ASSERT_EQ(harmless.compliance.size(), 2u);
  EXPECT_EQ(harmless.compliance[0].status, ComplianceStatus::compliant);
  EXPECT_EQ(harmless.compliance[0].as_of_event_id, "event-1");
  EXPECT_EQ(harmless.compliance[0].as_of_time, instant_of("2026-01-01T00:00:01Z"));
  // The same is true, and it is known of a later instant.
  const AuditResult later = audited(put_role_policy(2, allow_s3));
  ASSERT_EQ(later.compliance.size(), 2u);
  EXPECT_EQ(later.compliance[0].as_of_event_id, "event-2");
  EXPECT_TRUE(audited(put_role_policy(2, allow_s3)).compliance.empty());
  const AuditResult gone = audited(delete_role(3));
  ASSERT_EQ(gone.compliance.size(), 2u);
  EXPECT_TRUE(gone.compliance[0].is_gone);
}

TEST_F(AuditTest, RepeatedEventChangesNothingAndSaysNothing) {
  audited(put_role_policy(1, allow_delete));
  const AuditResult result = audited(put_role_policy(1, allow_delete));
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.compliance.empty());
  EXPECT_TRUE(result.changes.empty());
}

TEST_F(AuditTest, ChangesCanBeUndone) {
  const AuditResult first = audited(put_role_policy(1, allow_delete));
  for (std::size_t i = first.changes.size(); i-- > 0;) state_.rollback(first.changes[i]);
  EXPECT_TRUE(state_.empty());
}

TEST_F(AuditTest, WhatWasUndoneBeforeItArrivedIsToldWithBothEvents) {
  audited(delete_role(9));
  const AuditResult result = audited(attach(5, "Delete"));
  ASSERT_EQ(result.findings.size(), 4u);
  EXPECT_EQ(result.findings[0].status, FindingStatus::open);
  EXPECT_EQ(result.findings[0].event.id, "event-5");
  EXPECT_EQ(result.findings[1].status, FindingStatus::resolved);
  EXPECT_EQ(result.findings[1].id, result.findings[0].id);
  EXPECT_EQ(result.findings[1].event.id, "event-9");
  EXPECT_EQ(result.findings[1].event.time.text(), "2026-01-01T00:00:09Z");
  EXPECT_TRUE(open_findings(state_).empty());
  EXPECT_TRUE(audited(attach(5, "Delete")).findings.empty()) << "told again";
}

TEST_F(AuditTest, WhatWasUndoneSinceIsNotToldAgain) {
  audited(attach(5, "Delete"));
  audited(delete_role(9));
  EXPECT_TRUE(audited(attach(5, "Delete")).findings.empty());
}

TEST_F(AuditTest, EventsWithoutALawfulIdAreNotNoted) {
  for (const std::string& id : {std::string(), std::string(seen_id_bytes_max + 1, 'i')}) {
    CloudTrailEvent event = attach(5, "Delete");
    event.id = id;
    audited(event);
    EXPECT_FALSE(was_seen(event, state_));
    EXPECT_TRUE(state_.find(account_entity)->of(Attribute::seen).empty());
  }
}

TEST_F(AuditTest, SeenEventsAreBounded) {
  const auto seen = [this] { return state_.find(account_entity)->of(Attribute::seen).size(); };
  for (int i = 1; i <= int{seen_events_max}; ++i) {
    audited(attach(i, "Delete"));
    ASSERT_LE(seen(), seen_events_max);
  }
  EXPECT_EQ(seen(), seen_events_max);
  audited(attach(seen_events_max + 1, "Delete"));
  EXPECT_EQ(seen(), seen_events_max / 2 + 1);
  EXPECT_EQ(find_note(state_, Attribute::seen, "event-1"), nullptr);
  EXPECT_NE(find_note(state_, Attribute::seen, "event-" + std::to_string(seen_events_max + 1)),
            nullptr);
}

TEST_F(AuditTest, WhatIsOpenIsNoted) {
  audited(put_role_policy(1, allow_delete));
  const auto open = open_findings(state_);
  ASSERT_EQ(open.size(), 2u);
  for (const auto& [id, finding] : open) {
    EXPECT_EQ(finding.arn, "arn:aws:iam::111122223333:role/dev");
    EXPECT_EQ(finding.type, EntityKind::role);
    EXPECT_EQ(id, finding_id(finding.guardrail, finding.kind, finding.arn));
  }
  audited(delete_role(2));
  EXPECT_TRUE(open_findings(state_).empty());
}

TEST_F(AuditTest, NewerCatalogueOpensAndResolves) {
  audited(attach(1, "Delete", "a"));
  audited(attach(2, "Grows", "b"));
  EXPECT_TRUE(audited_again(guardrails_, "one", catalogue_).findings.empty());
  const ManagedPolicies newer = *ManagedPolicies::parse(newer_catalogue_text);
  const AuditResult result = audited_again(guardrails_, "one", newer);
  ASSERT_EQ(result.findings.size(), 4u);
  EXPECT_EQ(result.findings[0].status, FindingStatus::resolved);
  EXPECT_EQ(result.findings[0].subject.arn, "arn:aws:iam::111122223333:role/a");
  EXPECT_EQ(result.findings[0].guardrail.title, "title of G-1");
  EXPECT_EQ(result.findings[2].status, FindingStatus::open);
  EXPECT_EQ(result.findings[2].subject.arn, "arn:aws:iam::111122223333:role/b");
  for (const Finding& finding : result.findings) {
    EXPECT_EQ(finding.cause, Cause::catalogue);
    EXPECT_EQ(finding.event.time.text(), "2026-02-01T00:00:00Z");
    EXPECT_EQ(finding.event.account, "111122223333");
  }
  EXPECT_EQ(result.compliance.size(), 4u);
  EXPECT_TRUE(audited_again(guardrails_, "one", newer).findings.empty());
}

TEST_F(AuditTest, OtherGuardrailsResolveAndOpen) {
  audited(put_role_policy(1, allow_delete));
  const std::vector<Guardrail> others{guardrail("G-2", {"ecr:DeleteRepository"}),
                                      guardrail("G-3", {"ecr:DeleteRepository"})};
  const AuditResult result = audited_again(others, "two", catalogue_);
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.findings[0].guardrail.id, "G-1");
  EXPECT_EQ(result.findings[0].status, FindingStatus::resolved);
  EXPECT_EQ(result.findings[1].guardrail.id, "G-3");
  EXPECT_EQ(result.findings[1].status, FindingStatus::open);
  EXPECT_EQ(result.findings[1].cause, Cause::guardrails);
  EXPECT_EQ(result.findings[1].event.time.text(), "2026-01-01T00:00:01Z");
  std::map<std::string, bool> is_gone;
  for (const ComplianceRecord& record : result.compliance) {
    is_gone[record.guardrail.id] = record.is_gone;
  }
  EXPECT_EQ(is_gone, (std::map<std::string, bool>{{"G-1", true}, {"G-2", false}, {"G-3", false}}));
}

TEST_F(AuditTest, SeedThatTeachesAPathEndsWhatWasSaidOfTheGuessedName) {
  audited(put_role_policy(1, allow_s3));
  state_.restore({{EntityKind::role, {}, "dev"},
                  {Attribute::created,
                   true,
                   {},
                   stamp(1'767'225'600, "seed"),
                   "arn:aws:iam::111122223333:role/team/dev",
                   nullptr},
                  {}});
  state_.restore(seeded(1'767'225'600));
  std::map<std::string, bool> is_gone;
  for (const auto& record : audited_again(guardrails_, "one", catalogue_).compliance) {
    is_gone[record.subject.arn + " " + record.guardrail.id] = record.is_gone;
  }
  const std::string account = "arn:aws:iam::111122223333:role/";
  EXPECT_EQ(is_gone, (std::map<std::string, bool>{{account + "dev G-1", true},
                                                  {account + "dev G-2", true},
                                                  {account + "team/dev G-1", false},
                                                  {account + "team/dev G-2", false}}));
}

TEST_F(AuditTest, SeedIsJudgedOnceAndReportedAtItsTime) {
  Fact policy{{EntityKind::role, {}, "dev"},
              {Attribute::inline_policy, true, "p", stamp(1'767'225'600, "seed"), {}, nullptr},
              {}};
  policy.entry.document = std::make_shared<const KeptDocument>(
      KeptDocument{allow_delete, *parse_policy_document(allow_delete, PolicyKind::identity)});
  state_.restore(policy);
  state_.restore(seeded(1'767'225'600));
  const AuditResult result = audited_again(guardrails_, "one", catalogue_);
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.findings[0].cause, Cause::seed);
  EXPECT_EQ(result.findings[0].event.time.text(), "2026-01-01T00:00:00Z");
  EXPECT_TRUE(audited_again(guardrails_, "one", catalogue_).compliance.empty());
  state_.restore(seeded(1'767'225'700));
  const AuditResult again = audited_again(guardrails_, "one", catalogue_);
  EXPECT_TRUE(again.findings.empty());
  EXPECT_EQ(again.compliance.size(), 2u);
}

}  // namespace
}  // namespace auditor::audit_test
