#include "evaluator/aws/service_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "evaluator/text/ascii_case.h"

namespace auditor::service_model_test {
namespace {

TEST(ServiceModels, AreComplete) {
  ASSERT_FALSE(service_models().empty());
  for (const ServiceModel& model : service_models()) {
    EXPECT_FALSE(model.name.empty());
    EXPECT_TRUE(model.article == "a" || model.article == "an") << model.name;
    EXPECT_TRUE(model.prefix.ends_with(':')) << model.name;
    EXPECT_EQ(model.prefix, std::string(row_of(model.resource).service) + ":") << model.name;
    EXPECT_TRUE(model.resource_tag.starts_with(model.prefix)) << model.name;
    EXPECT_EQ(service_of(model.resource_tag), &model) << model.name;
    ASSERT_FALSE(model.event_sources.empty()) << model.name;
    for (const std::string_view source : model.event_sources) {
      EXPECT_TRUE(source.ends_with(".amazonaws.com")) << source;
      EXPECT_EQ(service_of_source(source), &model) << source;
    }
  }
  EXPECT_EQ(service_of_source("s3.amazonaws.com"), nullptr);
}

TEST(ServiceModels, NameTheirActionsAlike) {
  for (const ServiceModel& model : service_models()) {
    EXPECT_TRUE(std::ranges::is_sorted(model.actions, {}, &ServiceAction::name)) << model.name;
    for (const ServiceAction& action : model.actions) {
      EXPECT_TRUE(action.name.starts_with(model.prefix)) << action.name;
      EXPECT_EQ(find_action(action.name), &action);
      EXPECT_EQ(has_resource(action.name), action.has_resource);
    }
    for (const auto& [wrong, right] : model.aliases) {
      EXPECT_EQ(find_action(wrong), nullptr) << wrong;
      EXPECT_NE(find_action(right), nullptr) << right;
      EXPECT_EQ(action_alias(wrong), right);
    }
    for (const std::string_view action : model.tagging_actions) {
      EXPECT_NE(find_action(action), nullptr) << action;
      EXPECT_EQ(action, to_lower(action));
      EXPECT_TRUE(carries_tags(action)) << action;
    }
    for (const std::string_view action : model.retagging_actions) {
      ASSERT_NE(find_action(action), nullptr) << action;
      EXPECT_EQ(find_action(action)->name, action);
      EXPECT_TRUE(has_resource(action)) << action;
    }
  }
}

TEST(Actions, NamesIgnoreCase) {
  ASSERT_NE(find_action("ECR:batchdeleteimage"), nullptr);
  EXPECT_EQ(find_action("ECR:batchdeleteimage")->name, "ecr:BatchDeleteImage");
  EXPECT_EQ(find_action("ecr:BatchDeleteImages"), nullptr);
  EXPECT_EQ(find_action("s3:GetObject"), nullptr);
}

TEST(Actions, OnlyCallsAboutTheRegistryHaveNoRepository) {
  EXPECT_TRUE(has_resource("ecr:DeleteRepository"));
  EXPECT_TRUE(has_resource("ecr:TagResource"));
  EXPECT_FALSE(has_resource("ecr:GetAuthorizationToken"));
  EXPECT_FALSE(has_resource("ecr:getauthorizationtoken"));
  EXPECT_FALSE(has_resource("ecr:CreatePullThroughCacheRule"));
  EXPECT_TRUE(has_resource("ecr:ActionOfTheFuture"));
  EXPECT_TRUE(has_resource("s3:ListAllMyBuckets"));
}

TEST(Actions, WrongNamesLeadToTheRightOne) {
  EXPECT_EQ(nearest_action("ecr:PutRepositoryPolicy"), "ecr:SetRepositoryPolicy");
  EXPECT_EQ(nearest_action("ecr:BatchDeleteImages"), "ecr:BatchDeleteImage");
  EXPECT_EQ(nearest_action("ecr:GetAuthorisationToken"), "ecr:GetAuthorizationToken");
  EXPECT_EQ(nearest_action("ecr:DeleteRepository"), std::nullopt);
  EXPECT_EQ(nearest_action("s3:GetObject"), std::nullopt);
  EXPECT_EQ(nearest_action("ecr:Batch*"), std::nullopt);
  EXPECT_EQ(nearest_action("ecr:"), std::nullopt);
}

TEST(ResourceTags, HaveAGlobalKeyAndOneOfTheService) {
  EXPECT_TRUE(is_resource_tag("ecr:resourcetag/team"));
  EXPECT_TRUE(is_resource_tag("aws:resourcetag/team"));
  EXPECT_TRUE(is_service_tag("ecr:resourcetag/team"));
  EXPECT_FALSE(is_service_tag("aws:resourcetag/team"));
  EXPECT_FALSE(is_resource_tag("aws:requesttag/team"));
  EXPECT_FALSE(is_resource_tag("ecr:imagetag"));
}

}  // namespace
}  // namespace auditor::service_model_test
