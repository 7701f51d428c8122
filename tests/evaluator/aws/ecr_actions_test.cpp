#include "evaluator/aws/ecr_actions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evaluator/text/nearest.h"

namespace auditor::ecr_actions_test {
namespace {

TEST(EcrActions, TableIsOrderedAndHoldsTheModelsOperationsAndTheTwoPermissions) {
  EXPECT_EQ(ecr_actions().size(), 60u);
  EXPECT_TRUE(std::ranges::is_sorted(ecr_actions(), {}, &EcrAction::name));
}

TEST(EcrActions, NamesIgnoreCase) {
  ASSERT_NE(find_ecr_action("ECR:batchdeleteimage"), nullptr);
  EXPECT_EQ(find_ecr_action("ECR:batchdeleteimage")->name, "ecr:BatchDeleteImage");
  EXPECT_EQ(find_ecr_action("ecr:BatchDeleteImages"), nullptr);
}

TEST(EcrActions, OnlyCallsAboutTheRegistryHaveNoRepository) {
  EXPECT_TRUE(has_repository_resource("ecr:DeleteRepository"));
  EXPECT_TRUE(has_repository_resource("ecr:TagResource"));
  EXPECT_FALSE(has_repository_resource("ecr:GetAuthorizationToken"));
  EXPECT_FALSE(has_repository_resource("ecr:getauthorizationtoken"));
  EXPECT_FALSE(has_repository_resource("ecr:CreatePullThroughCacheRule"));
  EXPECT_TRUE(has_repository_resource("ecr:ActionOfTheFuture"));
}

TEST(EcrActions, WrongNamesLeadToTheRightOne) {
  EXPECT_EQ(nearest_ecr_action("ecr:PutRepositoryPolicy"), "ecr:SetRepositoryPolicy");
  EXPECT_EQ(nearest_ecr_action("ecr:BatchDeleteImages"), "ecr:BatchDeleteImage");
  EXPECT_EQ(nearest_ecr_action("ecr:GetAuthorisationToken"), "ecr:GetAuthorizationToken");
  EXPECT_EQ(nearest_ecr_action("ecr:DeleteRepository"), std::nullopt);
  EXPECT_EQ(nearest_ecr_action("s3:GetObject"), std::nullopt);
  EXPECT_EQ(nearest_ecr_action("ecr:Batch*"), std::nullopt);
  EXPECT_EQ(nearest_ecr_action("ecr:"), std::nullopt);
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
