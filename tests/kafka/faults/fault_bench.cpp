// Exactly once under fire: runs a seeded plan of faults against the auditor on real brokers, and
// compares what it published with an undisturbed run.
//
// `--short` is what CTest calls: the auditor must pass, and each auditor with a planted mistake
// must be caught by the same plan. Prints one line a run; 0: as it should be.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "tests/kafka/faults/fault_run.h"
#include "tests/kafka/temporary_directory.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

constexpr auto examples = R"(Examples:
  fault_bench --short                                  # what CTest runs: the auditor, and every planted mistake
  fault_bench --seed 7 --rounds 80 --events 280000     # a long one; the same number is the same plan
  fault_bench --seed 7 --nodes 3                       # on a cluster of three nodes
  fault_bench --seed 7 --mistake no_rewind             # is this mistake caught?
  fault_bench --seed 7 --plan                          # the plan only)";

constexpr int relevant_events_per_round_max = 400;  // each costs a share of a transaction's time

struct Options {
  std::uint32_t seed = 1;
  int rounds = 8;
  int events = 1'200;
  int nodes = 1;
  std::string auditor;
  std::string mistake;
  bool is_short = false;
  bool is_plan_only = false;

  StreamSize stream() const {
    const int per_round = std::max(1, events / std::max(1, rounds));
    return {per_round, 1 + per_round / relevant_events_per_round_max};
  }
  Plan plan() const {
    const StreamSize size = stream();
    return plan_of(seed, {rounds, size.events_per_round / size.relevant_every, nodes});
  }
};

std::vector<std::string> mistakes() {
  std::vector<std::string> list;
  for (const auto name : std::views::split(std::string_view(MISTAKES), ' ')) {
    list.emplace_back(name.begin(), name.end());
  }
  return list;
}

// Copies the logs of the auditors and of the nodes out of a bench's directory.
void keep_logs_of(const fs::path& directory) {
  const fs::path kept = KEPT_LOGS;
  fs::remove_all(kept);
  fs::create_directories(kept);
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".log" || !entry.is_regular_file()) continue;
    const std::string folder = entry.path().parent_path().filename().string();
    const bool is_auditor = entry.path().parent_path() == directory;
    const bool is_node = entry.path().filename() == "server.log";
    if (!is_auditor && !is_node) continue;
    fs::copy_file(entry.path(),
                  kept / ((is_node ? folder + "-" : "") + entry.path().filename().string()));
  }
  std::cerr << "logs kept in " << kept.string() << '\n';
}

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)), cluster_(KAFKA_JARS, directory_.path(), options_.nodes) {}

  // All that differed, which for the real auditor is nothing.
  bool passes(const fs::path& executable, const std::string& name) {
    const Differences found = ran(executable, name, &FaultRun::run).found;
    for (const std::string& example : found.examples) std::cerr << "  " << example << '\n';
    return !found.any();
  }
  bool is_caught(const std::string& mistake) {
    const fs::path executable = fs::path(MISTAKEN_AUDITORS) / ("auditor-" + mistake);
    return ran(executable, mistake, &FaultRun::run_until_a_difference).found.any();
  }
  void keep_logs() const { keep_logs_of(directory_.path()); }

 private:
  RunResult ran(const fs::path& executable, const std::string& name, RunResult (FaultRun::*way)()) {
    const auto begin = std::chrono::steady_clock::now();
    FaultRun run(cluster_, directory_.path(), "run-" + std::to_string(++runs_), executable,
                 options_.plan(), options_.stream());
    const RunResult result = (run.*way)();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    print(name, result, took.count());
    return result;
  }

  void print(const std::string& name, const RunResult& result, double seconds) const {
    const auto& [counts, found] = result;
    std::cout << name << ": seed=" << options_.seed << " nodes=" << options_.nodes
              << " kills=" << counts.kills << " stops=" << counts.freezes
              << " broker_restarts=" << counts.broker_restarts << " cuts=" << counts.cuts
              << " revocations=" << counts.revocations << " aborted=" << counts.aborted
              << " error_ends=" << counts.errors << " events=" << counts.events
              << " alerts=" << counts.alerts << " discarded=" << counts.discarded
              << " lost=" << found.lost << " doubled=" << found.doubled << " moved=" << found.moved
              << " seconds=" << static_cast<int>(seconds) << std::endl;
  }

  Options options_;
  TemporaryDirectory directory_{"faults"};
  Cluster cluster_;
  int runs_ = 0;
};

void print_plan(const Plan& plan) {
  std::cout << plan.auditors << " auditors, " << plan.outputs_per_batch << " outputs a batch\n";
  for (const Step& step : plan.steps) {
    std::cout << (step.waits_for_calm ? "" : "at once: ") << to_string(step.fault)
              << (step.is_for_all ? "" : " (one)");
    if (step.aim != Aim::any_time) {
      std::cout << " when " << step.alerts << " alerts are "
                << (step.aim == Aim::appended ? "appended" : "readable");
    }
    std::cout << ", delay " << step.delay.to_broker.count() << " + " << step.delay.to_client.count()
              << " ms";
    if (step.duration.count() > 0) std::cout << ", for " << step.duration.count() << " ms";
    std::cout << '\n';
  }
}

bool is_well(const Options& options, Bench& bench) {
  if (!options.mistake.empty()) return bench.is_caught(options.mistake);
  const fs::path executable =
      options.auditor.empty() ? auditor_executable() : fs::path(options.auditor);
  bool is_good = bench.passes(executable, "auditor");
  if (!is_good) std::cout << "the auditor published something else than undisturbed\n";
  if (!options.is_short) return is_good;
  for (const std::string& mistake : mistakes()) {
    if (bench.is_caught(mistake)) continue;
    std::cout << "the planted mistake " << mistake << " was not caught\n";
    is_good = false;
  }
  return is_good;
}

int run(const Options& options) {
  if (options.is_plan_only) {
    print_plan(options.plan());
    return 0;
  }
  Bench bench(options);
  try {
    if (is_well(options, bench)) return 0;
  } catch (const std::exception& error) {
    std::cerr << "seed " << options.seed << ": " << error.what() << '\n';
  }
  bench.keep_logs();
  return 1;
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  CLI::App app("Faults drawn from a seed against guardrail-auditor on real Kafka brokers");
  app.footer(auditor::examples);
  auditor::Options options;
  app.add_option("--seed", options.seed, "Of the plan")->capture_default_str();
  app.add_option("--rounds", options.rounds, "One fault each")->capture_default_str();
  app.add_option("--events", options.events, "Of all rounds together")->capture_default_str();
  app.add_option("--nodes", options.nodes, "1 or 3 brokers")
      ->check(CLI::IsMember({1, 3}))
      ->capture_default_str();
  app.add_option("--auditor", options.auditor, "Another executable to test")->type_name("PATH");
  app.add_option("--mistake", options.mistake, "The auditor with this mistake; 0: it was caught")
      ->check(CLI::IsMember(auditor::mistakes()));
  app.add_flag("--short", options.is_short, "The auditor, then every planted mistake");
  app.add_flag("--plan", options.is_plan_only, "Print the plan and do nothing");
  CLI11_PARSE(app, argc, argv);
  try {
    return auditor::run(options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
