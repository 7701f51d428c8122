// Every call that changes policies, failed: it is an attempt where it could have opened a finding.
// What it says is played by histories_test; here, that no call is left out.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "evaluator/events/account_change.h"
#include "evaluator/events/ecr_calls.h"
#include "evaluator/events/iam_calls.h"
#include "evaluator/events/policy_calls.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::attempts_test {
namespace {

using nlohmann::json;

struct Service {
  const char* source;
  std::span<const KnownCall> calls;
};

std::vector<Service> services() {
  return {{"iam.amazonaws.com", iam_calls()},
          {"iam.amazonaws.com", managed_policy_calls()},
          {"ecr.amazonaws.com", ecr_calls()},
          {"ecr-public.amazonaws.com", ecr_public_calls()},
          {"sso.amazonaws.com", permission_set_calls()}};
}

std::string name_of_call(const json& step) {
  for (const auto& [key, value] : step.items()) {
    if (std::isupper(static_cast<unsigned char>(key.front())) != 0) return key;
  }
  return {};
}

// The calls of attempts.jsonl that failed, by whether they were told.
struct Played {
  std::set<std::string> told, silent;
};

Played played() {
  Played played;
  std::ifstream file(std::filesystem::path(AUDITOR_TEST_CASES) / "histories/attempts.jsonl");
  for (std::string line; std::getline(file, line);) {
    const json scenario = json::parse(line);
    for (const json& step : scenario["events"]) {
      if (step.contains("error")) {
        (step.contains("says") ? played.told : played.silent).insert(name_of_call(step));
      }
    }
  }
  return played;
}

TEST(Attempts, OfEveryCallThatCanOpenAFindingAreTold) {
  const Played cases = played();
  for (const Service& service : services()) {
    for (const KnownCall& call : service.calls) {
      const bool can_grow = call.access == Access::can_grow;
      EXPECT_EQ(cases.told.contains(std::string(call.name)), can_grow) << call.name;
      EXPECT_EQ(cases.silent.contains(std::string(call.name)), !can_grow) << call.name;
    }
  }
}

TEST(Attempts, WithoutParametersAreOfCallsThatCanOpenAFinding) {
  for (const Service& service : services()) {
    for (const KnownCall& call : service.calls) {
      CloudTrailEvent event(second_of(1'767'225'600), "e");
      event.source = service.source;
      event.name = call.name;
      event.region = "eu-west-1";
      event.account = "111122223333";
      event.error_code = "AccessDenied";
      const auto change = attempted_change(event, [](const auto&, PolicyKind) { return true; });
      EXPECT_EQ(change.has_value(), call.access == Access::can_grow) << call.name;
    }
  }
}

}  // namespace
}  // namespace auditor::attempts_test
