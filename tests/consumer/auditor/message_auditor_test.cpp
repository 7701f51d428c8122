#include "consumer/auditor/message_auditor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/consumer/auditor/case_files.h"

namespace auditor::message_auditor_test {
namespace {

// No guardrail forbids anything but the unknown: what is counted here is the reading.
std::shared_ptr<const Rules> rules() {
  auto rules = std::make_shared<Rules>();
  Guardrail guardrail;
  guardrail.summary.id = "TEST-1";
  guardrail.identity_actions = {"ecr:DeleteRepository"};
  rules->guardrails.push_back(std::move(guardrail));
  return rules;
}

struct Outcome {
  Audited audited;
  Counters counters;
};

Outcome audit_text(std::string_view payload) {
  MessageAuditor auditor(rules());
  Outcome outcome;
  auditor.audit({payload, "cloudtrail.events", 3, 42, 1'700'000'000'000}, outcome.audited,
                outcome.counters);
  return outcome;
}

bool adds_up(const Counters& counters) {
  return counters.events == counters.evaluated + counters.irrelevant + counters.quarantined;
}

// evaluated, irrelevant, quarantined.
struct Case {
  const char* file;
  std::uint64_t evaluated, irrelevant, quarantined;
};

constexpr Case cases[] = {
    {"iam.PutRolePolicy.json", 1, 0, 0},
    {"iam.PutUserPolicy.json", 1, 0, 0},
    {"iam.PutGroupPolicy.json", 1, 0, 0},
    {"iam.PutUserPolicy.null-parameters.json", 1, 0, 0},
    {"iam.PutRolePolicy.omitted.json", 1, 0, 0},
    {"iam.PutRolePolicy.denied.json", 1, 0, 0},
    {"iam.CreatePolicy.json", 1, 0, 0},
    {"iam.CreatePolicy.no-response.json", 1, 0, 0},
    {"iam.CreatePolicyVersion.json", 1, 0, 0},
    {"iam.AttachRolePolicy.json", 1, 0, 0},
    {"iam.AttachUserPolicy.json", 1, 0, 0},
    {"iam.AttachGroupPolicy.json", 1, 0, 0},
    {"iam.CreateRole.json", 1, 0, 0},
    {"iam.UpdateAssumeRolePolicy.json", 0, 1, 0},
    {"iam.DeleteRolePolicy.json", 1, 0, 0},
    {"ecr.SetRepositoryPolicy.json", 1, 0, 0},
    {"ecr.SetRepositoryPolicy.odd.json", 1, 0, 0},
    {"ecr.SetRepositoryPolicy.omitted.json", 1, 0, 0},
    {"ecr.SetRepositoryPolicy.foreign-copy.json", 0, 1, 0},
    {"ecr.PutRepositoryPolicy.json", 1, 0, 0},
    {"ecr.PutRegistryPolicy.json", 1, 0, 0},
    {"ecr.CreateRepositoryCreationTemplate.json", 1, 0, 0},
    {"ecr.UpdateRepositoryCreationTemplate.json", 1, 0, 0},
    {"ecr.UpdateRepositoryCreationTemplate.unchanged-policy.json", 1, 0, 0},
    {"ecr.BatchDeleteImage.json", 0, 1, 0},
    {"ecr-public.SetRepositoryPolicy.json", 1, 0, 0},
    {"sso.PutInlinePolicyToPermissionSet.json", 1, 0, 0},
    {"sso.AttachManagedPolicyToPermissionSet.json", 1, 0, 0},
    {"organizations.CreatePolicy.json", 0, 1, 0},
    {"organizations.UpdatePolicy.json", 0, 1, 0},
    {"organizations.UpdatePolicy.renamed.json", 0, 1, 0},
    {"s3.GetObject.json", 0, 1, 0},
    {"service-event.json", 0, 1, 0},
    {"envelope.log-file.json", 2, 0, 0},
    {"envelope.array.json", 2, 0, 0},
    {"envelope.gzip.json.gz", 2, 0, 0},
    {"envelope.gzip-twice.json.gz", 2, 0, 0},
    {"envelope.base64-gzip.txt", 2, 0, 0},
    {"envelope.lines.ndjson", 2, 0, 0},
    {"envelope.concatenated.json", 2, 0, 0},
    {"envelope.concatenated-pretty.json", 2, 0, 0},
    {"envelope.cloudwatch-subscription.json", 2, 0, 0},
    {"envelope.cloudwatch-control.json", 0, 1, 0},
    {"envelope.cloudwatch-lambda.json", 2, 0, 0},
    {"envelope.eventbridge.json", 1, 0, 0},
    {"envelope.kafka-connect-string.json", 1, 0, 0},
    {"envelope.kafka-connect-object.json", 1, 0, 0},
    {"envelope.json-string.json", 1, 0, 0},
    {"envelope.filebeat.json", 1, 0, 0},
    {"envelope.filebeat-log-file.json", 2, 0, 0},
    {"envelope.elastic-original.json", 1, 0, 0},
    {"envelope.logstash.json", 1, 0, 0},
    {"envelope.logstash-message.json", 1, 0, 0},
    {"envelope.vector.json", 2, 0, 0},
    {"envelope.fluent-bit.json", 1, 0, 0},
    {"envelope.lookup-events.json", 1, 0, 0},
    {"envelope.insight.json", 0, 1, 0},
    {"envelope.sns-event.json", 1, 0, 0},
    {"envelope.s3-notice.json", 0, 0, 1},
    {"envelope.sns-notice.json", 0, 0, 1},
    {"envelope.digest.json", 0, 1, 0},
    {"envelope.ocsf.json", 0, 0, 1},
    {"envelope.stranger.json", 0, 0, 1},
};

class SampleFile : public testing::TestWithParam<Case> {};

TEST_P(SampleFile, IsCountedAsItShould) {
  const Case& expected = GetParam();
  const std::string text = read_case(expected.file);
  ASSERT_FALSE(text.empty()) << expected.file;
  const Counters counters = audit_text(text).counters;
  EXPECT_EQ(counters.evaluated, expected.evaluated) << expected.file;
  EXPECT_EQ(counters.irrelevant, expected.irrelevant) << expected.file;
  EXPECT_EQ(counters.quarantined, expected.quarantined) << expected.file;
  EXPECT_TRUE(adds_up(counters)) << expected.file;
  EXPECT_EQ(counters.messages, 1U);
}

INSTANTIATE_TEST_SUITE_P(All, SampleFile, testing::ValuesIn(cases));

TEST(SampleFiles, AreAllListedAbove) {
  for (const auto& entry : std::filesystem::directory_iterator(case_directory())) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(std::ranges::any_of(cases, [&](const Case& one) { return name == one.file; }))
        << name;
  }
}

TEST(MessageAuditor, QuarantinesWithTheCoordinatesOfTheMessage) {
  const Outcome outcome = audit_text(read_case("envelope.s3-notice.json"));
  ASSERT_EQ(outcome.audited.quarantined.size(), 1U);
  const Quarantined& quarantined = outcome.audited.quarantined[0];
  EXPECT_TRUE(quarantined.reason.starts_with("pointer-not-event")) << quarantined.reason;
  EXPECT_EQ(quarantined.position.topic, "cloudtrail.events");
  EXPECT_EQ(quarantined.position.partition, 3);
  EXPECT_EQ(quarantined.position.offset, 42);
  EXPECT_EQ(quarantined.timestamp_ms, 1'700'000'000'000);
}

TEST(MessageAuditor, QuarantinesAnEmptyMessage) {
  const Outcome outcome = audit_text({});
  ASSERT_EQ(outcome.audited.quarantined.size(), 1U);
  EXPECT_TRUE(outcome.audited.quarantined[0].reason.starts_with("empty"));
  EXPECT_EQ(outcome.counters.events, 1U);
}

TEST(MessageAuditor, KeepsTheBytesOfAnUnreadableMessage) {
  const std::string bytes("\x00\xff{\"", 4);
  const Outcome outcome = audit_text(bytes);
  ASSERT_EQ(outcome.audited.quarantined.size(), 1U);
  EXPECT_EQ(outcome.audited.quarantined[0].bytes, bytes);
}

TEST(MessageAuditor, TellsAChangeThatCannotBeReadByAFinding) {
  const Outcome outcome = audit_text(read_case("iam.PutUserPolicy.null-parameters.json"));
  ASSERT_EQ(outcome.audited.findings.size(), 1U);
  const Finding& finding = outcome.audited.findings[0];
  EXPECT_EQ(finding.kind, FindingKind::unverifiable);
  EXPECT_EQ(finding.subject.arn, "arn:aws:iam::111122223333:root");
  EXPECT_EQ(finding.event.position.offset, 42);
  EXPECT_EQ(outcome.counters.findings.at("TEST-1"), 1U);
}

TEST(MessageAuditor, QuarantinesOneBadRecordAndJudgesTheRest) {
  const std::string good = read_case("iam.PutRolePolicy.json");
  const Outcome outcome = audit_text("{\"Records\":[" + good + ",{\"eventSource\":\"a\xff\"," +
                                     "\"eventName\":\"b\"}," + good + "]}");
  EXPECT_EQ(outcome.counters.evaluated, 2U);
  EXPECT_EQ(outcome.counters.quarantined, 1U);
  EXPECT_EQ(outcome.audited.quarantined.at(0).reason, "not-json: invalid utf-8");
}

TEST(MessageAuditor, ForgetsNothingOfOneEventInTheNext) {
  MessageAuditor auditor(rules());
  Audited audited;
  Counters counters;
  for (const char* file : {"iam.PutRolePolicy.json", "iam.PutUserPolicy.null-parameters.json"}) {
    audited = {};
    auditor.audit({read_case(file), "t", 0, 0, -1}, audited, counters);
  }
  ASSERT_EQ(audited.findings.size(), 1U);  // and not the document of the first
  EXPECT_EQ(audited.findings[0].kind, FindingKind::unverifiable);
  EXPECT_FALSE(audited.findings[0].event.request.role_name.has_value());
}

// The text with the first `what` replaced.
std::string with(std::string text, std::string_view what, std::string_view instead) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), instead);
}

