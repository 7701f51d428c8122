// The engine against the reference evaluator on random questions.
//
//   differential_test [--cases N] [--seed S] [--first F] [--requests R] [--show K]
//
// Every witness is replayed, every `compliant` is attacked. A disagreement is shrunk and printed
// in the form of the tables; the exit code says whether there was one.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

#include "evaluator/decision/added_access.h"
#include "tests/number_options.h"
#include "tests/oracle/reference/change.h"
#include "tests/oracle/reference/comparison.h"
#include "tests/oracle/reference/disagreement.h"
#include "tests/oracle/reference/random_case.h"

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

struct Settings {
  std::uint64_t cases = 20'000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;       // number of the first case: to replay one, or to share the work
  std::uint64_t requests = 150;  // per attack
  std::uint64_t show = 5;        // disagreements that are shrunk and printed
};

// `disagreement(case)` says what is wrong with a case, if anything.
template <typename Disagreement>
void print_smallest(const ordered_json& json, const Disagreement& disagreement) {
  const auto still_wrong = [&](const ordered_json& one) { return disagreement(one).has_value(); };
  const ordered_json smallest = still_wrong(json) ? shrink(json, still_wrong) : json;
  std::printf("%s\n  %s\n", smallest.dump().c_str(),
              disagreement(smallest).value_or("found by the first attack only").c_str());
  std::fflush(stdout);  // long runs are watched
}

using Counts = std::map<std::string, std::uint64_t>;

void announce(const char* what, std::uint64_t number, const Settings& settings) {
  std::printf("disagreement in %s %llu of seed %llu\n", what,
              static_cast<unsigned long long>(number),
              static_cast<unsigned long long>(settings.seed));
}

// One in eight cases compares two documents instead of judging a subject.
void run_comparison(std::uint64_t number, const Settings& settings, Counts& counts) {
  const ordered_json json = make_random_comparison(settings.seed, number);
  const auto judgement = judge_comparison(json, settings.requests, settings.seed + number);
  const bool unknown = judgement->new_access == NewAccess::unknown;
  ++counts[unknown                                   ? "compare: unknown"
           : judgement->new_access == NewAccess::yes ? "compare: new access"
                                                     : "compare: no new access"];
  if (unknown) ++counts["unknown, though well-formed"];
  if (!judgement->disagreement || ++counts["disagreement"] > settings.show) return;
  announce("comparison", number, settings);
  print_smallest(json, [&](const ordered_json& one) {
    const auto again = judge_comparison(one, settings.requests * 20, settings.seed);
    return again ? again->disagreement : std::nullopt;
  });
}

// And one in eight is about what a change added.
void run_change(std::uint64_t number, const Settings& settings, Counts& counts) {
  const ordered_json json = make_random_change(settings.seed, number);
  const auto judgement = judge_change(json, settings.requests, settings.seed + number);
  if (!judgement) {
    ++counts["guardrail not lawful"];
    return;
  }
  const AddedAccess::Kind kind = judgement->added.kind;
  ++counts[kind == AddedAccess::Kind::unknown ? "change: unknown"
           : kind == AddedAccess::Kind::some  ? "change: added access"
                                              : "change: nothing added"];
  if (kind == AddedAccess::Kind::unknown && !judgement->malformed) {
    ++counts["unknown, though well-formed"];
    if (++counts["  because " + judgement->added.reason] == 1) {
      std::printf("%s\n", json.dump().c_str());
    }
  }
  if (!judgement->disagreement || ++counts["disagreement"] > settings.show) return;
  announce("change", number, settings);
  print_smallest(json, [&](const ordered_json& one) {
    const auto again = judge_change(one, settings.requests * 20, settings.seed);
    return again ? again->disagreement : std::nullopt;
  });
}

void run_case(std::uint64_t number, const Settings& settings, Counts& counts) {
  const ordered_json json = make_random_case(settings.seed, number);
  const auto judgement = judge(json, settings.requests, settings.seed + number);
  if (!judgement) {
    ++counts["guardrail not lawful"];
    return;
  }
  const bool ambiguous = judgement->certainty == Certainty::ambiguous;
  ++counts[std::string(to_string(judgement->verdict)) + (ambiguous ? " (ambiguous)" : "")];
  if (judgement->verdict == VerdictKind::unknown && !judgement->malformed) {
    ++counts["unknown, though well-formed"];
    if (++counts["  because " + judgement->reason] == 1) std::printf("%s\n", json.dump().c_str());
  }
  if (!judgement->disagreement || ++counts["disagreement"] > settings.show) return;
  announce("case", number, settings);
  print_smallest(json, [&](const ordered_json& one) {
    const auto again = judge(one, settings.requests * 20, settings.seed);
    return again ? again->disagreement : std::nullopt;
  });
}

int run(const Settings& settings) {
  const auto start = std::chrono::steady_clock::now();
  Counts counts;
  for (std::uint64_t number = settings.first; number < settings.first + settings.cases; ++number) {
    if (number % 8 == 7) {
      run_comparison(number, settings, counts);
    } else if (number % 8 == 3) {
      run_change(number, settings, counts);
    } else {
      run_case(number, settings, counts);
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%llu cases in %.1f s\n", static_cast<unsigned long long>(settings.cases),
              seconds.count());
  for (const auto& [what, count] : counts) {
    std::printf("%10llu %s\n", static_cast<unsigned long long>(count), what.c_str());
  }
  // Rare means rare: a bound that is passed often is too small.
  const bool too_many_unknown = counts["unknown, though well-formed"] * 500 > settings.cases;
  if (too_many_unknown) std::printf("too many unknown verdicts\n");
  return counts["disagreement"] == 0 && !too_many_unknown ? 0 : 1;
}

}  // namespace
}  // namespace auditor::reference

int main(int count, char** words) {
  auditor::reference::Settings settings;
  if (!auditor::read_number_options(count, words,
                                    {{"--cases", &settings.cases},
                                     {"--seed", &settings.seed},
                                     {"--requests", &settings.requests},
                                     {"--first", &settings.first},
                                     {"--show", &settings.show}})) {
    std::fprintf(stderr, "usage: %s [--cases N] [--seed S] [--first F] [--requests R] [--show K]\n",
                 words[0]);
    return 2;
  }
  return auditor::reference::run(settings);
}
