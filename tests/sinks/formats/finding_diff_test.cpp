#include "sinks/formats/finding_diff.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/evaluator/account/instants.h"

namespace auditor::difference_test {
namespace {

using nlohmann::json;

Finding finding(const std::string& id, const std::string& action = "ecr:DeleteRepository") {
  Finding finding(CloudTrailEvent(instant_of("2026-01-01T00:05:00Z")));
  finding.id = id;
  finding.guardrail = {"IAM-ECR-1", "Sensitive calls", Severity::high, "why", "how", {}};
  finding.subject =
      Subject{EntityKind::role, "arn:aws:iam::111122223333:role/dev", "111122223333", ""};
  finding.evidence.actions = {action};
  return finding;
}

struct Compared {
  std::vector<Finding> guardrails, against;
  FindingDiffCounts counts;
  std::vector<FindingDiff> found;

  Compared(std::vector<Finding> left, std::vector<Finding> right)
      : guardrails(std::move(left)),
        against(std::move(right)),
        found(finding_diffs(guardrails, against, counts)) {}
};

TEST(Differences, OfTheSameFindingsThereAreNone) {
  const Compared compared({finding("a"), finding("b")}, {finding("b"), finding("a")});
  EXPECT_TRUE(compared.found.empty());
  EXPECT_EQ(compared.counts.same, 2U);
}

TEST(Differences, WhatOnlyOneSideSaysIsTold) {
  const Compared compared({finding("a"), finding("b")}, {finding("b"), finding("c")});
  ASSERT_EQ(compared.found.size(), 2U);
  EXPECT_EQ(compared.found[0].guardrails->id, "a");
  EXPECT_EQ(compared.found[0].against, nullptr);
  EXPECT_EQ(compared.found[1].guardrails, nullptr);
  EXPECT_EQ(compared.found[1].against->id, "c");
  EXPECT_EQ(one_line(compared.counts),
            "1 only under --guardrails, 1 only under --against, 0 changed, 1 the same");
}

TEST(Differences, OfAFindingThatBothTellTheFieldsAreNamed) {
  const Compared compared({finding("a")}, {finding("a", "ecr:BatchDeleteImage")});
  ASSERT_EQ(compared.found.size(), 1U);
  EXPECT_EQ(compared.found[0].fields, std::vector<std::string>{"actions"});
  EXPECT_EQ(compared.counts.changed, 1U);
}

// What opens and is resolved at once comes twice.
TEST(Differences, TheSecondOfAnIdGoesWithTheSecond) {
  Finding resolved = finding("a");
  resolved.status = FindingStatus::resolved;
  const Compared compared({finding("a"), resolved}, {finding("a")});
  ASSERT_EQ(compared.found.size(), 1U);
  EXPECT_EQ(compared.found[0].guardrails->status, FindingStatus::resolved);
  EXPECT_EQ(compared.found[0].against, nullptr);
}

TEST(Differences, AreAJsonLineEach) {
  const Compared only({finding("a")}, {});
  const json left = json::parse(encode(only.found.at(0)));
  EXPECT_EQ(left.at("difference"), "only_guardrails");
  EXPECT_EQ(left.at("finding_id"), "a");
  EXPECT_EQ(left.at("guardrails").at("finding_id"), "a");
  EXPECT_TRUE(left.at("against").is_null());
  EXPECT_TRUE(left.at("fields").empty());

  const Compared changed({finding("a")}, {finding("a", "ecr:BatchDeleteImage")});
  const json both = json::parse(encode(changed.found.at(0)));
  EXPECT_EQ(both.at("difference"), "changed");
  EXPECT_EQ(both.at("fields"), json::array({"actions"}));
  EXPECT_EQ(both.at("against").at("actions"), json::array({"ecr:BatchDeleteImage"}));
}

TEST(Differences, AreEntriesOfATableForPeople) {
  const Compared changed({finding("a")}, {finding("a", "ecr:BatchDeleteImage")});
  const std::string text = table_entry(changed.found.at(0), {});
  EXPECT_TRUE(text.starts_with("changed (actions), under --guardrails:\n")) << text;
  EXPECT_NE(text.find("under --against:\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace auditor::difference_test
