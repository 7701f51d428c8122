// Wrappings by their shape, as tables: what is an event, what is none, and in how many pieces what
// cannot be read is told.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tests/consumer/decoding/unwrapped_outline.h"
#include "tests/wrapped_text.h"

namespace auditor::wrapping_test {
namespace {

using namespace std::string_literals;

const std::string record =
    R"({"eventVersion":"1.11","eventSource":"s3.amazonaws.com","eventName":"GetObject"})";
const std::string text = json_string(record);

struct Shape {
  const char* name;
  std::string payload;
  const char* outline = "r";
};

void expect_all(const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes) {
    EXPECT_EQ(outline(shape.payload), shape.outline) << shape.name << "\n" << shape.payload;
  }
}

TEST(Wrapping, IsKnownByItsShape) {
  expect_all({
      {"lookup-events",
       R"({"Events": [{"EventName": "x", "CloudTrailEvent": )" + text +
           R"(}, {"CloudTrailEvent": )" + text + R"(}], "NextToken": "eyJhIjoxfQ=="})",
       "r r"},
      {"filter-log-events",
       R"({"events":[{"timestamp":1,"message":)" + text + R"(},{"message":)" + text +
           R"(}],"searchedLogStreams":[]})",
       "r r"},
      {"Splunk export", R"({"preview":false,"result":{"_raw":)" + text + R"(,"source":"x"}})"},
      {"Cribl", R"({"_raw":)" + text + R"(,"_time":1772359200.1,"cribl_pipe":"x"})"},
      {"Wazuh", R"({"integration":"aws","aws":)" + record + "}"},
      {"Firehose over HTTP",
       R"({"requestId":"r","timestamp":1,"records":[{"data":")" + base64(record) +
           R"("},{"data":")" + base64(gzip(record)) + R"("}]})",
       "r r"},
      {"Kinesis to Lambda",
       R"({"Records":[{"kinesis":{"partitionKey":"1","data":")" + base64(gzip(record)) +
           R"("},"eventSource":"aws:kinesis","eventVersion":"1.0","eventName":"aws:kinesis:record"}]})"},
      {"SQS to Lambda", R"({"Records":[{"body":)" + text + R"(,"eventSource":"aws:sqs"}]})"},
      {"SNS to Lambda",
       R"({"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":)" + text +
           "}}]}"},
      {"GELF", R"({"version":"1.1","host":"h","short_message":"s","full_message":)" + text + "}"},
      {"OTLP",
       R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":)" + text +
           R"(}},{"body":{"stringValue":)" + text + "}}]}]}]}",
       "r r"},
      {"Logstash target", R"({"@timestamp":"x","@version":"1","cloudtrail":)" + record + "}"},
      {"any name", R"({"odd":{"inner":)" + record + "}}"},
      {"CloudEvents",
       R"({"specversion":"1.0","type":"t","data_base64":")" + base64(record) + R"("})"},
      {"CloudWatch export",
       "2026-03-01T10:00:00.000Z " + record + "\n2026-03-01T10:00:01.000Z " + record + "\n", "r r"},
      {"Schema Registry", "\0\0\0\0\x07"s + record},
      {"Schema Registry, id 123", "\0\0\0\0{"s + record},
      {"RFC 7464", "\x1e" + record + "\n\x1e" + record + "\n", "r r"},
      {"RFC 7464, pretty",
       "\x1e{\n \"eventSource\": \"a\",\n \"eventName\": \"b\"\n}\n\x1e" + record, "r r"},
      {"UTF-16, little end first", utf16(record + "\r\n" + record, true), "r r"},
      {"UTF-16, big end first", utf16(record, false)},
      {"zstd", zstd(record + "\n") + zstd(record + "\n"), "r r"},
      {"base64 of zstd", base64(zstd(record))},
      {"two wrappings",
       R"({"message":)" + json_string(R"({"Records":[)" + record + "," + record + "]}") + "}",
       "r r"},
      {"Filebeat around an export",
       R"({"agent":{},"message":)" + json_string("2026-03-01T10:00:00.000Z " + record) + "}"},
  });
}

