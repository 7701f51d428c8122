// How long a verdict takes, over every AWS managed policy, and what to compare it with.
//
//   verdict_bench [--policies=FILE] [Google Benchmark's options]
//
// FILE holds one {"name": .., "document": {..}} a line; without it the catalogue in config/ is
// used, which has the ECR statements only. The time of a row is one pass over all policies; p50,
// p99 and p999 are microseconds over the policies. Figures, not tests: nothing is asserted.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "evaluator/audit/verdict_cache.h"
#include "evaluator/decision/decision.h"
#include "evaluator/guardrail/guardrail.h"
#include "tests/oracle/reference/trial.h"

namespace auditor {
namespace {

using Clock = std::chrono::steady_clock;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Bench {
  std::vector<std::string> texts;
  std::vector<ParsedPolicy> documents;
  std::vector<Guardrail> guardrails;
  Subject subject{.type = EntityKind::role,
                  .arn = "arn:aws:iam::111122223333:role/dev",
                  .account = "111122223333",
                  .region = ""};
};

Bench& bench() {
  static Bench the_bench;
  return the_bench;
}

void load(const std::string& path) {
  if (!path.empty()) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      bench().texts.push_back(nlohmann::ordered_json::parse(line).at("document").dump());
    }
  } else {
    const auto catalogue =
        nlohmann::ordered_json::parse(read_file(CONFIG_DIR "/aws-managed-policies.json"));
    for (const auto& [name, policy] : catalogue.at("policies").items()) {
      nlohmann::ordered_json document{{"Version", "2012-10-17"}};
      document["Statement"] = policy.value("statements", nlohmann::ordered_json::array());
      bench().texts.push_back(document.dump());
    }
  }
  for (const std::string& text : bench().texts) {
    bench().documents.push_back(parse_policy_document(text, PolicyKind::identity));
  }
  bench().guardrails =
      parse_guardrails(read_file(CONFIG_DIR "/guardrails/ecr.yaml"), "ecr.yaml").guardrails;
}

Query query_about(std::size_t policy) {
  return {.subject = bench().subject,
          .identity_policies = std::span(&bench().documents[policy], 1),
          .permissions_boundary = nullptr,
          .resource_policies = {}};
}

// Times `work(i)` for every policy, once an iteration; the fastest of its runs stands for each
// policy, so that what else the machine does is left out.
template <typename Work>
void over_all_policies(benchmark::State& state, Work work) {
  std::vector<double> best(bench().texts.size(), 1e18);
  for (auto _ : state) {
    for (std::size_t i = 0; i < best.size(); ++i) {
      const auto start = Clock::now();
      work(i);
      best[i] = std::min(best[i],
                         std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
  }
  std::ranges::sort(best);
  const auto at = [&](double share) {
    return best[static_cast<std::size_t>(share * static_cast<double>(best.size() - 1))];
  };
  state.counters["p50"] = at(0.5);
  state.counters["p99"] = at(0.99);
  state.counters["p999"] = at(0.999);
  state.counters["max"] = best.back();
}

void parse_and_compile(benchmark::State& state) {
  over_all_policies(state, [](std::size_t i) {
    benchmark::DoNotOptimize(parse_policy_document(bench().texts[i], PolicyKind::identity));
  });
}

void verdict_uncached(benchmark::State& state) {
  const Guardrail& guardrail = bench().guardrails[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(guardrail.summary.id);
  over_all_policies(
      state, [&](std::size_t i) { benchmark::DoNotOptimize(decide(query_about(i), guardrail)); });
}

// What exactness costs: the same policies, but one fixed request for each guarded action,
// evaluated by the reference. It proves nothing about the requests that it does not ask.
void one_request_by_the_reference(benchmark::State& state) {
  using namespace reference;
  std::vector<std::optional<Documents>> documents;
  for (const std::string& text : bench().texts) {
    documents.push_back(read_documents({bench().subject, {text}, std::nullopt, {}}));
  }
  const Request request{.principal = ArnPrincipal{bench().subject.arn},
                        .action = "ecr:DeleteRepository",
                        .resource = "arn:aws:ecr:us-east-1:111122223333:repository/any",
                        .context = {}};
  over_all_policies(state, [&](std::size_t i) {
    benchmark::DoNotOptimize(
        violates(request, bench().subject, *documents[i], bench().guardrails[0], Reading::lenient));
  });
}

void repeated_document(benchmark::State& state) {
  std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)";
  while (text.size() < static_cast<std::size_t>(state.range(0)) - 80) text += R"("s3:GetObject",)";
  text += R"("ecr:DeleteRepository"],"Resource":"*"}]})";
  VerdictCache memory(42);
  memory.remember(text, GuardrailResults());
  for (auto _ : state) benchmark::DoNotOptimize(memory.find(text));
  state.SetLabel(std::to_string(text.size()) + " bytes");
}

BENCHMARK(parse_and_compile)->Unit(benchmark::kMillisecond);
BENCHMARK(verdict_uncached)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(one_request_by_the_reference)->Unit(benchmark::kMillisecond);
BENCHMARK(repeated_document)->Arg(2048);

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  constexpr std::string_view policies = "--policies=";
  std::string path;
  if (argc > 1 && std::string_view(argv[1]).starts_with(policies)) {
    path = std::string_view(argv[1]).substr(policies.size());
    std::copy(argv + 2, argv + argc, argv + 1);
    --argc;
  }
  auditor::load(path);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
