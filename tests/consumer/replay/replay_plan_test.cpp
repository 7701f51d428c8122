#include "consumer/replay/replay_plan.h"

#include <gtest/gtest.h>

namespace auditor::replay_plan_test {
namespace {

std::optional<ReplayBound> bound(const std::vector<std::string>& texts) {
  return parse_replay_bound(texts).value();
}

TEST(ReplayBound, IsATimeAnOffsetOrOffsetsOfPartitions) {
  EXPECT_EQ(bound({}), std::nullopt);
  EXPECT_EQ(bound({"1200"}), ReplayBound(OffsetOfEach{1200}));
  EXPECT_EQ(bound({"1970-01-01T00:00:01Z"}), ReplayBound(MessageTime{1'000}));
  EXPECT_EQ(bound({"1970-01-01T01:00:01.5+01:00"}), ReplayBound(MessageTime{1'500}));
  EXPECT_EQ(bound({"3:7"}), ReplayBound(OffsetByPartition{{3, 7}}));
  EXPECT_EQ(bound({"3:7", "0:9"}), ReplayBound(OffsetByPartition{{0, 9}, {3, 7}}));
}

TEST(ReplayBound, AnythingElseIsRefused) {
  for (const std::vector<std::string>& texts :
       std::vector<std::vector<std::string>>{{""},
                                             {"-1"},
                                             {"1.5"},
                                             {"yesterday"},
                                             {"1:2:3"},
                                             {"1:"},
                                             {"0:1", "0:2"},
                                             {"12", "13"},
                                             {"0:1", "2026-01-01T00:00:00Z"},
                                             {"99999999999999999999"}}) {
    EXPECT_FALSE(parse_replay_bound(texts).has_value()) << texts.front();
  }
}

const std::vector<RetainedOffsets> retained = {{0, 0, 100}, {1, 10, 50}};

std::optional<ReplayEnd> at(std::int64_t offset) {
  return ReplayEnd{OffsetOfEach{offset}, {{0, offset}, {1, offset}}};
}

TEST(ReplayPlan, WithoutEndsIsAllThatIsRetained) {
  const auto plan = replay_plan(retained, {}, {}, {}).value();
  EXPECT_EQ(plan.spans, (std::vector<ReplaySpan>{{0, 0, 0, 100}, {1, 10, 10, 50}}));
  EXPECT_EQ(plan.messages(), 140);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0],
            "the first message of partition 1 that is retained has offset 10: what happened before "
            "is not known");
}

TEST(ReplayPlan, RebuildsFromTheFirstMessageOn) {
  const auto plan = replay_plan(retained, at(20), at(60), {}).value();
  EXPECT_EQ(plan.spans, (std::vector<ReplaySpan>{{0, 0, 20, 60}, {1, 10, 20, 50}}));
}

TEST(ReplayPlan, ARangeBehindTheEndIsEmpty) {
  const auto plan = replay_plan(retained, at(70), at(60), {}).value();
  EXPECT_EQ(plan.spans, (std::vector<ReplaySpan>{{0, 0, 70, 70}, {1, 10, 50, 50}}));
}

TEST(ReplayPlan, APartitionThatIsNotNamedIsReadWhole) {
  const ReplayEnd only_zero{OffsetByPartition{{0, 30}}, {{0, 30}}};
  const auto plan = replay_plan(retained, only_zero, only_zero, {}).value();
  EXPECT_EQ(plan.spans, (std::vector<ReplaySpan>{{0, 0, 30, 30}, {1, 10, 10, 50}}));
}

TEST(ReplayPlan, ABeginThatIsGoneIsRefused) {
  EXPECT_EQ(replay_plan(retained, at(5), {}, {}).error(),
            "--from 5 is no longer retained: the first message of partition 1 that is retained has "
            "offset 10");
}

// Of a time only the first message at or after it is known: when that is the first one at all, what
// came before it is gone, and may have been of the range.
TEST(ReplayPlan, ATimeBeforeWhatIsRetainedIsRefused) {
  const ReplayEnd early{MessageTime{1'000}, {{0, 0}, {1, 10}}};
  EXPECT_FALSE(replay_plan(retained, early, {}, {}).has_value());
  const ReplayEnd later{MessageTime{1'000}, {{0, 0}, {1, 11}}};
  EXPECT_TRUE(replay_plan(retained, later, {}, {}).has_value());
}

TEST(ReplayPlan, APartitionThatIsNotThereIsRefused) {
  const ReplayEnd seventh{OffsetByPartition{{7, 1}}, {{7, 1}}};
  EXPECT_EQ(replay_plan(retained, seventh, {}, {}).error(), "there is no partition 7");
  EXPECT_EQ(replay_plan(retained, {}, seventh, {}).error(), "there is no partition 7");
}

TEST(ReplayPlan, BeginsWhereTheMemoryEnds) {
  const MemoryOffsets memory{{{0, 40}, {1, 20}}, {{0, 40}, {1, 25}}};
  const auto plan = replay_plan(retained, at(45), {}, memory).value();
  EXPECT_EQ(plan.spans, (std::vector<ReplaySpan>{{0, 40, 45, 100}, {1, 20, 45, 50}}));
  EXPECT_TRUE(plan.warnings.empty());
  EXPECT_EQ(replay_plan(retained, {}, {}, memory).value().spans,
            (std::vector<ReplaySpan>{{0, 40, 40, 100}, {1, 20, 25, 50}}));
}

TEST(ReplayPlan, AMemoryThatIsOfALaterTimeOrLeavesAGapIsRefused) {
  const MemoryOffsets later{{{0, 40}, {1, 20}}, {{0, 40}, {1, 20}}};
  EXPECT_EQ(replay_plan(retained, at(30), {}, later).error(),
            "--from lies before the snapshot, which was taken at offset 40 of partition 0");
  const MemoryOffsets gone{{{0, 40}, {1, 5}}, {{0, 40}, {1, 5}}};
  EXPECT_FALSE(replay_plan(retained, {}, {}, gone).has_value());
  const MemoryOffsets beyond{{{0, 400}, {1, 20}}, {{0, 400}, {1, 20}}};
  EXPECT_FALSE(replay_plan(retained, {}, {}, beyond).has_value());
}

}  // namespace
}  // namespace auditor::replay_plan_test