TEST(Wrapping, OfTwoPlacesNoneGoesUnread) {
  expect_all({
      {"two objects",
       R"({"a":)" + record + R"(,"b":)" + record.substr(0, record.size() - 1) + ",\"x\":1}}",
       "r r"},
      {"the same text twice", R"({"message":)" + text + R"(,"original":)" + text + "}", "r"},
      {"an object and a text", R"({"message":)" + text + R"(,"aws":)" + record + "}", "r r"},
      {"one of them cut",
       R"({"message":)" + text + R"(,"log":)" + json_string(record.substr(0, record.size() - 3)) +
           "}",
       "r not-json"},
      {"one element without", R"({"events":[{"message":)" + text + R"(},{"message":"x"},7]})",
       "r unrecognised unrecognised"},
  });
}

// What only quotes a record must not become an event; it is told, and not lost.
TEST(Wrapping, IsNoReportThatQuotesARecord) {
  expect_all({
      {"an error beside it", R"({"error":"no such field","event":)" + record + "}",
       "quoted-record"},
      {"an error with a text", R"({"errorMessage":"x","message":)" + text + "}", "quoted-record"},
      {"an error in another member",
       R"({"requestPayload":)" + record + R"(,"responsePayload":{"errorType":"x"}})",
       "quoted-record"},
      {"a reason", R"({"reason":"not-json","bytes":)" + text + "}", "quoted-record"},
      {"a finding", R"({"finding_id":"1","event":)" + record + "}", "quoted-record"},
      {"in an array", R"([{"exception":"x","input":)" + record + "}]", "quoted-record"},
      {"in its own member", R"({"failed_event":)" + record + "}", "quoted-record"},
      {"a line of a log", "ERROR cannot read " + record, "not-json"},
      {"a line of a log in a message",
       R"({"message":)" + json_string("ERROR cannot read " + record) + "}", "not-json"},
      {"a text that a client chose", R"({"message":"GET /","user_agent":)" + text + "}",
       "unrecognised"},
      {"one in a list", R"({"headers":{"user-agent":[)" + text + "]}}", "unrecognised"},
      {"one beside a record", R"({"user_agent":)" + text + R"(,"message":)" + text + "}",
       "r unrecognised"},
  });
  // An empty one says nothing, and of a record whose members stand beside it they are its own.
  expect_all({
      {"no error", R"({"error":null,"errors":[],"message":)" + text + "}"},
      {"a copy", R"({"eventName":"GetObject","errorCode":"AccessDenied","_raw":)" + text + "}"},
      {"ECS", R"({"ecs":{"version":"8"},"error":{"code":"AccessDenied"},"event":{"original":)" +
                  text + "}}"},
  });
}

TEST(Wrapping, OfNoCallIsIrrelevant) {
  expect_all({
      {"aggregated",
       R"({"Records":[{"eventCategory":"Aggregated","eventType":"AwsAggregatedEvent"}]})", "i"},
      {"an Insight with the names of a call",
       R"({"eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy","eventTime":"2026-03-01T10:00:00Z","eventCategory":"Insight"})",
       "r"},
      {"a digest", R"({"digestS3Bucket":"b","digestStartTime":"t","logFiles":[]})", "i"},
      {"in CloudWatch Logs",
       R"({"events":[{"message":)" + json_string(R"({"eventCategory":"Insight"})") + "}]}", "i"},
      {"a log file without records", R"({"Records":[]})", "-"},
      {"an empty array", "[]", "-"},
      {"an unknown category", R"({"eventCategory":"Novel"})", "unrecognised"},
  });
}

