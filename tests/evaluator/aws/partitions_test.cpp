#include "evaluator/aws/partitions.h"

#include <gtest/gtest.h>

namespace auditor::partitions_test {
namespace {

TEST(Partitions, EachHasARegionThatWitnessesPrefer) {
  EXPECT_EQ(plain_region("aws"), "us-east-1");
  EXPECT_EQ(plain_region("aws-cn"), "cn-north-1");
  EXPECT_EQ(plain_region("aws-eusc"), "eusc-de-east-1");
  EXPECT_EQ(plain_region("aws-of-tomorrow"), "us-east-1");
}

TEST(Partitions, NameTheirServicesEachInItsWay) {
  EXPECT_TRUE(is_documented_service_name("ec2.amazonaws.com.cn"));
  EXPECT_TRUE(is_documented_service_name("codedeploy.eu-west-1.amazonaws.com"));
  EXPECT_TRUE(is_documented_service_name("ec2.c2s.ic.gov"));
  EXPECT_FALSE(is_documented_service_name("ec2.example.org"));
  EXPECT_FALSE(is_documented_service_name(".amazonaws.com"));
}

}  // namespace
}  // namespace auditor::partitions_test
