// The engine on policies that are long lists, whose verdict is known from how they are made.
//
//   list_policy_test [--cases N] [--seed S] [--first F] [--show K]
//
// Every verdict must be the expected one, and never `unknown`. How much time of the CPU a verdict
// takes is printed by shape, for reading: never judged. Time on the wall would be that of the
// machine, too.
#include "tests/oracle/reference/list_policy.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "tests/number_options.h"

namespace auditor::reference {
namespace {

struct ListSettings {
  std::uint64_t cases = 500;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;  // number of the first case: to replay one, or to share the work
  std::uint64_t show = 5;   // wrong ones that are printed
};

struct Tally {
  std::vector<double> microseconds;
  std::uint64_t wrong = 0;
  std::uint64_t unknown = 0;
};

double at_share(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(share * last)];
}

void print_times(const char* what, Tally& tally) {
  std::ranges::sort(tally.microseconds);
  std::printf("%-28s %8zu %8llu %8llu %9.0f %9.0f %9.0f %9.0f\n", what, tally.microseconds.size(),
              static_cast<unsigned long long>(tally.wrong),
              static_cast<unsigned long long>(tally.unknown), at_share(tally.microseconds, 0.5),
              at_share(tally.microseconds, 0.99), at_share(tally.microseconds, 0.999),
              tally.microseconds.back());
}

// What is wrong with the verdict; empty: nothing.
std::string wrong_with(const ListPolicy& policy, const Verdict& verdict) {
  if (verdict.kind != policy.expected) {
    return "expected " + std::string(to_string(policy.expected)) + ", not " +
           std::string(to_string(verdict.kind)) + " " + verdict.reason;
  }
  if (verdict.kind != VerdictKind::violation) return "";
  if (verdict.certainty != Certainty::certain) return "nothing is open here: " + verdict.reason;
  if (!verdict.witness) return "no witness";
  const auto replay = violates(*verdict.witness, policy.trial.subject,
                               *read_documents(policy.trial), policy.guardrail, Reading::strict);
  return replay ? "" : "the witness fails, " + replay.error() + to_json(*verdict.witness).dump();
}

int run_lists(const ListSettings& settings) {
  std::map<std::string, Tally> tallies;
  std::uint64_t wrong = 0;
  for (std::uint64_t number = settings.first; number < settings.first + settings.cases; ++number) {
    const ListPolicy policy = make_list_policy(settings.seed, number);
    const EngineQuestion question(policy.trial);
    const std::clock_t start = std::clock();
    const Verdict verdict = decide(question.question(), policy.guardrail);
    const auto ticks = static_cast<double>(std::clock() - start);
    for (const std::string& name : {policy.shape, std::string("~ all")}) {
      Tally& tally = tallies[name];
      tally.microseconds.push_back(ticks * 1e6 / CLOCKS_PER_SEC);
      if (verdict.kind == VerdictKind::unknown) ++tally.unknown;
    }
    const std::string fault = wrong_with(policy, verdict);
    if (fault.empty()) continue;
    ++tallies[policy.shape].wrong;
    ++tallies["~ all"].wrong;
    if (++wrong > settings.show) continue;
    std::printf("list policy %llu of seed %llu, %s: %s\n%s\n",
                static_cast<unsigned long long>(number),
                static_cast<unsigned long long>(settings.seed), policy.shape.c_str(), fault.c_str(),
                to_json(policy.trial).dump().c_str());
  }
  std::printf("%-28s %8s %8s %8s %9s %9s %9s %9s\n", "CPU us of a verdict", "cases", "wrong",
              "unknown", "p50", "p99", "p99.9", "max");
  for (auto& [name, tally] : tallies) print_times(name.c_str(), tally);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace auditor::reference

int main(int count, char** words) {
  auditor::reference::ListSettings settings;
  if (!auditor::read_number_options(count, words,
                                    {{"--cases", &settings.cases},
                                     {"--seed", &settings.seed},
                                     {"--first", &settings.first},
                                     {"--show", &settings.show}})) {
    std::fprintf(stderr, "usage: %s [--cases N] [--seed S] [--first F] [--show K]\n", words[0]);
    return 2;
  }
  return auditor::reference::run_lists(settings);
}
