// How long a verdict takes, over every AWS managed policy: parse, decide, and beside them what a
// reader may compare with. Prints a table; no test judges it.
//
//   verdict_bench [POLICIES.ndjson]     one {"name": .., "document": {..}} a line; default: the
//                                       catalogue in config/, which holds ECR statements only
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "evaluator/decision.h"
#include "evaluator/guardrail.h"
#include "tests/evaluator/reference/evaluator.h"

namespace {

using auditor::JudgedPolicy;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 21;  // of each policy; its figure is their median

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> documents(const std::string& path) {
  std::vector<std::string> texts;
  if (!path.empty()) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      texts.push_back(nlohmann::ordered_json::parse(line).at("document").dump());
    }
    return texts;
  }
  const auto catalogue =
      nlohmann::ordered_json::parse(read_file(CONFIG_DIR "/aws-managed-policies.json"));
  for (const auto& [name, policy] : catalogue.at("policies").items()) {
    nlohmann::ordered_json document{{"Version", "2012-10-17"}};
    document["Statement"] = policy.value("statements", nlohmann::ordered_json::array());
    texts.push_back(document.dump());
  }
  return texts;
}

template <typename Work>
double median_microseconds(Work work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  std::ranges::nth_element(times, times.begin() + rounds / 2);
  return times[rounds / 2];
}

void print_row(const char* name, std::vector<double> times) {
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1,
                          static_cast<std::size_t>(share * static_cast<double>(times.size())))];
  };
  fmt::print("{:<44} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f}\n", name, at(0.5), at(0.99), at(0.999),
             times.back());
}

}  // namespace

int main(int argc, char** argv) {
  const auto texts = documents(argc > 1 ? argv[1] : "");
  const auto guardrails =
      auditor::parse_guardrails(read_file(CONFIG_DIR "/guardrails/ecr.yaml"), "ecr.yaml")
          .guardrails;
  const auditor::Subject subject{.type = auditor::SubjectType::role,
                                 .arn = "arn:aws:iam::111122223333:role/dev",
                                 .account = "111122223333",
                                 .region = ""};
  std::vector<double> parse_times;
  std::vector<double> verdict_times;
  std::size_t violations = 0;
  for (const std::string& text : texts) {
    parse_times.push_back(median_microseconds(
        [&] { (void)auditor::parse_policy_document(text, auditor::PolicyKind::identity); }));
    const std::vector<JudgedPolicy> policies{
        auditor::parse_policy_document(text, auditor::PolicyKind::identity)};
    const auditor::Question question{.subject = subject,
                                     .identity_policies = policies,
                                     .permissions_boundary = nullptr,
                                     .resource_policies = {}};
    for (const auto& guardrail : guardrails) {
      verdict_times.push_back(median_microseconds([&] { (void)decide(question, guardrail); }));
      violations += decide(question, guardrail).kind == auditor::VerdictKind::violation;
    }
  }
  fmt::print(
      "{} policies, {} guardrails, {} violations; microseconds, median of {} rounds each\n\n",
      texts.size(), guardrails.size(), violations, rounds);
  fmt::print("{:<44} {:>9} {:>9} {:>9} {:>9}\n", "", "median", "p99", "p99.9", "max");
  print_row("parse a document", parse_times);
  print_row("decide one guardrail, uncached", verdict_times);
}
