// Tested by guardrail_test.cpp.
#include "evaluator/guardrail/principal_pattern.h"

#include <algorithm>
#include <array>
#include <vector>

#include "evaluator/policy/arn.h"
#include "evaluator/text/wording.h"

namespace auditor {
namespace {

constexpr std::size_t pattern_bytes_max = 4096;

// True when some text matches both globs: the product of two automata with one state a letter.
bool globs_can_meet(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<bool> reached((a.size() + 1) * width, false);
  reached[0] = true;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (!reached[i * width + j]) continue;
      const bool star_a = i < a.size() && a[i] == '*';
      const bool star_b = j < b.size() && b[j] == '*';
      if (star_a) reached[(i + 1) * width + j] = true;
      if (star_b) reached[i * width + j + 1] = true;
      if (i == a.size() || j == b.size()) continue;
      if (star_a && !star_b) reached[i * width + j + 1] = true;
      if (star_b && !star_a) reached[(i + 1) * width + j] = true;
      if (!star_a && !star_b && (a[i] == b[j] || a[i] == '?' || b[j] == '?')) {
        reached[(i + 1) * width + j + 1] = true;
      }
    }
  }
  return reached.back();
}

bool can_be_account(std::string_view glob) {
  const bool letters_fit = std::ranges::all_of(
      glob, [](char c) { return (c >= '0' && c <= '9') || c == '*' || c == '?'; });
  return letters_fit && globs_can_meet(glob, "????????????");
}

// The first five fields and the rest, which takes further colons; empty when there are fewer.
std::vector<std::string_view> fields_of_arn(std::string_view arn) {
  std::vector<std::string_view> fields;
  while (fields.size() < 5) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    fields.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  fields.push_back(arn);
  return fields;
}

std::optional<PatternProblem> check_arn(std::string_view pattern) {
  const std::vector<std::string_view> field = fields_of_arn(pattern);
  const auto error = [&](std::string_view why) {
    return PatternProblem{in_backticks(pattern) + " matches no principal: " + std::string(why),
                          false};
  };
  if (field.empty()) return error("an ARN has six fields, divided by `:`");
  if (!globs_can_meet(field[1], "aws*")) return error("the partition is `aws`, `aws-cn`, ...");
  const bool is_iam = globs_can_meet(field[2], "iam");
  const bool is_sts = globs_can_meet(field[2], "sts");
  if (!is_iam && !is_sts) return error("principals belong to `iam` or `sts`");
  if (!globs_can_meet(field[3], "")) return error("the fourth field, the region, is empty");
  if (!can_be_account(field[4])) return error("the fifth field is an account id of 12 digits");
  for (const std::string_view form : {"role/?*", "user/?*", "root"}) {
    if (is_iam && globs_can_meet(field[5], form)) return std::nullopt;
  }
  if (is_sts && globs_can_meet(field[5], "federated-user/?*")) return std::nullopt;
  if (is_sts && globs_can_meet(field[5], "assumed-role/?*/?*")) {
    return PatternProblem{in_backticks(pattern) +
                              " names a session, but a session is judged as its role: write "
                              "`arn:aws:iam::ACCOUNT:role/NAME`",
                          true};
  }
  return error("the last field is `role/...`, `user/...` or `root`");
}

}  // namespace

std::optional<PatternProblem> check_principal_pattern(std::string_view pattern) {
  constexpr std::string_view service_prefix = "service:";
  if (pattern.size() > pattern_bytes_max) {
    return PatternProblem{
        "an authorized principal is longer than " + std::to_string(pattern_bytes_max) + " bytes",
        false};
  }
  if (pattern.find("${") != std::string_view::npos) {
    return PatternProblem{
        in_backticks(pattern) + " holds a variable; only `*` and `?` are special here", false};
  }
  if (is_account_id(pattern)) return std::nullopt;
  if (pattern.starts_with("arn:")) return check_arn(pattern);
  if (pattern.starts_with(service_prefix)) {
    const std::string_view service = pattern.substr(service_prefix.size());
    if (globs_can_meet(service, "?*.?*")) return std::nullopt;
    return PatternProblem{
        in_backticks(pattern) + " matches no service: write `service:lambda.amazonaws.com`", false};
  }
  return PatternProblem{in_backticks(pattern) +
                            " matches no principal: write an ARN, 12 digits or "
                            "`service:lambda.amazonaws.com`",
                        false};
}

}  // namespace auditor
