#include "evaluator/policy/arn.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

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
        std::string("arn:awsx:iam::1:role/a"), std::string("arn::iam::1:role/a"),
        std::string("arn:aws-:iam::1:role/a"), std::string("arn:aws--cn:iam::1:role/a"),
        std::string("arn:aws-CN:iam::1:role/a"), std::string("arn:*:iam::1:role/a"),
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
}

// IAM's pattern: (\u002F)|(\u002F[\u0021-\u007E]+\u002F)
TEST(IamPath, HoldsEveryPrintableCharacter) {
  for (int c = 0; c < 256; ++c) {
    const std::string path = std::string("/a") + static_cast<char>(c) + "b/";
    EXPECT_EQ(is_iam_path(path), c >= 0x21 && c <= 0x7e) << c;
  }
  EXPECT_TRUE(is_iam_path("/x:role/"));
  EXPECT_TRUE(is_iam_path("///"));
  for (const char* text : {"", "//", "a", "a/", "/a", "/a/b", " /a/", "/a/ "}) {
    EXPECT_FALSE(is_iam_path(text)) << text;
  }
}

// Both are open: what has the form is one.
TEST(Places, AreKnownByTheirForm) {
  for (const char* text : {"eu-west-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1",
                           "mars-north-2", "aws-global", "cn-northwest-1"}) {
    EXPECT_TRUE(is_region(text)) << text;
  }
  for (const char* text : {"", "eu", "eu:west", "EU-west-1", "eu-", "eu--1", "-eu-1", "e1-west-1",
                           "eu-west-1-", "public", "eu-west-1/x", "eu_west-1"}) {
    EXPECT_FALSE(is_region(text)) << text;
  }
  for (const char* text :
       {"aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc", "aws-foo-bar", "aws-2"}) {
    EXPECT_TRUE(is_partition(text)) << text;
    EXPECT_TRUE(split_arn("arn:" + std::string(text) + ":iam::111122223333:role/a")) << text;
  }
  for (const char* text : {"", "awsx", "aws-", "aws--cn", "AWS", "xaws", "aws-c:n", "aws*"}) {
    EXPECT_FALSE(is_partition(text)) << text;
  }
}

TEST(Places, ARegionHintsAtItsPartition) {
  const std::pair<const char*, const char*> hints[] = {{"eu-west-1", "aws"},
                                                       {"cn-north-1", "aws-cn"},
                                                       {"us-gov-west-1", "aws-us-gov"},
                                                       {"us-iso-east-1", "aws-iso"},
                                                       {"us-isob-east-1", "aws-iso-b"},
                                                       {"eu-isoe-west-1", "aws-iso-e"},
                                                       {"us-isof-south-1", "aws-iso-f"},
                                                       {"us-isog-west-1", "aws-iso-g"},
                                                       {"eusc-de-east-1", "aws-eusc"},
                                                       {"mars-north-2", "aws"},
                                                       {"", "aws"}};
  for (const auto& [region, partition] : hints) {
    EXPECT_EQ(partition_of_region(region), partition) << region;
  }
}

TEST(Arn, OfAManagedPolicyIsAwssOrACustomers) {
  EXPECT_TRUE(is_managed_policy_arn("arn:aws:iam::aws:policy/service-role/X"));
  EXPECT_TRUE(is_managed_policy_arn("arn:aws:iam::111122223333:policy/x"));
  EXPECT_FALSE(is_managed_policy_arn("arn:aws:iam::111122223333:role/x"));
  EXPECT_FALSE(is_managed_policy_arn("arn:aws:iam::1:policy/x"));
  EXPECT_TRUE(is_managed_policy_arn("arn:aws-eusc:iam::111122223333:policy/a:*?/x"));
  for (const char* text :
       {"arn:aws:iam::aws:policy/*", "arn:aws:iam::111122223333:policy/",
        "arn:aws:iam::aws:policy//", "arn:aws:iam::111122223333:policy//x",
        "arn:aws:iam::111122223333:policy/x:y", "arn:aws:iam:eu-west-1:111122223333:policy/x",
        "arn:awsx:iam::111122223333:policy/x"}) {
    EXPECT_FALSE(is_managed_policy_arn(text)) << text;
  }
}

}  // namespace
}  // namespace auditor::arn_test
