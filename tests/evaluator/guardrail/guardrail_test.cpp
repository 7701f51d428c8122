#include "evaluator/guardrail/guardrail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "evaluator/guardrail/principal_pattern.h"
#include "evaluator/text/yaml_reader.h"

namespace auditor::guardrail_test {
namespace {

std::string problems_text(const GuardrailFile& file) {
  std::string text;
  for (const ConfigProblem& problem : file.problems) {
    text += (problem.is_warning ? "warning " : "error ") + to_string(problem) + "\n";
  }
  return text;
}

bool says(const GuardrailFile& file, std::string_view text) {
  return problems_text(file).find(text) != std::string::npos;
}

TEST(Guardrails, ShippedFileHoldsTheTwoGuardrailsWithoutAProblem) {
  std::ifstream stream(CONFIG_DIR "/guardrails/ecr.yaml");
  std::stringstream text;
  text << stream.rdbuf();
  const GuardrailFile file = parse_guardrails(text.str(), "ecr.yaml");
  ASSERT_EQ(problems_text(file), "");
  ASSERT_EQ(file.guardrails.size(), 2u);

  const Guardrail& first = file.guardrails[0];
  EXPECT_EQ(first.summary.id, "IAM-ECR-1");
  EXPECT_EQ(first.summary.severity, Severity::high);
  EXPECT_EQ(first.identity_actions,
            (std::vector<std::string>{"ecr:BatchDeleteImage", "ecr:DeleteRepository"}));
  EXPECT_EQ(first.resource_actions, first.identity_actions);
  EXPECT_EQ(first.authorized_principals,
            std::vector<std::string>{"arn:aws:iam::*:role/registry-admin"});
  ASSERT_EQ(first.accepted_when.size(), 2u);
  ASSERT_EQ(first.accepted_when[0].condition.size(), 1u);
  EXPECT_EQ(first.accepted_when[0].condition[0].comparison.type, ValueType::boolean);
  EXPECT_EQ(first.accepted_when[0].condition[0].key, "aws:multifactorauthpresent");
  EXPECT_EQ(first.accepted_when[1].limited_to_owner_by,
            std::vector<std::string>{"ecr:resourcetag/*"});
  EXPECT_FALSE(first.summary.rationale.empty());
  EXPECT_FALSE(first.summary.remediation.empty());
  EXPECT_FALSE(first.summary.references.empty());

  const Guardrail& second = file.guardrails[1];
  EXPECT_EQ(second.summary.id, "IAM-ECR-2");
  EXPECT_EQ(second.identity_actions, std::vector<std::string>{"ecr:GetAuthorizationToken"});
  EXPECT_EQ(second.resource_actions,
            (std::vector<std::string>{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}));
  ASSERT_EQ(second.accepted_when.size(), 1u);
  ASSERT_EQ(second.accepted_when[0].condition.size(), 1u);
  EXPECT_EQ(second.accepted_when[0].condition[0].set, SetOperator::for_any_value);
  EXPECT_EQ(second.accepted_when[0].condition[0].values,
            std::vector<std::string>{"o-exampleorgid/r-ab12/ou-ab12-11111111/*"});
}

TEST(Guardrails, UnknownKeyNamesTheNearestWithItsPlace) {
  const GuardrailFile file = parse_guardrails(
      "- id: A\n"
      "  actions: [ecr:DeleteRepository]\n"
      "  severty: high\n",
      "my.yaml");
  ASSERT_EQ(file.problems.size(), 1u);
  EXPECT_TRUE(file.has_errors());
  EXPECT_EQ(to_string(file.problems[0]),
            "my.yaml:3:3: unknown key `severty` in a guardrail, did you mean `severity`?");
}

TEST(Guardrails, EveryProblemIsReportedNotOnlyTheFirst) {
  const GuardrailFile file = parse_guardrails(
      "- title: no id\n"
      "  severity: hihg\n"
      "  actions: [ecr:DeleteRepository, 'white space']\n"
      "- id: B\n"
      "- id: B\n"
      "  id: C\n"
      "  actions: {identiti: [ecr:DeleteRepository]}\n"
      "  accepted_when: {condition: {}}\n"
      "- just text\n",
      "f");
  EXPECT_TRUE(says(file, "f:1:3: a guardrail has no `id`"));
  EXPECT_TRUE(says(file, "f:2:13: unknown severity `hihg`, did you mean `high`?"));
  EXPECT_TRUE(says(file, "`white space` is not an action"));
  EXPECT_TRUE(says(file, "guardrail `B` has no `actions`"));
  EXPECT_TRUE(says(file, "f:5:7: the id `B` is used twice"));
  EXPECT_TRUE(says(file, "f:6:3: `id` stands twice in a guardrail"));
  EXPECT_TRUE(says(file, "unknown key `identiti` in `actions`, did you mean `identity`?"));
  EXPECT_TRUE(says(file, "`accepted_when` must be a list"));
  EXPECT_TRUE(says(file, "a guardrail must be a map, but is a single value"));
}

TEST(Guardrails, UsageIsToldUnlessItIsOff) {
  const auto with = [](const std::string& line) {
    return parse_guardrails("- id: A\n  actions: ecr:DeleteRepository\n" + line, "f");
  };
  EXPECT_TRUE(with("").guardrails.at(0).reports_use);
  EXPECT_TRUE(with("  usage: on\n").guardrails.at(0).reports_use);
  EXPECT_FALSE(with("  usage: off\n").guardrails.at(0).reports_use);
  EXPECT_TRUE(says(with("  usage: never\n"), "f:3:10: `usage` is `on` or `off`, not `never`"));
}

TEST(Guardrails, ListMayStandUnderOneKey) {
  const GuardrailFile file =
      parse_guardrails("guardrails:\n  - id: A\n    actions: ecr:DeleteRepository\n", "f");
  EXPECT_EQ(problems_text(file), "");
  EXPECT_EQ(file.guardrails.size(), 1u);
  EXPECT_TRUE(says(parse_guardrails("guardrail: []", "f"), "did you mean `guardrails`?"));
}

TEST(Guardrails, WrongActionNamesAreCorrectedWithAWarning) {
  const GuardrailFile file = parse_guardrails(
      "- {id: A, actions: [ecr:PutRepositoryPolicy, ecr:BatchDeleteImages, ecr:DeleteRepositry]}",
      "f");
  EXPECT_FALSE(file.has_errors());
  ASSERT_EQ(file.guardrails.size(), 1u);
  EXPECT_EQ(file.guardrails[0].identity_actions,
            (std::vector<std::string>{"ecr:SetRepositoryPolicy", "ecr:BatchDeleteImage",
                                      "ecr:DeleteRepositry"}));
  EXPECT_TRUE(says(file,
                   "there is no action `ecr:PutRepositoryPolicy`: read as "
                   "`ecr:SetRepositoryPolicy`"));
  EXPECT_TRUE(says(file,
                   "there is no action `ecr:BatchDeleteImages`: read as "
                   "`ecr:BatchDeleteImage`"));
  EXPECT_TRUE(says(file,
                   "unknown ECR action `ecr:DeleteRepositry`, did you mean "
                   "`ecr:DeleteRepository`?"));
}

TEST(Guardrails, ConditionValuesMayBeUnquotedOrLists) {
  const GuardrailFile file = parse_guardrails(
      "- id: A\n"
      "  actions: ecr:DeleteRepository\n"
      "  accepted_when:\n"
      "    - condition:\n"
      "        Bool: {aws:MultiFactorAuthPresent: true}\n"
      "        NumericLessThan: {aws:MultiFactorAuthAge: 3600}\n"
      "      limited_to_owner_by: aws:ResourceTag/Team\n"
      "    - condition: {StringEquals: {aws:PrincipalOrgID: [o-a, o-b]}}\n",
      "f");
  ASSERT_EQ(problems_text(file), "");
  const auto& accepted = file.guardrails[0].accepted_when;
  ASSERT_EQ(accepted.size(), 2u);
  ASSERT_EQ(accepted[0].condition.size(), 2u);
  EXPECT_EQ(accepted[0].condition[0].values, std::vector<std::string>{"true"});
  EXPECT_EQ(accepted[0].condition[1].values, std::vector<std::string>{"3600"});
  EXPECT_EQ(accepted[0].limited_to_owner_by, std::vector<std::string>{"aws:resourcetag/team"});
  EXPECT_EQ(accepted[1].condition[0].values, (std::vector<std::string>{"o-a", "o-b"}));
}

TEST(Guardrails, BadConditionsAreErrorsWithTheirPlace) {
  const GuardrailFile file = parse_guardrails(
      "- id: A\n"
      "  actions: ecr:DeleteRepository\n"
      "  accepted_when:\n"
      "    - condition: {StringEqual: {aws:PrincipalOrgID: o-a}}\n"
      "    - condition: {NumericLessThan: {aws:MultiFactorAuthAge: soon}}\n"
      "    - condition: {Bool: {aws:SecureTransport: true, aws:securetransport: true}}\n"
      "    - condition: {}\n"
      "    - limited_to_owner_by: [aws:PrincipalTag/team]\n",
      "f");
  EXPECT_TRUE(says(file, "f:4:19: "));
  EXPECT_TRUE(says(file, "StringEqual"));
  EXPECT_TRUE(says(file, "f:5:19: "));
  EXPECT_TRUE(says(file, "the key `aws:securetransport` stands twice in `Bool`"));
  EXPECT_TRUE(says(file, "f:7:7: an entry of `accepted_when` without a condition or tag"));
  EXPECT_TRUE(says(file, "`aws:PrincipalTag/team` is not a resource tag"));
}

TEST(Guardrails, HostileFilesAreRefusedInBoundedTime) {
  EXPECT_TRUE(parse_guardrails("", "f").has_errors());
  EXPECT_TRUE(parse_guardrails("[]", "f").has_errors());
  EXPECT_TRUE(parse_guardrails("id: A", "f").has_errors());
  EXPECT_TRUE(parse_guardrails("- id: [", "f").has_errors());
  EXPECT_TRUE(parse_guardrails("- &a [x]\n- *a\n", "f").has_errors());
  EXPECT_TRUE(parse_guardrails("- {id: A}\n---\n- {id: B}\n", "f").has_errors());
  EXPECT_TRUE(parse_guardrails(std::string(100'000, '['), "f").has_errors());
  EXPECT_TRUE(parse_guardrails(std::string(100'000, '{'), "f").has_errors());
  EXPECT_TRUE(parse_guardrails(std::string(yaml_bytes_max + 1, ' '), "f").has_errors());
  EXPECT_TRUE(parse_guardrails(std::string_view("- id: \"\0\xff\xfe\"", 11), "f").has_errors());
  std::string laughs = "a: &a [x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [*" + before + ", *" + before + "]\n";
  }
  const GuardrailFile bomb = parse_guardrails(laughs, "f");
  ASSERT_EQ(bomb.problems.size(), 1u);
  EXPECT_EQ(to_string(bomb.problems[0]),
            "f:2:8: aliases (`*name`) are not read here: write the value out");
}

TEST(PrincipalPatterns, FormsThatCanMatchAreAccepted) {
  for (const std::string_view pattern :
       {"arn:aws:iam::*:role/registry-admin", "arn:aws:iam::111122223333:role/team/*",
        "arn:aws-cn:iam::111122223333:user/ops", "arn:aws:iam::111122223333:root", "111122223333",
        "arn:*:iam::1111*:role/a?b", "service:lambda.amazonaws.com", "service:*.amazonaws.com",
        "arn:aws:iam::111122223333:*"}) {
    EXPECT_FALSE(check_principal_pattern(pattern)) << pattern;
  }
}

TEST(PrincipalPatterns, FormsThatCanMatchNobodyAreErrors) {
  for (const std::string_view pattern :
       {"", "*", "dev", "1111222233334", "arn:aws:iam::111122223333:group/ops",
        "arn:aws:iam::1111:role/x", "arn:aws:iam::11112222333a:role/x", "arn:aws:iam::*:role/",
        "arn:aws:s3:::bucket", "arn:aws:iam:eu-west-1:111122223333:role/x", "arn:aws:iam",
        "AIDAEXAMPLEEXAMPLE", "service:", "service:lambda", "arn:aws:iam::*:policy/x",
        "arn:aws:iam::*:role/${aws:username}", "arn:azure:iam::*:role/x"}) {
    const auto problem = check_principal_pattern(pattern);
    ASSERT_TRUE(problem) << pattern;
    EXPECT_FALSE(problem->is_warning) << pattern;
  }
}

TEST(PrincipalPatterns, SessionArnIsOnlyAWarning) {
  const auto problem = check_principal_pattern("arn:aws:sts::111122223333:assumed-role/dev/me");
  ASSERT_TRUE(problem);
  EXPECT_TRUE(problem->is_warning);
}

}  // namespace
}  // namespace auditor::guardrail_test