TEST(Wrapping, MayHoldRecordsBehindAnythingThatPartsThem) {
  for (const std::string& between :
       {" "s, ","s, ",\n"s, "\n,"s, "\0"s, "\\n"s, "\\r\\n"s, "\x1e"s, "\xef\xbb\xbf"s, "\f"s}) {
    for (const std::string& other : {record, "{\n\"eventSource\":\"a\",\n\"eventName\":\"b\"}"s}) {
      EXPECT_EQ(outline(record + between + other + between + record), "r r r") << between << other;
      EXPECT_EQ(outline(between + record + between), "r") << between;
    }
  }
}

TEST(Wrapping, TellsAStretchOfJunkAsOne) {
  expect_all({
      {"between", record + " junk, more junk " + record, "r not-json r"},
      {"a megabyte", record + std::string(1 << 18, 'x') + record, "r not-json r"},
      {"a megabyte of lines",
       record + "\n  x" +
           [] {
             std::string lines;
             while (lines.size() < 1 << 18) lines += "junk\n";
             return lines;
           }() +
           record + "\n{\n\"eventSource\":\"a\",\n\"eventName\":\"b\"}",
       "r not-json r r"},
      {"before", "# exported by x\n" + record + "\n" + record, "not-json r r"},
      {"without a comma", R"({"Records":[)" + record + " " + record + "]}", "r r not-json"},
      {"a stray byte in an array", R"({"Records":[)" + record + ",x," + record + "]}",
       "r unrecognised r"},
      {"a comma too many", R"({"Records":[)" + record + ",]}", "r not-json"},
  });
}

TEST(Wrapping, TellsMillionsOfPiecesAsAThousand) {
  for (const std::string& element : {"1,"s, "{},"s, "\"x\","s}) {
    std::string many = R"({"Records":[)" + record + ",";
    while (many.size() < 1 << 20) many += element;
    many += record + "]}";
    const std::vector<Kept> kept = unwrap_all(many);
    EXPECT_EQ(kept.size(), 2U + 1000U + 1U) << element;
    EXPECT_EQ(kept.back().reason.substr(0, 9), "too-many:");
    const std::vector<Kept> carried = unwrap_all(R"({"events":)" + many.substr(11));
    EXPECT_LE(carried.size(), 2U + 1000U + 1U) << element;
  }
}

