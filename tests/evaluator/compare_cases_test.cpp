// The table of comparisons: what is new access and what is not, against both evaluators.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/evaluator/reference/case_file.h"
#include "tests/evaluator/reference/comparison.h"

namespace auditor::reference {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Json> read_comparisons() {
  std::vector<Json> result;
  std::istringstream lines(read_file(CASES_DIR "/pairs/compare.jsonl"));
  for (std::string line; std::getline(lines, line);) result.push_back(Json::parse(line));
  return result;
}

Json spell(NewAccess access) {
  if (access == NewAccess::unknown) return "unknown";
  return access == NewAccess::yes;
}

TEST(Compare, AnswersEveryCaseOfTheTable) {
  for (const Json& json : read_comparisons()) {
    SCOPED_TRACE(json.dump());
    const auto judgement = judge_comparison(json, 1000, 1);
    ASSERT_TRUE(judgement.has_value());
    EXPECT_EQ(spell(judgement->new_access), json.at("expect")) << judgement->reason;
    EXPECT_FALSE(judgement->disagreement.has_value()) << *judgement->disagreement;
  }
}

TEST(Compare, AgreesWithTheReferenceEvaluatorUnderAttack) {
  for (const Json& json : read_comparisons()) {
    SCOPED_TRACE(json.dump());
    const Comparison comparison = read_comparison(json);
    const auto reference = read_document(comparison.reference, comparison.kind);
    const auto candidate = read_document(comparison.candidate, comparison.kind);
    ASSERT_EQ(!reference || !candidate, json.at("expect") == "unknown");
    if (!reference || !candidate) continue;
    const auto found = find_new_access(*reference, *candidate, comparison.kind, 2000, 1);
    EXPECT_EQ(found.has_value(), json.at("expect").get<bool>());
  }
}

}  // namespace
}  // namespace auditor::reference
