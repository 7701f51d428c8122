#include "evaluator/policy/arn.h"

#include <gtest/gtest.h>

#include <string>

namespace auditor::arn_test {
namespace {

TEST(Arn, IsSplitAtItsFirstFiveColons) {
  const auto arn = split_arn("arn:aws-cn:ecr:cn-north-1:111122223333:repository/a:b");
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->partition, "aws-cn");
  EXPECT_EQ(arn->service, "ecr");
  EXPECT_EQ(arn->region, "cn-north-1");
  EXPECT_EQ(arn->account, "111122223333");
  EXPECT_EQ(arn->resource, "repository/a:b");
}

TEST(Arn, ThatIsNoneIsNotSplit) {
  for (const std::string& text :
       {std::string(), std::string("arn"), std::string("arn:aws:iam::111122223333"),
        std::string("arn:aws:iam::111122223333:"), std::string("urn:aws:iam::1:role/a"),
        std::string("arn:aws:iam::1:role/a b"), std::string("arn:aws:iam::1:role/\n"),
        std::string("arn:aws:iam::1:role/\xc3\xb6"),
        "arn:aws:iam::1:role/" + std::string(3000, 'a')}) {
    EXPECT_FALSE(split_arn(text).has_value()) << text;
  }
}

TEST(Names, HoldOnlyWhatAwsAccepts) {
  EXPECT_TRUE(is_iam_name("a.Z0_+=,@-"));
  EXPECT_FALSE(is_iam_name("a/b"));
  EXPECT_FALSE(is_iam_name(""));
  EXPECT_TRUE(is_repository_name("team/app_1.2-x"));
  EXPECT_FALSE(is_repository_name("app:latest"));
  EXPECT_TRUE(is_iam_path("/"));
  EXPECT_TRUE(is_iam_path("/a/b/"));
  EXPECT_FALSE(is_iam_path("a/"));
  EXPECT_FALSE(is_iam_path("/a"));
  EXPECT_TRUE(is_account_id("111122223333"));
  EXPECT_FALSE(is_account_id("11112222333a"));
  EXPECT_TRUE(is_region("eu-west-1"));
  EXPECT_FALSE(is_region("eu:west"));
}

TEST(Arn, OfAManagedPolicyIsAwssOrACustomers) {
  EXPECT_TRUE(is_managed_policy_arn("arn:aws:iam::aws:policy/service-role/X"));
  EXPECT_TRUE(is_managed_policy_arn("arn:aws:iam::111122223333:policy/x"));
  EXPECT_FALSE(is_managed_policy_arn("arn:aws:iam::111122223333:role/x"));
  EXPECT_FALSE(is_managed_policy_arn("arn:aws:iam::1:policy/x"));
  EXPECT_FALSE(is_managed_policy_arn("arn:aws:iam::aws:policy/*"));
}

}  // namespace
}  // namespace auditor::arn_test
