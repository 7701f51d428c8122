// The table of comparisons: what is new access and what is not, against both evaluators.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/comparison.h"

namespace auditor::reference::compare_cases_test {
namespace {

using nlohmann::ordered_json;

std::vector<ordered_json> read_comparisons() {
  std::vector<ordered_json> result;
  std::istringstream lines(read_file(CASES_DIR "/pairs/compare.jsonl"));
  for (std::string line; std::getline(lines, line);) result.push_back(ordered_json::parse(line));
  return result;
}

ordered_json spell(NewAccess access) {
  if (access == NewAccess::unknown) return "unknown";
  return access == NewAccess::yes;
}

TEST(Compare, AnswersEveryCaseOfTheTable) {
  for (const ordered_json& json : read_comparisons()) {
    SCOPED_TRACE(json.dump());
    const auto judgement = judge_comparison(json, 1000, 1);
    ASSERT_TRUE(judgement.has_value());
    EXPECT_EQ(spell(judgement->new_access), json.at("expect")) << judgement->reason;
    EXPECT_FALSE(judgement->disagreement.has_value()) << *judgement->disagreement;
  }
}

TEST(Compare, AgreesWithTheReferenceEvaluatorUnderAttack) {
  for (const ordered_json& json : read_comparisons()) {
    SCOPED_TRACE(json.dump());
    const Comparison comparison = read_comparison(json);
    const auto reference = read_document(comparison.reference, comparison.kind);
    const auto candidate = read_document(comparison.candidate, comparison.kind);
    ASSERT_EQ(!reference || !candidate, json.at("expect") == "unknown");
    if (!reference || !candidate) continue;
    auto found = find_new_access(*reference, *candidate, comparison.kind, 2000, 1);
    // New under one reading of an open point, which both sides share.
    if (!found && json.value("certainty", "certain") == "ambiguous") {
      const Sides alike{Reading::lenient, Reading::lenient};
      found = find_new_access(*reference, *candidate, comparison.kind, 2000, 1, alike);
    }
    EXPECT_EQ(found.has_value(), json.at("expect").get<bool>());
  }
}

}  // namespace
}  // namespace auditor::reference::compare_cases_test
