// The tables in tests/cases: what the text says the verdict is, against both evaluators.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/evaluator/reference/attack.h"
#include "tests/evaluator/reference/case_file.h"

namespace auditor::reference {
namespace {

std::vector<CaseOfTable> read_theme(const std::string& theme) {
  const std::string folder = CASES_DIR "/";
  return read_case_file(folder + theme + ".jsonl", read_file(folder + "guardrails.yaml"));
}

std::string describe(const CaseOfTable& one, const Guardrail& guardrail) {
  return one.id + " / " + guardrail.id + ": " + one.why + "\n" + to_json(one.trial).dump();
}

// Calls `check(case, guardrail, expectation)` for everything the theme expects.
template <typename Check>
void for_each_expectation(const std::string& theme, Check check) {
  for (const CaseOfTable& one : read_theme(theme)) {
    std::size_t found = 0;
    for (const Guardrail& guardrail : one.guardrails) {
      const auto expected = one.expected.find(guardrail.id);
      if (expected == one.expected.end()) continue;
      ++found;
      SCOPED_TRACE(describe(one, guardrail));
      check(one, guardrail, expected->second);
    }
    EXPECT_EQ(found, one.expected.size()) << one.id << " expects a guardrail that is not there";
  }
}

class Cases : public testing::TestWithParam<const char*> {};

TEST_P(Cases, AgreeWithTheReferenceEvaluatorUnderAttack) {
  for_each_expectation(GetParam(), [](const CaseOfTable& one, const Guardrail& guardrail,
                                      const Expectation& expected) {
    const auto documents = read_documents(one.trial);
    ASSERT_EQ(!documents, expected.verdict == "unknown");
    if (!documents) return;
    Attack attack;
    attack.requests_max = 3000;
    const auto lenient = find_violation(one.trial.subject, *documents, guardrail, attack);
    if (expected.verdict == "compliant") {
      EXPECT_FALSE(lenient.has_value()) << to_json(*lenient).dump();
      return;
    }
    EXPECT_TRUE(lenient.has_value());
    attack.reading = Reading::strict;
    const auto strict = find_violation(one.trial.subject, *documents, guardrail, attack);
    if (expected.certainty == "ambiguous") {
      EXPECT_FALSE(strict.has_value()) << to_json(*strict).dump();
    } else if (expected.certainty == "certain") {
      EXPECT_TRUE(strict.has_value());
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Tables, Cases,
                         testing::Values("first", "mfa", "organization", "documents",
                                         "actions_and_resources", "principals", "conditions",
                                         "facts", "owner_tags", "boundaries", "subjects"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace auditor::reference
