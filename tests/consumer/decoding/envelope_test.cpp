#include "consumer/decoding/envelope.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/consumer/auditor/case_files.h"
#include "tests/consumer/decoding/unwrapped_outline.h"

namespace auditor::envelope_test {
namespace {

using Kind = Unwrapped::Kind;

const std::string record = R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject"})";

struct EnvelopeCase {
  const char* file;
  const char* outline;
};

class EnvelopeFile : public testing::TestWithParam<EnvelopeCase> {};

TEST_P(EnvelopeFile, HoldsWhatItShould) {
  const std::string text = read_case(GetParam().file);
  ASSERT_FALSE(text.empty()) << GetParam().file;
  EXPECT_EQ(outline(text), GetParam().outline) << GetParam().file;
}

INSTANTIATE_TEST_SUITE_P(
    All, EnvelopeFile,
    testing::Values(
        EnvelopeCase{"ecr.SetRepositoryPolicy.json", "r"},
        EnvelopeCase{"envelope.log-file.json", "r r"}, EnvelopeCase{"envelope.array.json", "r r"},
        EnvelopeCase{"envelope.gzip.json.gz", "r r"},
        EnvelopeCase{"envelope.gzip-twice.json.gz", "r r"},
        EnvelopeCase{"envelope.base64-gzip.txt", "r r"},
        EnvelopeCase{"envelope.lines.ndjson", "r r"},
        EnvelopeCase{"envelope.concatenated.json", "r r"},
        EnvelopeCase{"envelope.concatenated-pretty.json", "r r"},
        EnvelopeCase{"envelope.cloudwatch-subscription.json", "r r"},
        EnvelopeCase{"envelope.cloudwatch-control.json", "i"},
        EnvelopeCase{"envelope.cloudwatch-lambda.json", "r r"},
        EnvelopeCase{"envelope.eventbridge.json", "r"},
        EnvelopeCase{"envelope.kafka-connect-string.json", "r"},
        EnvelopeCase{"envelope.kafka-connect-object.json", "r"},
        EnvelopeCase{"envelope.json-string.json", "r"}, EnvelopeCase{"envelope.filebeat.json", "r"},
        EnvelopeCase{"envelope.filebeat-log-file.json", "r r"},
        EnvelopeCase{"envelope.elastic-original.json", "r"},
        EnvelopeCase{"envelope.logstash.json", "r"},
        EnvelopeCase{"envelope.logstash-message.json", "r"},
        EnvelopeCase{"envelope.vector.json", "r r"}, EnvelopeCase{"envelope.fluent-bit.json", "r"},
        EnvelopeCase{"envelope.lookup-events.json", "r"},
        EnvelopeCase{"envelope.insight.json", "i"},
        EnvelopeCase{"envelope.s3-notice.json", "pointer-not-event"},
        EnvelopeCase{"envelope.sns-event.json", "r"},
        EnvelopeCase{"envelope.sns-notice.json", "pointer-not-event"},
        EnvelopeCase{"envelope.digest.json", "i"},
        EnvelopeCase{"envelope.ocsf.json", "ocsf-not-supported"},
        EnvelopeCase{"envelope.stranger.json", "unrecognised"}));

TEST(Envelope, HandsOverTheRecordsOwnBytes) {
  const auto kept = unwrap_all("{\"Records\": [ " + record + " ]}");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].bytes, record);
}

TEST(Envelope, OfNothingIsEmpty) {
  EXPECT_EQ(outline(""), "empty");
  EXPECT_EQ(outline(" \r\n\t"), "empty");
  EXPECT_EQ(outline("\xef\xbb\xbf"), "empty");
}

TEST(Envelope, MayBeginWithAByteOrderMark) { EXPECT_EQ(outline("\xef\xbb\xbf" + record), "r"); }

TEST(Envelope, WithNoRecordsIsTold) { EXPECT_EQ(outline(R"({"Records":[]})"), "-"); }

TEST(Envelope, IsNoInsightIfItHoldsRecords) {
  EXPECT_EQ(outline(R"({"eventCategory":"Insight","Records":[)" + record + "]}"), "r");
}

TEST(Envelope, QuarantinesOnlyTheBadRecordAmongMany) {
  const auto kept = unwrap_all("{\"Records\":[" + record + R"(,{"odd":1},17,)" + record + "]}");
  ASSERT_EQ(kept.size(), 4U);
  EXPECT_EQ(kept[1].kind, Kind::unreadable);
  EXPECT_EQ(kept[1].bytes, R"({"odd":1})");
  EXPECT_EQ(kept[2].bytes, "17");
  EXPECT_EQ(kept[3].kind, Kind::record);
}

TEST(Envelope, KeepsTheWholeRecordsOfACutLogFile) {
  const std::string file = "{\"Records\":[" + record + "," + record + "]}";
  EXPECT_EQ(outline(file.substr(0, file.size() - 10)), "r not-json");
}

