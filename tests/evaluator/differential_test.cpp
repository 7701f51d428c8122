// The engine against the reference evaluator on random questions.
//
//   differential_test [--cases N] [--seed S] [--requests R] [--show K]
//
// Every witness is replayed, every `compliant` is attacked. A disagreement is shrunk and printed
// in the form of the tables; the exit code says whether there was one.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

#include "tests/evaluator/reference/disagreement.h"
#include "tests/evaluator/reference/random_case.h"

namespace auditor::reference {
namespace {

struct Settings {
  std::uint64_t cases = 20'000;
  std::uint64_t seed = 1;
  std::uint64_t requests = 150;  // per attack
  std::uint64_t show = 5;        // disagreements that are shrunk and printed
};

bool read_settings(int count, char** words, Settings& settings) {
  const std::map<std::string, std::uint64_t*> names = {{"--cases", &settings.cases},
                                                       {"--seed", &settings.seed},
                                                       {"--requests", &settings.requests},
                                                       {"--show", &settings.show}};
  for (int index = 1; index + 1 < count; index += 2) {
    const auto name = names.find(words[index]);
    if (name == names.end()) return false;
    *name->second = std::stoull(words[index + 1]);
  }
  return count % 2 == 1;
}

void print_smallest(const nlohmann::ordered_json& json, const Settings& settings) {
  const auto still_wrong = [&](const nlohmann::ordered_json& one) {
    const auto judgement = judge(one, settings.requests * 20, settings.seed);
    return judgement && judgement->disagreement.has_value();
  };
  const nlohmann::ordered_json smallest = still_wrong(json) ? shrink(json, still_wrong) : json;
  const auto judgement = judge(smallest, settings.requests * 20, settings.seed);
  std::printf("%s\n  %s\n", smallest.dump().c_str(),
              judgement && judgement->disagreement ? judgement->disagreement->c_str()
                                                   : "found by the first attack only");
}

int run(const Settings& settings) {
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, std::uint64_t> counts;
  std::map<std::string, std::uint64_t> unknown_reasons;
  for (std::uint64_t number = 0; number < settings.cases; ++number) {
    const auto json = make_random_case(settings.seed, number);
    const auto judgement = judge(json, settings.requests, settings.seed + number);
    if (!judgement) {
      ++counts["guardrail not lawful"];
      continue;
    }
    const bool ambiguous = judgement->certainty == Certainty::ambiguous;
    ++counts[std::string(to_string(judgement->verdict)) + (ambiguous ? " (ambiguous)" : "")];
    if (judgement->verdict == VerdictKind::unknown && !judgement->malformed) {
      ++counts["unknown, though well-formed"];
      if (++unknown_reasons[judgement->reason] <= 1) {
        std::printf("unknown: %s\n  %s\n", judgement->reason.c_str(), json.dump().c_str());
      }
    }
    if (!judgement->disagreement) continue;
    if (++counts["disagreement"] > settings.show) continue;
    std::printf("disagreement in case %llu of seed %llu\n", static_cast<unsigned long long>(number),
                static_cast<unsigned long long>(settings.seed));
    print_smallest(json, settings);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%llu cases in %.1f s\n", static_cast<unsigned long long>(settings.cases),
              seconds.count());
  for (const auto& [what, count] : counts) {
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what.c_str());
  }
  // Rare means rare: a bound that is passed often is too small.
  const bool too_many_unknown = counts["unknown, though well-formed"] * 1000 > settings.cases;
  if (too_many_unknown) std::printf("too many unknown verdicts\n");
  return counts["disagreement"] == 0 && !too_many_unknown ? 0 : 1;
}

}  // namespace
}  // namespace auditor::reference

int main(int count, char** words) {
  auditor::reference::Settings settings;
  if (!auditor::reference::read_settings(count, words, settings)) {
    std::fprintf(stderr, "usage: %s [--cases N] [--seed S] [--requests R] [--show K]\n", words[0]);
    return 2;
  }
  return auditor::reference::run(settings);
}