TEST(Wrapping, ThatIsCutGivesWhatIsWhole) {
  const auto cut = [](const std::string& whole) { return whole.substr(0, whole.size() - 20); };
  const std::string two = record + "," + record;
  const std::string messages = R"({"message":)" + text + R"(},{"message":)" + text + "}";
  expect_all({
      {"a log file", cut(R"({"Records":[)" + two), "r not-json"},
      {"a log file, pretty", cut("{\n \"Records\": [\n  " + record + ",\n  " + record),
       "r not-json"},
      {"an array", cut("[" + two), "r not-json"},
      {"lookup-events",
       cut(R"({"Events":[{"CloudTrailEvent":)" + text + R"(},{"CloudTrailEvent":)" + text),
       "r not-json"},
      {"filter-log-events", cut(R"({"events":[)" + messages), "r not-json"},
      {"a text", cut(R"({"message":)" + json_string(record + "\n" + record)), "r not-json"},
      {"lines", cut(record + "\n" + record), "r not-json"},
      {"one behind the other", cut(record + record), "r not-json"},
      {"gzip", gzip(std::string(100'000, ' ') + record).substr(0, 60), "empty bad-gzip"},
      {"two members", gzip(record) + gzip(record).substr(0, 30), "r not-json bad-gzip"},
      {"two frames", zstd(record) + zstd(record).substr(0, 14), "r bad-zstd"},
      {"UTF-16", utf16(record + record, true) + "x", "r r bad-utf-16"},
  });
}

TEST(Wrapping, ThatIsNotReadIsNamed) {
  for (const auto& [bytes, name] :
       std::vector<std::pair<std::string, std::string>>{{"PK\x03\x04 x", "zip"},
                                                        {"BZh91AY&SY x", "bzip2"},
                                                        {"\xfd"
                                                         "7zXZ\0 x"s,
                                                         "xz"},
                                                        {"PAR1 x PAR1", "Parquet"},
                                                        {"7z\xbc\xaf\x27\x1c x", "7z"},
                                                        {"\x04\x22\x4d\x18 x", "lz4"},
                                                        {"Obj\x01 x", "Avro"},
                                                        {"\xff\x06\0\0sNaPpY x"s, "snappy"}}) {
    const std::vector<Kept> kept = unwrap_all(bytes);
    ASSERT_EQ(kept.size(), 1U) << name;
    EXPECT_EQ(kept[0].reason, "unread-format: " + name + "; gzip and zstd are read");
    EXPECT_TRUE(kept[0].is_damage);
  }
}

TEST(Wrapping, SaysWhatIsTrue) {
  const auto reason = [](const std::string& payload) { return unwrap_all(payload).at(0).reason; };
  EXPECT_EQ(
      reason(R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]})"),
      "pointer-not-event: a notice of `aws:s3`");
  EXPECT_EQ(
      reason(R"({"Records":[{"eventSource":"aws:dynamodb","eventName":"INSERT","dynamodb":{}}]})"),
      "unrecognised: an event of another source than CloudTrail, no record in it");
  EXPECT_EQ(
      reason(R"({"body":{"kvlistValue":{"values":[{"key":"eventName"},{"key":"eventSource"}]}}})"),
      "otlp-not-supported: a record as an OTLP list of keys and values");
  EXPECT_EQ(reason(R"({"error":"x","event":)" + record + "}"),
            "quoted-record: `error` says that it is a report");
  EXPECT_EQ(reason(R"({"failed_event":)" + record + "}"),
            "quoted-record: `failed_event` says that it is a report");
  EXPECT_EQ(reason(R"({"user_agent":)" + text + "}"),
            "unrecognised: what looks like a record is text in `user_agent`, which is not known to "
            "hold one");
  EXPECT_EQ(reason(R"({"Type":"Notification","Message":"{\"s3Bucket\":\"b\"}"})"),
            "pointer-not-event: an SNS notice of a file in S3");
  EXPECT_EQ(reason(R"({"Type":"Notification","Message":"hello"})"),
            "unrecognised: no CloudTrail record in it");
  EXPECT_EQ(reason(" \n"), "empty: nothing is in it");
  EXPECT_EQ(reason("plain text"), "not-json: neither JSON nor a compression that is read");
  EXPECT_EQ(reason(R"({"a":[})"), "not-json: cut, or a bracket or quote is never closed");
  EXPECT_EQ(unwrap_all("[" + record + ",").at(1).reason, "not-json: an array ends too early");
}

// Nothing is read again and again: hostile nesting costs no more than its size.
TEST(Wrapping, CostsNoMoreThanItsSize) {
  const auto seconds = [](const std::string& payload) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(unwrap_all(payload).empty());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto times = [](std::string_view unit, std::size_t bytes = 1 << 19) {
    std::string all;
    while (all.size() < bytes) all += unit;
    return all;
  };
  for (const char* unit :
       {"{", "[", "{\"a\":", "{\"eventName\":[", "\n{", "\n{\"", "{\"a\":\"", "x{",
        "{\"message\":\"{", "\x1e{", "\"", "\"\\", "2026-03-01T10:00:00Z {",
        "{\"error\":null,\"eventName\":", "[{},", "{}x", ",", "\\n", "\n{\"a\":[\n"}) {
    EXPECT_LT(seconds(times(unit)), 20) << unit;
    EXPECT_LT(seconds(R"({"eventName":{"events":[)" + times(unit)), 20) << unit;
  }
}

}  // namespace
}  // namespace auditor::wrapping_test
