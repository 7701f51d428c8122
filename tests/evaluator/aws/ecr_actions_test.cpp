#include "evaluator/aws/ecr_actions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evaluator/text/nearest.h"

namespace auditor::ecr_actions_test {
namespace {

TEST(EcrActions, TableIsOrderedAndHoldsTheModelsOperationsAndTheTwoPermissions) {
  EXPECT_EQ(ecr_actions().size(), 60u);
  EXPECT_TRUE(std::ranges::is_sorted(ecr_actions(), {}, &ServiceAction::name));
}

TEST(EcrActions, ARegistryPolicyOfScopeV1IsAboutThreeOfThem) {
  const auto in_scope = std::ranges::count_if(ecr_actions(), [](const ServiceAction& action) {
    return is_in_registry_scope_v1(action.name);
  });
  EXPECT_EQ(in_scope, 3);
  EXPECT_TRUE(is_in_registry_scope_v1("ecr:replicateimage"));
}

TEST(Nearest, DistanceCountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("Action", "aCTION"), 0u);
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  const std::string_view keys[] = {"actions", "severity"};
  EXPECT_EQ(nearest("actoins", keys), "actions");
  EXPECT_EQ(nearest("act", keys), "actions");
  EXPECT_EQ(nearest("zzzzzzz", keys), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'a'), keys), std::nullopt);
}

}  // namespace
}  // namespace auditor::ecr_actions_test
