#include "evaluator/audit/finding.h"

#include <gtest/gtest.h>

#include <set>

namespace auditor::finding_test {
namespace {

TEST(FindingId, IsSixtyFourHexDigitsAndAlwaysTheSame) {
  const std::string id =
      finding_id("IAM-ECR-1", FindingKind::grant, "arn:aws:iam::111122223333:role/dev");
  // printf '\0\0\0\0\0\0\0\x09IAM-ECR-1\0\0\0\0\0\0\0\x05grant\0\0\0\0\0\0\0\x22arn:aws:iam::
  // 111122223333:role/dev\0\0\0\0\0\0\0\0' | sha256sum
  EXPECT_EQ(id, "740fe9e7b731b7ca51790b878569dc20888fb380c432c054bf8a9655ffaf6c67");
}

TEST(FindingId, EveryFieldCounts) {
  std::set<std::string> ids = {
      finding_id("IAM-ECR-1", FindingKind::grant, "arn"),
      finding_id("IAM-ECR-2", FindingKind::grant, "arn"),
      finding_id("IAM-ECR-1", FindingKind::unverifiable, "arn"),
      finding_id("IAM-ECR-1", FindingKind::grant, "arn2"),
      finding_id("IAM-ECR-1", FindingKind::grant, "arn", "event"),
  };
  EXPECT_EQ(ids.size(), 5u);
}

TEST(FindingId, FieldsCannotRunIntoEachOther) {
  EXPECT_NE(finding_id("a", FindingKind::usage, "bc", "d"),
            finding_id("a", FindingKind::usage, "b", "cd"));
  EXPECT_NE(finding_id("a", FindingKind::usage, "b", "c"),
            finding_id("a", FindingKind::usage, "bc", ""));
}

TEST(FindingWords, AreThoseOfTheOutputFormat) {
  EXPECT_EQ(to_string(FindingKind::grant), "grant");
  EXPECT_EQ(to_string(FindingKind::usage), "usage");
  EXPECT_EQ(to_string(FindingKind::attempt), "attempt");
  EXPECT_EQ(to_string(FindingKind::unverifiable), "unverifiable");
  EXPECT_EQ(to_string(FindingStatus::open), "open");
  EXPECT_EQ(to_string(FindingStatus::changed), "changed");
  EXPECT_EQ(to_string(FindingStatus::resolved), "resolved");
}

}  // namespace
}  // namespace auditor::finding_test
