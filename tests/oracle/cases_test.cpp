// The tables in tests/cases: what the text says the verdict is, against both evaluators.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/reference/attack.h"
#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/disagreement.h"

namespace auditor::reference::cases_test {
namespace {

std::vector<CaseOfTable> read_theme(const std::string& theme) {
  const std::string folder = CASES_DIR "/";
  return read_case_file(folder + theme + ".jsonl", read_file(folder + "guardrails.yaml"));
}

std::string describe(const CaseOfTable& one, const Guardrail& guardrail) {
  return one.id + " / " + guardrail.summary.id + ": " + one.why + "\n" + to_json(one.trial).dump();
}

// Calls `check(case, guardrail, expectation)` for everything the theme expects.
template <typename Check>
void for_each_expectation(const std::string& theme, Check check) {
  for (const CaseOfTable& one : read_theme(theme)) {
    std::size_t found = 0;
    for (const Guardrail& guardrail : one.guardrails) {
      const auto expected = one.expected.find(guardrail.summary.id);
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
    attack.requests_max = 1500;
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

bool carries(const Request& request, const std::string& key) {
  return std::ranges::any_of(request.context,
                             [&](const auto& entry) { return lower(entry.first) == lower(key); });
}

void check_witness(const Expectation& expected, const Request& witness) {
  for (const std::string& key : expected.witness_lacks) {
    EXPECT_FALSE(carries(witness, key)) << key << " in " << to_json(witness).dump();
  }
  for (const auto& [key, value] : expected.witness_has) {
    const auto found = witness.context.find(key);
    ASSERT_NE(found, witness.context.end()) << key << " in " << to_json(witness).dump();
    EXPECT_EQ(found->second, ContextValue(value));
  }
}

void check_grants(const Expectation& expected, const Verdict& verdict) {
  if (expected.granted_by.empty()) return;
  ASSERT_EQ(verdict.granted_by.size(), expected.granted_by.size());
  for (std::size_t index = 0; index < expected.granted_by.size(); ++index) {
    const GrantingStatement& grant = verdict.granted_by[index];
    const auto& wanted = expected.granted_by[index];
    EXPECT_EQ(grant.policy, wanted.at(0));
    EXPECT_EQ(grant.statement, wanted.at(1));
    EXPECT_EQ(grant.sid, wanted.size() > 2 ? wanted[2].get<std::string>() : "");
  }
}

TEST_P(Cases, HaveTheExpectedVerdictAndAWitnessThatReplays) {
  for_each_expectation(GetParam(), [](const CaseOfTable& one, const Guardrail& guardrail,
                                      const Expectation& expected) {
    const Verdict verdict = ask_engine(one.trial, guardrail);
    ASSERT_EQ(to_string(verdict.kind), expected.verdict) << verdict.reason;
    for (const std::string& words : expected.notes_contain) {
      EXPECT_TRUE(std::ranges::any_of(verdict.notes, [&](const std::string& note) {
        return note.find(words) != note.npos;
      })) << words;
    }
    for (const std::string& words : expected.notes_lack) {
      EXPECT_TRUE(std::ranges::none_of(verdict.notes, [&](const std::string& note) {
        return note.find(words) != note.npos;
      })) << words;
    }
    if (verdict.kind == VerdictKind::unknown) {
      EXPECT_NE(verdict.reason, "");
    }
    if (verdict.kind != VerdictKind::violation) return;
    if (expected.certainty != "any") {
      EXPECT_EQ(to_string(verdict.certainty), expected.certainty) << verdict.reason;
    }
    ASSERT_TRUE(verdict.witness.has_value());
    const Reading reading =
        verdict.certainty == Certainty::certain ? Reading::strict : Reading::lenient;
    const auto replay = replay_witness(*verdict.witness, one.trial.subject,
                                       *read_documents(one.trial), guardrail, reading);
    EXPECT_TRUE(replay.has_value()) << replay.error() << ": " << to_json(*verdict.witness).dump();
    check_witness(expected, *verdict.witness);
    check_grants(expected, verdict);
  });
}

INSTANTIATE_TEST_SUITE_P(Tables, Cases,
                         testing::Values("first", "mfa", "organization", "documents",
                                         "actions_and_resources", "principals", "conditions",
                                         "facts", "owner_tags", "boundaries", "subjects",
                                         "known_tags", "registry_scope"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace auditor::reference::cases_test
