// Random records, each with its time in one of the spellings of exporters: what is remembered is
// the same as where all are spelled as CloudTrail does, in every order, and a record without a time
// that can be read leaves nothing behind but its count.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "consumer/auditor/message_auditor.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::spelled_times_test {
namespace {

using nlohmann::json;

constexpr std::int64_t start = 1'772'359'500;  // 2026-03-01T10:05:00Z, a Sunday

std::string clock_of(std::int64_t second) {  // of a second within the minute of `start`
  return second_of(second).text().substr(11, 8);
}

json spelled(std::int64_t second, std::size_t spelling) {
  const std::string clock = clock_of(second);
  const std::string next_hour = "11" + clock.substr(2);
  switch (spelling) {
    case 0:
      return second_of(second).text();
    case 1:
      return "2026-03-01 " + clock + " UTC";
    case 2:
      return "2026-03-01 " + next_hour + ".250 +0100 CET";
    case 3:
      return "20260301T1005" + clock.substr(6) + "Z";
    case 4:
      return "Sun, 1 Mar 2026 " + clock + " GMT";
    case 5:
      return second;
    case 6:
      return std::to_string(second * 1'000'000);
    case 7:
      return static_cast<double>(second) + 0.5;
    default:
      return second * 1'000;
  }
}
constexpr std::size_t spellings = 9;

const std::array<json, 7> unreadable{
    nullptr, "", 0, "01/03/2026 10:05", "2026-02-30T00:00:00Z", json::array(), "now"};

class Stream {
 public:
  explicit Stream(std::uint64_t number) : random_(number) {
    for (std::size_t i = 3 + below(6); i > 0; --i) add(i);
  }

  // All with CloudTrail's spelling, in order of their making.
  const std::vector<std::string>& plain() const { return plain_; }
  // Each in some spelling, and records among them whose time nobody understands; shuffled.
  std::vector<std::string> shuffled() {
    std::ranges::shuffle(spelled_, random_);
    return spelled_;
  }
  std::size_t unreadable_count() const { return unreadable_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string path() {
    std::string made = "/";
    for (std::size_t left = 1 + below(3); left > 0; --left) {
      made += static_cast<char>('!' + below('~' - '!' + 1));
    }
    return made + (made == "//" ? "x/" : "/");
  }

  json call() {
    const std::string role = below(2) == 0 ? "dev" : "Ops";
    const char* const document =
        below(2) == 0 ? R"({"Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})"
                      : R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    switch (below(5)) {
      case 0:
        return {{"eventName", "CreateRole"},
                {"requestParameters", {{"roleName", role}, {"path", path()}}}};
      case 1:
        return {{"eventName", "DeleteRole"}, {"requestParameters", {{"roleName", role}}}};
      case 2:
        return {{"eventName", "DeleteRolePolicy"},
                {"requestParameters", {{"roleName", role}, {"policyName", "p"}}}};
      default:
        return {{"eventName", "PutRolePolicy"},
                {"requestParameters",
                 {{"roleName", role}, {"policyName", "p"}, {"policyDocument", document}}}};
    }
  }

  void add(std::size_t position) {
    json record = call();
    record["eventSource"] = "iam.amazonaws.com";
    record["awsRegion"] = "us-east-1";
    record["recipientAccountId"] = "111122223333";
    record["eventID"] =
        std::string(1, static_cast<char>('a' + below(26))) + std::to_string(position);
    const std::int64_t second = start + static_cast<std::int64_t>(below(4));
    record["eventTime"] = spelled(second, 0);
    plain_.push_back(record.dump());
    record["eventTime"] = spelled(second, below(spellings));
    spelled_.push_back(record.dump());
    if (below(3) != 0) return;
    record["eventID"] = "z" + std::to_string(position);
    record["eventTime"] = unreadable[below(unreadable.size())];
    spelled_.push_back(record.dump());
    ++unreadable_;
  }

  std::mt19937_64 random_;
  std::vector<std::string> plain_, spelled_;
  std::size_t unreadable_ = 0;
};

// What is remembered of the account after the records, but for what the auditor notes for itself.
std::string remembered(const std::shared_ptr<const Rules>& rules,
                       const std::vector<std::string>& records, std::size_t& quarantined) {
  MessageAuditor auditor(rules);
  Audited audited;
  Counters counters;
  for (const std::string& record : records) {
    auditor.audit({record, "t", 0, 0, -1}, audited, counters);
  }
  quarantined = audited.quarantined.size();
  for (const Quarantined& one : audited.quarantined) {
    EXPECT_TRUE(one.reason.starts_with("no-time: ")) << one.reason;
  }
  std::string text;
  for (const auto& [key, entity] :
       auditor.memory().account(0, {"aws", "111122223333"}).entities()) {
    for (const Entry& entry : entity.entries) {
      if (is_note(entry.attribute)) continue;
      text += std::string(to_string(key.kind)) + " " + key.name + " " +
              std::string(to_string(entry.attribute)) + " " + std::string(entry.name) + " " +
              entry.stamp.time.text() + " " + entry.stamp.event_id + " " +
              std::string(entry.value) + (entry.document ? entry.document->text : "") + "\n";
    }
  }
  return text;
}

TEST(SpelledTimes, NeitherSpellingNorOrderNorUnreadableRecordsChangeWhatIsRemembered) {
  auto rules = std::make_shared<Rules>();
  Guardrail guardrail;
  guardrail.summary.id = "TEST-1";
  guardrail.identity_actions = {"ecr:DeleteRepository"};
  rules->guardrails.push_back(std::move(guardrail));
  for (std::uint64_t number = 0; number < 2'000; ++number) {
    Stream stream(number);
    std::size_t quarantined = 0;
    const std::string expected = remembered(rules, stream.plain(), quarantined);
    ASSERT_EQ(quarantined, 0U) << number;
    ASSERT_EQ(remembered(rules, stream.shuffled(), quarantined), expected) << number;
    ASSERT_EQ(quarantined, stream.unreadable_count()) << number;
  }
}

}  // namespace
}  // namespace auditor::spelled_times_test