// A change that grants what TEST-1 guards.
const std::string grant =
    R"({"eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy","awsRegion":"us-east-1",)"
    R"("eventTime":"2026-03-01T08:05:00Z","recipientAccountId":"111122223333","requestParameters":{"roleName":"dev",)"
    R"("policyName":"ops","policyDocument":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}"}})";
const std::string s3_event = R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject"})";

TEST(MessageAuditor, FindsAGrantInWhateverFormItIsWritten) {
  for (const std::string& text :
       {grant, "\xef\xbb\xbf" + grant, s3_event + grant, s3_event + "\r\n" + grant,
        with(grant, "eventName", "event\\u004eame"),
        with(grant, "eventSource", "\\u0065ventSource"),
        with(grant, "requestParameters", "request\\u0050arameters"),
        with(grant, "policyDocument", "policy\\u0044ocument"),
        with(grant, "PutRolePolicy", "Put\\u0052olePolicy"),
        with(grant, "Action", "\\\\u0041ction"), with(grant, "ecr:*", "\\\\u0065cr:\\\\u002a"),
        with(grant, "\"awsRegion\"", "\"x\":1e999999,\"awsRegion\""),
        with(grant, "\"policyDocument\"", "\"policyDocument\":null,\"policyDocument\""),
        with(grant, "\"recipient", "\"errorCode\":null,\"recipient"),
        R"({"Records":[1,"x",null,{},)" + s3_event + "," + grant + "]}"}) {
    const Outcome outcome = audit_text(text);
    ASSERT_EQ(outcome.audited.findings.size(), 1U) << text;
    EXPECT_EQ(outcome.audited.findings[0].kind, FindingKind::grant) << text;
  }
}

