// The short way must never say something else than the parse: kept cases, the fuzzer's corpus, and
// all of them with bytes changed, removed and doubled.
#include "consumer/decoding/record_prefilter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "consumer/decoding/record_parser.h"
#include "tests/consumer/auditor/case_files.h"

namespace auditor::plain_record_test {
namespace {

constexpr std::string_view plain =
    R"({"eventVersion":"1.09","userIdentity":{"type":"Root","sessionContext":{"attributes":{}}},)"
    R"("eventTime":"2026-03-01T09:00:00Z","eventSource":"ec2.amazonaws.com",)"
    R"("eventName":"DescribeInstances","requestParameters":{"a":[{"b":1},[2]],"c":"}]"},)"
    R"("responseElements":null,"readOnly":true,"size":-1.5e+3,"recipientAccountId":"111122223333"})";

std::string without_spaces(std::string_view json) {
  std::string text;
  bool in_string = false;
  for (const char c : json) {
    if (c == '"') in_string = !in_string;
    if (in_string || (c != ' ' && c != '\n')) text += c;
  }
  return text;
}

std::vector<std::string> texts() {
  std::vector<std::string> all{std::string(plain)};
  const auto corpus = case_directory().parent_path().parent_path() / "fuzz/corpus/message";
  for (const std::filesystem::path& directory : {case_directory(), corpus}) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      all.push_back(without_spaces(text));
      all.push_back(std::move(text));
    }
  }
  return all;
}

// What the parse says: a line break before the record is white space to it, and not plain.
ParsedEvent parsed_in_full(CloudTrailParser& parser, const std::string& json) {
  return parser.parse("\n" + json);
}

class PlainRecord : public testing::Test {
 protected:
  void expect_the_same(const std::string& json) {
    const auto heads = heads_of_plain_record(json);
    if (!heads) return;
    ++taken_;
    const ParsedEvent quick = parser_.parse(json);
    const ParsedEvent full = parsed_in_full(parser_, json);
    ASSERT_EQ(quick.kind, full.kind) << json;
    ASSERT_EQ(quick.reason, full.reason) << json;
    if (quick.kind != ParsedEvent::Kind::relevant) return;
    ASSERT_EQ(heads->source, quick.event->source) << json;
    ASSERT_EQ(heads->name, quick.event->name) << json;
  }

  CloudTrailParser parser_;
  std::size_t taken_ = 0;
};

TEST_F(PlainRecord, GivesTheHeads) {
  const auto heads = heads_of_plain_record(plain);
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->source, "ec2.amazonaws.com");
  EXPECT_EQ(heads->name, "DescribeInstances");
}

TEST_F(PlainRecord, MayHaveSpacesBetweenItsParts) {
  const auto heads = heads_of_plain_record(
      R"({ "eventSource": "s3.amazonaws.com" , "a": {"b": 1}, "eventName": "ListBuckets" })");
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->name, "ListBuckets");
}

TEST_F(PlainRecord, IsNotWhatCouldHideSomething) {
  const std::string_view others[] = {
      R"({"eventSource":"ec2.amazonaws.com","eventName":"A","eventName":"B"})",
      R"({"eventSource":"ec2.amazonaws.com","eventName":"A","event\u004eame":"B"})",
      R"({"eventSource":"ec2.amazonaws.com","eventName":"A"}{"eventSource":"x"})",
      R"({"eventSource":"ec2.amazonaws.com","eventName":["A"]})",
      R"({"eventSource":"ec2.amazonaws.com","request":{"eventName":"A"}})",
      R"({"eventSource":"ec2.amazonaws.com","eventName":"A")",
      R"({"eventSource":"ec2.amazonaws.com","eventName":"A","b":"})",
      R"(["eventSource","ec2.amazonaws.com"])",
      "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"A\",\"b\":\"\xc3\xa9\"}",
      "",
      "{",
      "{}",
  };
  for (const std::string_view json : others) EXPECT_FALSE(heads_of_plain_record(json)) << json;
}

TEST_F(PlainRecord, MeansTheSameAtEveryLength) {
  std::string padding;
  for (int i = 0; i < 200; ++i) {
    padding += "ab}\x7f"[i % 4];
    const std::string json = R"({"p":")" + padding + R"(","q":{"r":")" + padding +
                             R"("},"eventSource":"ec2.amazonaws.com","eventName":"A"})";
    const auto heads = heads_of_plain_record(json);
    ASSERT_TRUE(heads) << json;
    ASSERT_EQ(heads->name, "A");
    expect_the_same(json);
  }
}

TEST_F(PlainRecord, AgreesWithTheParse) {
  for (const std::string& text : texts()) expect_the_same(text);
  EXPECT_GT(taken_, 10U);
}

TEST_F(PlainRecord, AgreesWithTheParseOfBrokenRecords) {
  constexpr std::string_view bytes("\"{}[],:\\ \n\x80\0x1", 15);
  for (const std::string& text : texts()) {
    if (!heads_of_plain_record(text)) continue;
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char byte : bytes) {
        std::string changed = text;
        changed[i] = byte;
        expect_the_same(changed);
      }
      expect_the_same(text.substr(0, i));
      expect_the_same(text.substr(i));
      expect_the_same(text.substr(0, i) + text.substr(i + 1));
      expect_the_same(text.substr(0, i) + text.substr(i, 1) + text.substr(i));
    }
  }
  EXPECT_GT(taken_, 1'000U);
}

}  // namespace
}  // namespace auditor::plain_record_test
