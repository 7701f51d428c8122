// The table of changes: what a change of a subject's documents added, against both evaluators.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "evaluator/decision/added_access.h"
#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/change.h"

namespace auditor::reference::added_access_cases_test {
namespace {

using nlohmann::ordered_json;

std::string_view spell(AddedAccess::Kind kind) {
  switch (kind) {
    case AddedAccess::Kind::none:
      return "none";
    case AddedAccess::Kind::some:
      return "some";
    case AddedAccess::Kind::unknown:
      return "unknown";
  }
  return "unknown";
}

class AddedAccessCases : public testing::Test {
 protected:
  // Calls `check(json, guardrail, expected)` for everything that the table expects.
  template <typename Check>
  void for_each_case(Check check) {
    const GuardrailFile file =
        parse_guardrails(read_file(CASES_DIR "/guardrails.yaml"), "guardrails");
    std::istringstream lines(read_file(CASES_DIR "/pairs/added_access.jsonl"));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const ordered_json json = ordered_json::parse(line);
      for (const auto& [id, expected] : json.at("expect").items()) {
        SCOPED_TRACE(json.at("id").get<std::string>() + " / " + id + ": " +
                     json.at("why").get<std::string>());
        const auto guardrail = std::ranges::find(
            file.guardrails, id, [](const Guardrail& one) { return one.summary.id; });
        ASSERT_NE(guardrail, file.guardrails.end());
        check(json, *guardrail, expected.template get<std::string>());
      }
    }
    EXPECT_GT(count, 0U);
  }
};

TEST_F(AddedAccessCases, HaveTheExpectedAnswerThatStandsUpToAttack) {
  for_each_case([](const ordered_json& json, const Guardrail& guardrail,
                   const std::string& expected) {
    const ChangeJudgement judgement = judge_change(read_change(json), guardrail, 1000, 1);
    EXPECT_EQ(spell(judgement.added.kind), expected) << judgement.added.reason;
    EXPECT_FALSE(judgement.disagreement.has_value()) << *judgement.disagreement;
    EXPECT_EQ(judgement.added.kind == AddedAccess::Kind::unknown, !judgement.added.reason.empty());
    if (json.contains("actions")) {
      EXPECT_EQ(ordered_json(judgement.added.actions), json["actions"]);
    }
  });
}

// Nothing is added when nothing is changed, and what is added is allowed afterwards.
TEST_F(AddedAccessCases, AgreeWithTheVerdicts) {
  for_each_case(
      [](const ordered_json& json, const Guardrail& guardrail, const std::string& expected) {
        const Change change = read_change(json);
        if (expected == "unknown") return;
        if (expected == "some") {
          EXPECT_EQ(ask_engine(change.after, guardrail).kind, VerdictKind::violation);
        }
        for (const Trial* trial : {&change.before, &change.after}) {
          const ChangeJudgement same = judge_change({*trial, *trial}, guardrail, 1, 1);
          EXPECT_EQ(spell(same.added.kind), "none") << same.added.reason;
        }
      });
}

}  // namespace
}  // namespace auditor::reference::added_access_cases_test
