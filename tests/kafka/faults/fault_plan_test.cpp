// The plan of the fault bench: replayed by one number, and complete.
#include "tests/kafka/faults/fault_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

namespace auditor::fault_plan_test {
namespace {

auto as_tuple(const Step& step) {
  return std::tuple(step.fault, step.aim, step.alerts, step.is_for_all, step.pick,
                    step.delay.to_broker, step.delay.to_client, step.pause, step.duration,
                    step.waits_for_calm, step.ends_aimed_part);
}

bool is_same(const Plan& one, const Plan& other) {
  if (one.auditors != other.auditors || one.outputs_per_batch != other.outputs_per_batch ||
      one.steps.size() != other.steps.size()) {
    return false;
  }
  for (std::size_t i = 0; i < one.steps.size(); ++i) {
    if (as_tuple(one.steps[i]) != as_tuple(other.steps[i])) return false;
  }
  return true;
}

TEST(FaultPlan, IsTheSameForTheSameNumberAndAnotherForAnother) {
  const PlanSize size{.rounds = 40};
  EXPECT_TRUE(is_same(plan_of(7, size), plan_of(7, size)));
  EXPECT_FALSE(is_same(plan_of(7, size), plan_of(8, size)));
}

TEST(FaultPlan, BeginsAsTheLongerOneOfTheSameNumber) {
  Plan longer = plan_of(7, {.rounds = 40});
  longer.steps.resize(12);
  EXPECT_TRUE(is_same(plan_of(7, {.rounds = 12}), longer));
}

TEST(FaultPlan, BeginsWithWhatEveryMistakeHasToFear) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const Plan plan = plan_of(seed, {.rounds = 4});
    std::set<std::pair<Fault, Aim>> seen;
    for (const Step& step : plan.steps) {
      EXPECT_TRUE(step.is_for_all);
      seen.emplace(step.fault, step.aim);
    }
    const std::set<std::pair<Fault, Aim>> wanted = {{Fault::kill_auditors, Aim::appended},
                                                    {Fault::kill_auditors, Aim::readable},
                                                    {Fault::forbid_writes, Aim::any_time},
                                                    {Fault::cut_network, Aim::appended}};
    EXPECT_EQ(seen, wanted);
    EXPECT_TRUE(plan.steps.back().ends_aimed_part);
  }
}

TEST(FaultPlan, HasEveryKindOfFaultWhenItIsLong) {
  for (const int nodes : {1, 3}) {
    std::map<Fault, int> count;
    for (const Step& step : plan_of(1, {.rounds = 120, .nodes = nodes}).steps) ++count[step.fault];
    EXPECT_EQ(count.size(), nodes == 1 ? fault_kinds - 1 : fault_kinds);
    EXPECT_GE(count[Fault::kill_auditors], 55) << "most are kills";
  }
}

TEST(FaultPlan, HasOneToThreeAuditorsAtItsBegin) {
  std::set<int> counts;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) counts.insert(plan_of(seed, {}).auditors);
  EXPECT_EQ(counts, (std::set<int>{1, 2, 3}));
}

}  // namespace
}  // namespace auditor::fault_plan_test
