// What each call changes in an account, from the record to the facts:
// tests/cases/calls/changes.jsonl.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "consumer/decoding/record_parser.h"
#include "tests/evaluator/account/fact_text.h"

namespace auditor::changes_test {
namespace {

using Json = nlohmann::json;

bool always(const PolicyDocument&, PolicyKind) { return true; }

std::vector<Json> cases() {
  std::ifstream file(std::filesystem::path(AUDITOR_TEST_CASES) / "calls/changes.jsonl");
  std::vector<Json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

// The members that every record has, and the call, request and response of the case.
std::string record(const Json& one) {
  const std::string call = one.at("call");
  const std::size_t colon = call.find(':');
  Json event{{"eventID", "e-1"},
             {"eventTime", "2026-03-01T08:00:00Z"},
             {"awsRegion", "eu-west-1"},
             {"recipientAccountId", "111122223333"},
             {"eventSource", call.substr(0, colon) + ".amazonaws.com"},
             {"eventName", call.substr(colon + 1)},
             {"requestParameters", one.at("request")},
             {"responseElements", one.value("response", Json())}};
  return event.dump();
}

TEST(ChangeCases, AreWhatTheCallsDid) {
  CloudTrailParser parser;
  std::set<std::string> calls;
  for (const Json& one : cases()) {
    calls.insert(one.at("call"));
    const std::string text = record(one);
    const ParsedEvent parsed = parser.parse(text);
    ASSERT_EQ(parsed.kind, ParsedEvent::Kind::relevant) << parsed.reason << text;
    EXPECT_EQ(written(account_change(*parsed.event, always)),
              one.at("facts").get<std::vector<std::string>>())
        << text;
  }
  EXPECT_GE(calls.size(), 50U);  // the file was read
}

}  // namespace
}  // namespace auditor::changes_test