TEST(Envelope, LooksAtWhatStandsBehindTheRecordsOfALogFile) {
  const std::string file = "{\"Records\":[" + record + "]";
  EXPECT_EQ(outline(file + "}"), "r");
  EXPECT_EQ(outline(file), "r not-json");
  EXPECT_EQ(outline(file + R"(,"NextToken":["x"]})"), "r");
  EXPECT_EQ(outline(file + ",\"Records\":[" + record + "]}"), "r duplicate-key");
  EXPECT_EQ(outline(file + R"(,"eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy"})"),
            "r r");
  EXPECT_EQ(outline(file + "}" + record), "r r");
  EXPECT_EQ(outline(file + "}" + file + "}"), "r r");
  EXPECT_EQ(outline(file + R"(,"x)"), "r not-json");
  EXPECT_EQ(outline(file + "]"), "r not-json");
  EXPECT_EQ(outline(file + "} x"), "r not-json");
}

// With a space in it a log file is no longer told by its first bytes.
TEST(Envelope, FindsNoLessInALogFileThanInAnyObject) {
  const std::string other = R"({"eventSource":"a","eventName":"B","c":["}]"]})";
  const std::string members = "\"Records\":[" + record + "," + other + "]}";
  constexpr std::string_view bytes = "{}[]\",:\\ x";
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (const char byte : bytes) {
      std::string changed = members;
      changed[i] = byte;
      std::vector<Kept> slowly = unwrap_all("{ " + changed);
      const std::vector<Kept> quickly = unwrap_all("{" + changed);
      const auto is_told = [](const Kept& kept) { return kept.kind == Kind::unreadable; };
      EXPECT_EQ(std::erase_if(slowly, is_told) > 0, std::ranges::any_of(quickly, is_told))
          << changed;
      auto next = quickly.begin();
      for (const Kept& kept : slowly) {
        next = std::ranges::find(next, quickly.end(), kept.bytes, &Kept::bytes);
        ASSERT_NE(next, quickly.end()) << changed;
      }
    }
  }
}

TEST(Envelope, LosesOneLineToACutLine) {
  EXPECT_EQ(outline(record + "\n" + record.substr(0, 30) + "\n" + record), "r not-json r");
  EXPECT_EQ(outline(record.substr(0, 30) + "\n" + record + "\n" + record), "not-json r r");
}

TEST(Envelope, ReadsRecordsWithoutSeparators) {
  EXPECT_EQ(outline(record + record + " " + record), "r r r");
}

TEST(Envelope, DoesNotOverlookTextBehindARecord) {
  EXPECT_EQ(outline(record + " x"), "r not-json");
}

TEST(Envelope, WithTwoOfOneMemberIsNotBelieved) {
  EXPECT_EQ(outline("{\"Records\":[],\"Records\":[" + record + "]}"), "duplicate-key");
  EXPECT_EQ(outline(R"({"message":"{}","message":"x"})"), "duplicate-key");
}

TEST(Envelope, OfTwoSpellingsOfAMemberBothAreLookedAt) {
  EXPECT_EQ(outline("{\"body\":\"x\",\"Body\":" + record + "}"), "r");
  EXPECT_EQ(outline("{\"Body\":" + record + ",\"body\":\"x\"}"), "r");
}

TEST(Envelope, MemberWithoutANameIsNoneThatTellsWrappingsApart) {
  EXPECT_EQ(outline("{\"\":1,\"\":2,\"message\":" + record + "}"), "r");
}

TEST(Envelope, PrefersTheRecordToAMessageBesideIt) {
  const auto kept = unwrap_all(record.substr(0, record.size() - 1) + R"(,"message":"text"})");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].kind, Kind::record);
}

TEST(Envelope, OfAnotherLogIsQuarantined) {
  EXPECT_EQ(outline(R"({"message":"GET / HTTP/1.1"})"), "unrecognised");
  EXPECT_EQ(outline("plain text"), "not-json");
  EXPECT_EQ(outline(R"({"detail-type":"Scheduled Event","detail":{}})"), "unrecognised");
  EXPECT_EQ(outline(R"({"detail-type":"Object Created","detail":{"bucket":{}}})"),
            "pointer-not-event");
}

TEST(Envelope, TellsADamagedMessageFromOneBadRecordInIt) {
  const auto is_damage = [](std::string_view payload) {
    return std::ranges::any_of(unwrap_all(payload), &Kept::is_damage);
  };
  EXPECT_TRUE(is_damage("{\"Records\":[" + record + ","));
  EXPECT_TRUE(is_damage("plain text"));
  EXPECT_TRUE(is_damage("\x1f\x8b cut"));
  EXPECT_FALSE(is_damage("{\"Records\":[" + record + ",{\"odd\":1}]}"));
  EXPECT_FALSE(is_damage(R"({"odd":1})"));
  EXPECT_FALSE(is_damage(R"({"message":"plain text"})"));
}

TEST(Envelope, IsTakenOffOnlySoManyTimes) {
  std::string shallow = record;
  for (int i = 0; i < envelope_depth_max; ++i) shallow = R"({"payload":)" + shallow + "}";
  EXPECT_EQ(outline(shallow), "r");
  EXPECT_EQ(outline(R"({"payload":)" + shallow + "}"), "too-deep");
  EXPECT_EQ(outline(std::string(1 << 20, '[')), "too-deep");
  EXPECT_EQ(outline(std::string(1 << 16, '[') + std::string(1 << 16, ']')), "too-deep");
}

}  // namespace
}  // namespace auditor::envelope_test
