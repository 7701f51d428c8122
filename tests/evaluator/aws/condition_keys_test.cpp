#include "evaluator/aws/condition_keys.h"

#include <gtest/gtest.h>

namespace auditor::condition_keys_test {
namespace {

TEST(ConditionKeys, HaveTheOwnerThatTheirPrefixNames) {
  EXPECT_EQ(owner_of_key("aws:sourceip"), KeyOwner::global);
  EXPECT_EQ(owner_of_key("s3:prefix"), KeyOwner::service);
  EXPECT_EQ(owner_of_key("lambda:functionarn"), KeyOwner::service);
  EXPECT_EQ(owner_of_key("lambda:sourcefunctionarn"), KeyOwner::cross_service);
  EXPECT_EQ(owner_of_key("ec2:roledelivery"), KeyOwner::cross_service);
  EXPECT_EQ(owner_of_key("saml:aud"), KeyOwner::federation);
  EXPECT_EQ(owner_of_key("foo:bar"), KeyOwner::unknown);
  EXPECT_EQ(owner_of_key("foo"), KeyOwner::unknown);
  EXPECT_EQ(owner_of_key("token.actions.githubusercontent.com:sub"), KeyOwner::unknown);
}

TEST(ConditionKeys, OfAllServicesHaveAPlainValue) {
  ASSERT_NE(find_cross_service_key("ssm:sourceinstancearn"), nullptr);
  EXPECT_NE(find_cross_service_key("ssm:sourceinstancearn")->plain, "");
  EXPECT_EQ(find_cross_service_key("ssm:other"), nullptr);
}

}  // namespace
}  // namespace auditor::condition_keys_test
