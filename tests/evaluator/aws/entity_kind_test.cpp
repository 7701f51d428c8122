#include "evaluator/aws/entity_kind.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace auditor::entity_kind_test {
namespace {

TEST(EntityKinds, EachHasARowThatIsComplete) {
  ASSERT_EQ(entity_kinds().size(), static_cast<std::size_t>(EntityKind::account) + 1);
  std::set<std::string_view> names;
  for (const EntityKindRow& row : entity_kinds()) {
    EXPECT_EQ(&row_of(row.kind), &row);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.aws_type.starts_with("AWS::")) << row.name;
    EXPECT_FALSE(row.service.empty()) << row.name;
    EXPECT_FALSE(row.resource.empty()) << row.name;
    EXPECT_TRUE(row.documents.starts_with("the ")) << row.name;
    EXPECT_TRUE(row.cli_calls[0].starts_with("aws ")) << row.name;
    EXPECT_EQ(row_of(row.subject).subject, row.subject) << row.name;
    EXPECT_EQ(row_of(row.subject).policies, row.policies) << row.name;
  }
}

TEST(EntityKinds, AreReadAsTheyAreWritten) {
  for (const EntityKindRow& row : entity_kinds()) {
    EXPECT_EQ(parse_entity_kind(to_string(row.kind)), row.kind);
    EXPECT_EQ(parse_subject_kind(row.name).has_value(), row.subject == row.kind) << row.name;
  }
  EXPECT_FALSE(parse_entity_kind("Role").has_value());
  EXPECT_FALSE(parse_entity_kind("").has_value());
  EXPECT_FALSE(parse_subject_kind("permission_set").has_value());
}

TEST(EntityKinds, OfSubjectsAreThoseThatTheSchemasAllow) {
  std::string types;
  for (const EntityKindRow& row : entity_kinds()) {
    if (row.subject == row.kind) {
      types += (types.empty() ? "" : ", ") + ('"' + std::string(row.name) + '"');
    }
  }
  std::size_t found = 0;
  for (const auto& file : std::filesystem::directory_iterator(CONFIG_DIR "/schema")) {
    std::ifstream stream(file.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (text.contains("\"enum\": [" + types + "]")) ++found;
  }
  EXPECT_GT(found, 0u) << types;
}

TEST(EntityArn, OfEachKindIsReadAsItWasPutTogether) {
  for (const EntityKindRow& row : entity_kinds()) {
    const EntityPlace place{"aws-cn", "111122223333", row.is_regional ? "cn-north-1" : ""};
    const std::string_view name = row.resource.ends_with('/') ? "team/app" : "";
    const std::string text = entity_arn(row.kind, place, name);
    const auto arn = parse_entity_arn(text);
    ASSERT_TRUE(arn.has_value()) << text;
    EXPECT_EQ(arn->kind, row.kind) << text;
    EXPECT_EQ(arn->place.partition, place.partition) << text;
    EXPECT_EQ(arn->place.account, place.account) << text;
    EXPECT_EQ(arn->place.region, place.region) << text;
    EXPECT_EQ(arn->name, name) << text;
  }
}

TEST(EntityArn, IsSpelledAsAwsSpellsIt) {
  const EntityPlace iam{"aws", "111122223333", {}};
  const EntityPlace ecr{"aws", "111122223333", "eu-west-1"};
  EXPECT_EQ(entity_arn(EntityKind::role, iam, "team/deployer"),
            "arn:aws:iam::111122223333:role/team/deployer");
  EXPECT_EQ(entity_arn(EntityKind::account, iam), "arn:aws:iam::111122223333:root");
  EXPECT_EQ(entity_arn(EntityKind::repository, ecr, "app"),
            "arn:aws:ecr:eu-west-1:111122223333:repository/app");
  EXPECT_EQ(entity_arn(EntityKind::registry, ecr), "arn:aws:ecr:eu-west-1:111122223333:registry");
  EXPECT_EQ(entity_arn(EntityKind::template_, ecr, "prod"),
            "arn:aws:ecr:eu-west-1:111122223333:repository-creation-template/prod");
}

TEST(EntityArn, OfEcrPublicHasNoRegion) {
  const EntityPlace place{"aws", "111122223333", public_region};
  const std::string text = entity_arn(EntityKind::repository, place, "app");
  EXPECT_EQ(text, "arn:aws:ecr-public::111122223333:repository/app");
  const auto arn = parse_entity_arn(text);
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->kind, EntityKind::repository);
  EXPECT_EQ(arn->place.region, public_region);
}

TEST(EntityArn, OfAnotherServiceOrKindOfThingIsNone) {
  for (const std::string_view text :
       {"arn:aws:iam::111122223333:instance-profile/a", "arn:aws:s3:::bucket",
        "arn:aws:ecr:eu-west-1:111122223333:registry/a", "arn:aws:iam::111122223333:roles/a",
        "arn:aws:sts::111122223333:role/a", "role/a", ""}) {
    EXPECT_FALSE(parse_entity_arn(text).has_value()) << text;
  }
  // Which kind it is does not depend on names that merely begin alike.
  const auto arn =
      parse_entity_arn("arn:aws:ecr:eu-west-1:111122223333:repository-creation-template/a");
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->kind, EntityKind::template_);
}

}  // namespace
}  // namespace auditor::entity_kind_test
