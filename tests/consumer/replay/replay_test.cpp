#include "consumer/replay/replay.h"

#include <gtest/gtest.h>

#include "consumer/auditor/state_records.h"
#include "consumer/replay/replay_progress.h"
#include "tests/consumer/auditor/account_events.h"

namespace auditor::replay_test {
namespace {

// Judges texts as messages of partition 0, and keeps what was told and remembered.
class Replaying {
 public:
  explicit Replaying(const std::shared_ptr<const Rules>& guardrails,
                     const std::shared_ptr<const Rules>& against = nullptr,
                     std::vector<SkipCoordinate> skip = {})
      : skip_(std::move(skip)), sides_(guardrails, against), replay_(sides_, skip_) {}

  void begin(const StateTable& from) { EXPECT_TRUE(replay_.begin(0, from, note()).has_value()); }
  void read(const std::string& text) {
    replay_.read({text, "events", 0, next_offset_++, -1}, note());
  }

  std::vector<std::string> told, told_against;
  StateTable table;
  Counters counters() const { return replay_.counters(); }

 private:
  Replay::OnJudged note() {
    return [this](const SideBySide& sides) {
      add(sides.guardrails(), told);
      if (sides.against() != nullptr) add(*sides.against(), told_against);
      for (const OutputRecord& record : state_records(sides.guardrails().remembered, {})) {
        table.put(record.partition, record.key, record.value);
      }
    };
  }

  static void add(const Audited& audited, std::vector<std::string>& list) {
    for (const Finding& finding : audited.findings) {
      list.push_back(std::string(to_string(finding.status)) + " " + finding.event.id);
    }
  }

  std::vector<SkipCoordinate> skip_;
  SideBySide sides_;
  Replay replay_;
  std::int64_t next_offset_ = 0;
};

const std::string opens = role_policy_event("PutRolePolicy", "dev", "00", "a");
const std::string closes = role_policy_event("DeleteRolePolicy", "dev", "01", "b");

TEST(Replay, TellsWhatEachMessageLedTo) {
  Replaying replaying(rules_against("ecr:DeleteRepository"));
  replaying.begin({});
  for (const std::string& text : {opens, std::string("no event"), closes}) replaying.read(text);
  EXPECT_EQ(replaying.told, (std::vector<std::string>{"open a", "resolved b"}));
  const Counters counters = replaying.counters();
  EXPECT_EQ(counters.messages, 3U);
  EXPECT_EQ(counters.events, 3U);
  EXPECT_EQ(counters.evaluated, 2U);
  EXPECT_EQ(counters.quarantined, 1U);
}

TEST(Replay, GoesOnWithTheMemoryOfASnapshot) {
  Replaying before(rules_against("ecr:DeleteRepository"));
  before.begin({});
  before.read(opens);
  Replaying after(rules_against("ecr:DeleteRepository"));
  after.begin(before.table);
  EXPECT_TRUE(after.told.empty());
  after.read(closes);
  EXPECT_EQ(after.told, std::vector<std::string>{"resolved b"});
}

// As the service does when it starts.
TEST(Replay, JudgesASnapshotOfOtherGuardrailsAgain) {
  Replaying before(rules_against("ecr:CreateRepository", "old"));
  before.begin({});
  before.read(opens);
  ASSERT_TRUE(before.told.empty());
  Replaying after(rules_against("ecr:DeleteRepository", "new"));
  after.begin(before.table);
  EXPECT_EQ(after.told, std::vector<std::string>{"open "});
}

TEST(Replay, APartitionKnowsNothingOfTheOneBefore) {
  Replaying replaying(rules_against("ecr:DeleteRepository"));
  replaying.begin({});
  replaying.read(opens);
  replaying.begin({});
  replaying.read(opens);
  EXPECT_EQ(replaying.told, (std::vector<std::string>{"open a", "open a"}));
}

TEST(Replay, LeavesOutWhatTheServiceSkips) {
  Replaying replaying(rules_against("ecr:DeleteRepository"), nullptr, {{"events", 0, 0}});
  replaying.begin({});
  replaying.read(opens);
  EXPECT_TRUE(replaying.told.empty());
  EXPECT_EQ(replaying.counters().quarantined, 1U);
}

TEST(Replay, JudgesByTwoSetsOfGuardrailsSideBySide) {
  Replaying replaying(rules_against("ecr:DeleteRepository"), rules_against("ecr:BatchGetImage"));
  replaying.begin({});
  replaying.read(opens);
  replaying.read(role_policy_event("PutRolePolicy", "reader", "02", "c", "ecr:BatchGetImage"));
  replaying.read(role_policy_event("PutRolePolicy", "admin", "03", "d", "ecr:*"));
  EXPECT_EQ(replaying.told, (std::vector<std::string>{"open a", "open d"}));
  EXPECT_EQ(replaying.told_against, (std::vector<std::string>{"open c", "open d"}));
}

TEST(ReplayProgress, SaysHowFarHowFastAndHowLong) {
  using std::chrono::seconds;
  EXPECT_EQ(replay_progress_text(1'200, 5'000, seconds(4)),
            "1200 of 5000 messages, 300/s, 12 s left");
  EXPECT_EQ(replay_progress_text(0, 5'000, seconds(4)), "0 of 5000 messages");
}

}  // namespace
}  // namespace auditor::replay_test