TEST(MessageAuditor, IsNeverSilentAboutAChangeThatItCannotRead) {
  const std::string parameters = grant.substr(grant.find("{\"roleName\""));
  for (const std::string& text :
       {grant.substr(0, 100), with(grant, "dev", ":role/registry-admin"),
        with(grant, "dev", "d\\u00e9v"), with(grant, "\"dev\"", "{}"),
        with(grant, "ecr:*", "ecr:*\\ud800"), with(grant, "\"111122223333\"", "\"1\""),
        with(grant, parameters, "[]}"), with(grant, parameters, "\"{}\"}"),
        with(grant, parameters, R"({"omitted":"True"}})"),
        with(grant, "\"awsRegion\"", "\"eventName\":\"ListRoles\",\"awsRegion\""),
        with(grant, "\"awsRegion\"", "\"event\\u004eame\":\"ListRoles\",\"awsRegion\""),
        with(grant, "\"policyDocument\"", "\"policyDocument\":\"{}\",\"policyDocument\""),
        R"({"Rec\u006frds":[)" + grant + "]}"}) {
    const Outcome outcome = audit_text(text);
    EXPECT_GT(outcome.audited.findings.size() + outcome.audited.quarantined.size(), 0U) << text;
    EXPECT_EQ(outcome.counters.irrelevant, 0U) << text;
  }
}

