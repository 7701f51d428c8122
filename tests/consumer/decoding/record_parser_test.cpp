#include "consumer/decoding/record_parser.h"

#include <gtest/gtest.h>

#include "tests/consumer/auditor/case_files.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::cloudtrail_parser_test {
namespace {

using Kind = ParsedEvent::Kind;

struct Read {
  ParsedEvent parsed;
  CloudTrailEvent event;
};

Read parse(std::string_view json) {
  CloudTrailParser parser;
  ParsedEvent parsed = parser.parse(json);
  CloudTrailEvent event = parsed.event.value_or(CloudTrailEvent(second_of(0)));
  return {std::move(parsed), std::move(event)};
}

// A PutRolePolicy with more members before its end.
std::string put_role_policy(const std::string& members) {
  return R"({"eventTime":"2026-03-01T08:05:00Z",)"
         R"("eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy")" +
         members + "}";
}

TEST(CloudTrailParser, ReadsEveryFieldOfAPolicyCall) {
  const auto [parsed, event] = parse(read_case("ecr.SetRepositoryPolicy.json"));
  ASSERT_EQ(parsed.kind, Kind::relevant) << parsed.reason;
  EXPECT_EQ(event.source, "ecr.amazonaws.com");
  EXPECT_EQ(event.name, "SetRepositoryPolicy");
  EXPECT_EQ(event.region, "eu-west-1");
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_TRUE(event.account_is_recipient);
  EXPECT_EQ(event.id.size(), 36U);
  EXPECT_EQ(event.actor.type, "AssumedRole");
  EXPECT_EQ(event.actor.arn, "arn:aws:sts::111122223333:assumed-role/deployer/deploy");
  EXPECT_EQ(event.actor.role_arn, "arn:aws:iam::111122223333:role/ci/deployer");
  EXPECT_EQ(event.actor.mfa, false);
  EXPECT_EQ(event.actor.source_address, "198.51.100.7");
  EXPECT_EQ(event.request.repository_name, "team/app");
  EXPECT_TRUE(event.request.policy_document->starts_with("{\"Version\":"));
  EXPECT_EQ(event.response.registry_id, "111122223333");
  ASSERT_EQ(event.resource_arns.size(), 1U);
  EXPECT_EQ(event.resource_arns[0], "arn:aws:ecr:eu-west-1:111122223333:repository/team/app");
}

TEST(CloudTrailParser, AcceptsLowerCaseArnAndOddTimes) {
  const auto [parsed, event] = parse(read_case("ecr.SetRepositoryPolicy.odd.json"));
  ASSERT_EQ(parsed.kind, Kind::relevant);
  EXPECT_EQ(event.time.text(), "2026-03-01T08:05:00Z");
  EXPECT_EQ(event.resource_arns.size(), 1U);
}

TEST(CloudTrailParser, DropsOtherCallsAfterTheirNames) {
  EXPECT_EQ(parse(read_case("s3.GetObject.json")).parsed.kind, Kind::irrelevant);
  EXPECT_EQ(parse(read_case("service-event.json")).parsed.kind, Kind::irrelevant);
  EXPECT_EQ(parse(read_case("ecr.BatchDeleteImage.json")).parsed.kind, Kind::irrelevant);
}

TEST(CloudTrailParser, FindsTheNamesInAnyOrderAndSpelling) {
  EXPECT_EQ(parse(R"({"a":[{"eventName":"x"}],"eventName":"PutRolePolicy","b":{},)"
                  R"("eventSource":"iam.amazonaws.com","eventTime":1772352000})")
                .parsed.kind,
            Kind::relevant);
  EXPECT_EQ(parse(R"({"event\u004eame":"PutRolePolicy","eventSource":"iam.amazonaws.\u0063om",)"
                  R"("event\u0054ime":"2026\u002d03-01T08:05:00Z"})")
                .parsed.kind,
            Kind::relevant);
}

TEST(CloudTrailParser, WithoutBothNamesIsNoEvent) {
  EXPECT_EQ(parse(R"({"eventSource":"iam.amazonaws.com"})").parsed.kind, Kind::not_an_event);
  EXPECT_EQ(parse(R"({"eventName":"PutRolePolicy"})").parsed.kind, Kind::not_an_event);
  EXPECT_EQ(parse("{}").parsed.kind, Kind::not_an_event);
}

TEST(CloudTrailParser, SeesThatMoreTextFollows) {
  const std::string one = R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject"})";
  EXPECT_EQ(parse(one + one).parsed.kind, Kind::several);
  EXPECT_EQ(parse(one + " \n").parsed.kind, Kind::irrelevant);
}

TEST(CloudTrailParser, BelievesNoRecordWithTwoOfOneKey) {
  for (const std::string& json :
       {put_role_policy(R"(,"eventName":"ListRoles")"),
        put_role_policy(R"(,"eventSource":"s3.amazonaws.com")"),
        std::string(R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject",)"
                    R"("eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy"})"),
        put_role_policy(R"(,"requestParameters":{},"requestParameters":{"roleName":"a"})"),
        put_role_policy(R"(,"errorCode":"AccessDenied","errorCode":"")"),
        put_role_policy(R"(,"resources":[],"resources":[{"ARN":"arn:aws:ecr:::x"}])"),
        put_role_policy(R"(,"addendum":{},"addendum":{"reason":"UPDATED_DATA"})"),
        put_role_policy(R"(,"requestParameters":{"roleName":"a","roleName":"b"})"),
        put_role_policy(R"(,"requestParameters":{"policyDocument":"{}","policyDocument":"x"})")}) {
    const ParsedEvent parsed = parse(json).parsed;
    EXPECT_EQ(parsed.kind, Kind::unreadable) << json;
    EXPECT_TRUE(parsed.reason.starts_with("duplicate-key: ")) << parsed.reason;
  }
}

TEST(CloudTrailParser, KnowsOmittedParametersInBothSpellings) {
  EXPECT_TRUE(parse(read_case("iam.PutRolePolicy.omitted.json")).event.request.omitted);
  EXPECT_TRUE(parse(read_case("ecr.SetRepositoryPolicy.omitted.json")).event.request.omitted);
  EXPECT_FALSE(parse(read_case("iam.PutUserPolicy.null-parameters.json")).event.request.present);
}

TEST(CloudTrailParser, TakesAnUnusualOmissionMarkForOne) {
  const auto omitted = [](const std::string& mark) {
    return parse(put_role_policy(R"(,"requestParameters":{"omitted":)" + mark + "}"))
        .event.request.omitted;
  };
  for (const char* mark : {"true", "\"true\"", "\"True\"", "1", "\"yes\"", "{}"}) {
    EXPECT_TRUE(omitted(mark)) << mark;
  }
  for (const char* mark : {"false", "\"false\"", "null"}) EXPECT_FALSE(omitted(mark)) << mark;
}

TEST(CloudTrailParser, DecodesTheDocumentsOfResponses) {
  const auto event =
      parse(put_role_policy(R"(,"responseElements":{"policyText":"%7B%22Version%22:1%7D"})")).event;
  EXPECT_EQ(event.response.policy_document, R"({"Version":1})");
}

TEST(CloudTrailParser, TakesNoTrustPolicyForAPolicyOfTheRole) {
  const auto event = parse(read_case("iam.CreateRole.json")).event;
  EXPECT_EQ(event.response.arn, "arn:aws:iam::111122223333:role/apps/app-role");
  EXPECT_FALSE(event.request.policy_document.has_value());
  EXPECT_FALSE(event.response.policy_document.has_value());
}

TEST(CloudTrailParser, ReadsRenamesAndMoves) {
  const auto event = parse(put_role_policy(R"(,"requestParameters":{"newUserName":"u",)"
                                           R"("newGroupName":"g","newPath":"/p/"})"))
                         .event;
  EXPECT_EQ(event.request.new_user_name, "u");
  EXPECT_EQ(event.request.new_group_name, "g");
  EXPECT_EQ(event.request.new_path, "/p/");
}

TEST(CloudTrailParser, KnowsWhichAddendumCorrectsAnEvent) {
  const auto addendum = [](const std::string& members) {
    return parse(put_role_policy(",\"addendum\":" + members)).event.addendum;
  };
  const Addendum correction = addendum(
      R"({"reason":"UPDATED_DATA","updatedFields":"responseElements","originalEventID":"e-1"})");
  EXPECT_TRUE(correction.is_correction());
  EXPECT_EQ(correction.original_id, "e-1");
  EXPECT_FALSE(addendum(R"({"reason":"DELIVERY_DELAY","originalEventID":"e-1"})").is_correction());
  EXPECT_FALSE(addendum(R"({"reason":"UPDATED_DATA"})").is_correction());
  EXPECT_FALSE(addendum("null").is_correction());
}

TEST(CloudTrailParser, ReadsGuardedCallsToo) {
  Guardrail guardrail;
  guardrail.identity_actions = {"ecr:batchdeleteimage"};
  CloudTrailParser parser{GuardedActions(std::span(&guardrail, 1))};
  const ParsedEvent parsed = parser.parse(read_case("ecr.BatchDeleteImage.json"));
  ASSERT_EQ(parsed.kind, Kind::relevant);
  EXPECT_EQ(parsed.event->name, "BatchDeleteImage");
  EXPECT_EQ(parser.parse(read_case("s3.GetObject.json")).kind, Kind::irrelevant);
}

TEST(CloudTrailParser, CountsTheImagesThatALifecyclePolicyDeleted) {
  const auto event = parse(put_role_policy(R"(,"serviceEventDetails":{"repositoryName":"app",)"
                                           R"("lifecycleEventImageActions":[{"a":{}},{}]})"))
                         .event;
  EXPECT_EQ(event.lifecycle_deletions, 2U);
}

TEST(CloudTrailParser, KeepsADocumentThatWasParsedAlready) {
  const auto event =
      parse(put_role_policy(R"(,"requestParameters":{"policyDocument":{"Statement":[]}})")).event;
  EXPECT_EQ(event.request.policy_document, R"({"Statement":[]})");
}

TEST(CloudTrailParser, TakesTheCallersAccountWhenNoRecipientIsNamed) {
  const auto event = parse(put_role_policy(R"(,"userIdentity":{"accountId":"1"})")).event;
  EXPECT_EQ(event.account, "1");
  EXPECT_FALSE(event.account_is_recipient);
}

TEST(CloudTrailParser, ReadsOddIdentities) {
  EXPECT_EQ(parse(put_role_policy(R"(,"userIdentity":null)")).parsed.kind, Kind::relevant);
  EXPECT_EQ(parse(put_role_policy(R"(,"userIdentity":"x")")).parsed.kind, Kind::relevant);
  const auto event =
      parse(put_role_policy(R"(,"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/u",)"
                            R"("sessionContext":{"sessionIssuer":{},"attributes":)"
                            R"({"mfaAuthenticated":"true"}}})"))
          .event;
  EXPECT_EQ(event.actor.mfa, true);
  EXPECT_EQ(event.actor.role_arn, "");
}

TEST(CloudTrailParser, ReadsTagsOfBothServices) {
  const auto event = parse(put_role_policy(R"(,"requestParameters":{"tags":[)"
                                           R"({"key":"a","value":"1"},{"Key":"b","Value":"2"}]})"))
                         .event;
  ASSERT_EQ(event.request.tags.size(), 2U);
  EXPECT_EQ(event.request.tags[1].key, "b");
}

TEST(CloudTrailParser, IsNotStoppedByABrokenEscapeInAUserAgent) {
  const auto [parsed, event] = parse(put_role_policy(
      R"(,"userAgent":"\ud800","requestParameters":{"roleName":"r","policyDocument":"{\udc00}"})"));
  ASSERT_EQ(parsed.kind, Kind::relevant);
  EXPECT_EQ(event.request.role_name, "r");
  EXPECT_TRUE(event.request.policy_document.has_value());
}

TEST(CloudTrailParser, SaysWhyTextIsUnreadable) {
  EXPECT_EQ(parse("").parsed.reason, "empty: no text");
  EXPECT_EQ(parse("{\"a\":\"\xff\"}").parsed.reason, "not-json: invalid utf-8");
  EXPECT_EQ(parse(R"({"a":"b)").parsed.reason, "not-json: unclosed string");
  EXPECT_EQ(parse("{" + std::string(event_bytes_max, ' ') + "}").parsed.reason,
            "too-large: a record of that size");
}

// A PutRolePolicy with these members.
std::string of_members(const std::string& members) {
  return R"({"eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy")" + members + "}";
}

TEST(CloudTrailParser, LeavesWhatIsOfAnotherSourceToTheWrappings) {
  EXPECT_EQ(parse(R"({"eventSource":"aws:s3","eventName":"ObjectCreated:Put"})").parsed.kind,
            Kind::not_an_event);
}

// A call, or another lawful record: by its category, and by its type where it has none.
TEST(CloudTrailParser, KnowsARecordOfNoCallByItsCategory) {
  const std::string time = R"(,"eventTime":"2026-03-01T10:00:00Z")";
  const auto kind = [&](const std::string& members) {
    return parse(of_members(time + members)).parsed.kind;
  };
  for (const char* none :
       {R"(,"eventCategory":"Insight","eventType":"AwsCloudTrailInsight")",
        R"(,"eventCategory":"Insight","eventType":"Novel")", R"(,"eventCategory":"Aggregated")",
        R"(,"eventType":"AwsCloudTrailInsight")", R"(,"eventType":"AwsAggregatedEvent")",
        R"(,"eventCategory":"NetworkActivity","eventType":"AwsVpceEvent")",
        R"(,"eventCategory":"NetworkActivity","requestParameters":null)"}) {
    EXPECT_EQ(kind(none), Kind::irrelevant) << none;
  }
  for (const char* call :
       {"", R"(,"eventCategory":"Management")", R"(,"eventCategory":"Data")",
        R"(,"eventCategory":"Novel")", R"(,"eventType":"Novel")", R"(,"eventCategory":null)",
        R"(,"eventCategory":"Management","eventType":"AwsCloudTrailInsight")",
        R"(,"eventCategory":"NetworkActivity","requestParameters":{"roleName":"r"})"}) {
    EXPECT_EQ(kind(call), Kind::relevant) << call;
  }
  EXPECT_EQ(parse(of_members(time + R"(,"eventCategory":"Management","eventCategory":"Insight")"))
                .parsed.reason,
            "duplicate-key: `eventCategory`");
  EXPECT_EQ(parse(of_members(time + R"(,"eventType":"x","eventType":"y")")).parsed.reason,
            "duplicate-key: `eventType`");
}

// What is broken in a record that does not matter is stepped over, here as in the prefilter.
TEST(CloudTrailParser, LooksAtNoMemberOfAnotherCallMoreThanThePrefilter) {
  for (const char* value : {"x", "Insight", "+1", "tru", "nul", "[x]", "{x}"}) {
    for (const char* key : {"eventCategory", "eventType", "requestParameters"}) {
      const std::string text = R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject",")" +
                               std::string(key) + "\":" + value;
      EXPECT_EQ(parse(text + "}").parsed.kind, parse(text + R"(,"a":"\\"})").parsed.kind) << text;
    }
  }
}

TEST(CloudTrailParser, ReadsParametersThatAPipelineWroteAsText) {
  const auto [parsed, event] = parse(put_role_policy(
      R"(,"requestParameters":"{\"roleName\":\"r\",\"policyDocument\":\"{\\\"Version\\\":1}\"}",)"
      R"("responseElements":"{\"role\":{\"arn\":\"a\"}}")"));
  ASSERT_EQ(parsed.kind, Kind::relevant);
  EXPECT_TRUE(event.request.present);
  EXPECT_EQ(event.request.role_name, "r");
  EXPECT_EQ(event.request.policy_document, "{\"Version\":1}");
  EXPECT_EQ(event.response.arn, "a");
  EXPECT_EQ(
      parse(put_role_policy(R"(,"requestParameters":"{\"roleName\":\"r\",\"roleName\":\"s\"}")"))
          .parsed.reason,
      "duplicate-key: `roleName`");
  EXPECT_TRUE(
      parse(put_role_policy(R"(,"requestParameters":"{\"omitted\":true}")")).event.request.omitted);
}

// Nobody is told that there are none.
TEST(CloudTrailParser, KnowsThatParametersAreThereIfTheyCannotBeRead) {
  const auto is_present = [](const std::string& json) {
    return parse(put_role_policy(",\"requestParameters\":" + json)).event.request.present;
  };
  for (const char* json : {"\"text\"", "\"{cut\"", "[1]", "17", "{\"odd\":1}"}) {
    EXPECT_TRUE(is_present(json)) << json;
  }
  for (const char* json : {"null", "\"\"", "{}"}) EXPECT_FALSE(is_present(json)) << json;
}

TEST(CloudTrailParser, MakesNoEventOfARecordWithoutATimeThatIsUnderstood) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "no-time: the record has no `eventTime`"},
      {R"(,"eventTime":null)", "no-time: the record has no `eventTime`"},
      {R"(,"eventTime":"")", "no-time: `eventTime` is not understood: ``"},
      {R"(,"eventTime":0)", "no-time: `eventTime` is not understood: `0`"},
      {R"(,"eventTime":"yesterday\u001b[2J")",
       "no-time: `eventTime` is not understood: `yesterday?[2J`"},
      {R"(,"eventTime":{"$date":"2026-03-01T08:05:00Z"})",
       R"(no-time: `eventTime` is not understood: `{"$date":"2026-03-01T08:05:00Z"}`)"},
      {R"(,"eventTime":["2026-03-01T08:05:00Z"])",
       R"(no-time: `eventTime` is not understood: `["2026-03-01T08:05:00Z"]`)"},
      {R"(,"eventTime":")" + std::string(1000, '9') + "\"",
       "no-time: `eventTime` is not understood: `" + std::string(64, '9') + "...`"},
  };
  for (const auto& [members, reason] : cases) {
    CloudTrailParser parser;
    const ParsedEvent parsed = parser.parse(of_members(members));
    EXPECT_EQ(parsed.kind, Kind::unreadable) << members;
    EXPECT_EQ(parsed.reason, reason);
    EXPECT_FALSE(parsed.event.has_value());
  }
}

TEST(CloudTrailParser, ReadsATimeThatIsANumber) {
  for (const char* time : {"1772352300", "1772352300000", "1.7723523E9", "\"1772352300000000\""}) {
    const auto [parsed, event] = parse(of_members(R"(,"eventTime":)" + std::string(time)));
    ASSERT_EQ(parsed.kind, Kind::relevant) << parsed.reason;
    EXPECT_EQ(event.time.text(), "2026-03-01T08:05:00Z");
  }
}

// Its codec for CloudTrail takes eventTime out of the record.
TEST(CloudTrailParser, TakesLogstashsTimestampWhereItTookTheTimeAway) {
  const std::string version = R"(,"@version":"1")";
  const std::string timestamp = R"(,"@timestamp":"2026-03-01T08:05:00.000Z")";
  const auto [parsed, event] = parse(of_members(timestamp + version));
  ASSERT_EQ(parsed.kind, Kind::relevant) << parsed.reason;
  EXPECT_EQ(event.time.text(), "2026-03-01T08:05:00Z");
  const auto kept = parse(of_members(version + timestamp + R"(,"eventTime":1772352600)")).event;
  EXPECT_EQ(kept.time.text(), "2026-03-01T08:10:00Z") << "its own time comes first";
  EXPECT_EQ(parse(of_members(timestamp)).parsed.kind, Kind::unreadable)
      << "elsewhere it is the time of the collection";
  EXPECT_EQ(parse(of_members(version + timestamp + timestamp)).parsed.kind, Kind::unreadable);
}

TEST(CloudTrailParser, GivesARecordWithoutAnIdOneOfItsOwn) {
  const std::string one = put_role_policy("");
  const std::string other = put_role_policy(R"(,"eventID":"")");
  EXPECT_TRUE(parse(one).event.id.starts_with("sha256:"));
  EXPECT_EQ(parse(one).event.id, parse(one).event.id);
  EXPECT_NE(parse(one).event.id, parse(other).event.id);
  EXPECT_EQ(parse(put_role_policy(R"(,"eventID":"e-1")")).event.id, "e-1");
}

TEST(CloudTrailParser, ReadsNoPrefixOfAnEventAsAnEvent) {
  const std::string text = read_case("iam.CreatePolicy.json");
  const std::size_t whole = text.find_last_of('}') + 1;
  CloudTrailParser parser;
  for (std::size_t length = 0; length < whole; ++length) {
    const ParsedEvent parsed = parser.parse(std::string_view(text).substr(0, length));
    EXPECT_TRUE(parsed.kind == Kind::unreadable || parsed.kind == Kind::not_an_event) << length;
  }
  EXPECT_EQ(parser.parse(text).kind, Kind::relevant);
}

}  // namespace
}  // namespace auditor::cloudtrail_parser_test
