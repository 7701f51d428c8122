// What a pipeline asks: is anything open when all is judged?
#include "consumer/scan/findings_at_end.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/evaluator/account/instants.h"

namespace auditor::findings_at_end_test {
namespace {

Finding finding(const std::string& id, FindingKind kind, FindingStatus status) {
  Finding finding{CloudTrailEvent(instant_of("2026-03-02T10:00:00Z"))};
  finding.id = id;
  finding.kind = kind;
  finding.status = status;
  return finding;
}

TEST(FindingsAtEnd, AreThoseThatNothingResolved) {
  using enum FindingKind;
  using enum FindingStatus;
  FindingsAtEnd at_end;
  const auto add = [&at_end](const std::string& id, FindingKind kind, FindingStatus status) {
    const std::vector<Finding> findings{finding(id, kind, status)};
    at_end.add(findings);
    return at_end.open();
  };
  EXPECT_EQ(add("a", grant, open), 1U);
  EXPECT_EQ(add("b", unverifiable, open), 2U);
  EXPECT_EQ(add("a", grant, changed), 2U);
  EXPECT_EQ(add("c", usage, open), 2U);
  EXPECT_EQ(add("d", attempt, open), 2U);
  EXPECT_EQ(add("a", grant, resolved), 1U);
  EXPECT_EQ(add("e", grant, resolved), 1U);
  EXPECT_EQ(add("a", grant, open), 2U);
  EXPECT_EQ(add("b", unverifiable, resolved), 1U);
}

}  // namespace
}  // namespace auditor::findings_at_end_test