TEST(MessageAuditor, CountsEveryPrefixOfAnEventOnce) {
  const std::string text = read_case("ecr.SetRepositoryPolicy.json");
  const std::size_t whole = text.find_last_of('}') + 1;
  MessageAuditor auditor(rules());
  for (std::size_t length = 0; length < whole; ++length) {
    Audited audited;
    Counters counters;
    auditor.audit({std::string_view(text).substr(0, length), "t", 0, 0, -1}, audited, counters);
    ASSERT_EQ(counters.events, 1U) << length;
    ASSERT_EQ(counters.quarantined, 1U) << length;
    ASSERT_EQ(audited.quarantined.size(), 1U) << length;
  }
}

TEST(MessageAuditor, SurvivesEveryPrefixOfEveryWrapping) {
  MessageAuditor auditor(rules());
  for (const auto& entry : std::filesystem::directory_iterator(case_directory())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("envelope.")) continue;
    const std::string text = read_case(name);
    for (std::size_t length = 0; length < text.size(); length += 7) {
      Audited audited;
      Counters counters;
      auditor.audit({std::string_view(text).substr(0, length), "t", 0, 0, -1}, audited, counters);
      ASSERT_TRUE(adds_up(counters)) << name << ' ' << length;
      ASSERT_EQ(counters.quarantined, audited.quarantined.size());
      ASSERT_GE(counters.events, 1U) << name << ' ' << length;
    }
  }
}

TEST(MessageAuditor, SurvivesRandomDamage) {
  constexpr int rounds = 5'000;
  constexpr std::string_view tokens = "{}[]\":,\\ \n0aZ\x80\xff\x1f%";
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(case_directory())) {
    seeds.push_back(read_case(entry.path().filename().string()));
  }
  std::ranges::sort(seeds);  // a directory has no order, the seed must mean the same everywhere
  std::mt19937 random(20'260'301);
  const auto below = [&random](std::size_t end) { return random() % end; };
  MessageAuditor auditor(rules());
  for (int round = 0; round < rounds; ++round) {
    std::string text = seeds[below(seeds.size())];
    for (std::size_t damage = 1 + below(4); damage > 0 && !text.empty(); --damage) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = tokens[below(tokens.size())];
          break;
        case 1:
          text.insert(at, 1, tokens[below(tokens.size())]);
          break;
        case 2:
          text.erase(at, 1 + below(20));
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(60)));
          break;
      }
    }
    Audited audited;
    Counters counters;
    auditor.audit({text, "t", 0, 0, -1}, audited, counters);
    ASSERT_TRUE(adds_up(counters)) << "round " << round;
    ASSERT_EQ(counters.quarantined, audited.quarantined.size()) << "round " << round;
  }
}

TEST(Counters, AddUpAcrossWorkers) {
  Counters sum;
  sum.findings["A"] = 1;
  Counters other;
  other.messages = 2;
  other.events = other.irrelevant = 5;
  other.findings = {{"A", 2}, {"B", 3}};
  sum += other;
  EXPECT_EQ(sum.messages, 2U);
  EXPECT_EQ(sum.irrelevant, 5U);
  EXPECT_EQ(sum.findings, (std::map<std::string, std::uint64_t>{{"A", 3}, {"B", 3}}));
}

}  // namespace
}  // namespace auditor::message_auditor_test
