// How long from a produced event to its alert, readable with read_committed: 1,000 events/s for
// 20 s through `guardrail-auditor run` and a real broker on this machine, one event in a hundred
// a violation.
//   broker_latency [--rate EVENTS_PER_SECOND] [--seconds N]
// The clock starts when the event is handed to the producer and stops when the reader has it.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/kafka/auditor_process.h"
#include "tests/kafka/environment.h"
#include "tests/kafka/sample_events.h"

namespace auditor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int partitions = 4;
constexpr int harmless_index = 2;     // of sample_event: another service's read
constexpr int violation_every = 100;  // events
constexpr int warm_up_events =
    2000;  // the first connections and transactions are not the steady state
constexpr std::chrono::seconds last_alert_max{30};

struct Options {
  int rate = 1000;
  int seconds = 20;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const int value = std::stoi(argv[i + 1]);
    if (name == "--rate") {
      options.rate = value;
    } else if (name == "--seconds") {
      options.seconds = value;
    } else {
      throw std::invalid_argument("unknown option `" + name + "`");
    }
  }
  return options;
}

RunSettings settings_for(Environment& environment) {
  RunSettings settings;
  Client& client = environment.client();
  settings.bootstrap_servers = client.bootstrap_servers();
  settings.group = "latency";
  for (const std::string& topic : {settings.input, settings.alerts, settings.compliance,
                                   settings.state, settings.quarantine}) {
    client.create_topic(topic, partitions);
  }
  return settings;
}

// Produces at the rate; records when each violating event was handed over.
void produce(Client& client, const std::string& topic, const Options& options, int total,
             std::vector<Clock::time_point>& handed_over) {
  const auto begin = Clock::now();
  for (int i = 0; i < total; ++i) {
    std::this_thread::sleep_until(begin +
                                  std::chrono::microseconds(1'000'000LL * i / options.rate));
    const bool violates = i % violation_every == 0;
    const std::string event = violates ? violating_event(i) : sample_event(harmless_index);
    if (violates) handed_over[static_cast<std::size_t>(i / violation_every)] = Clock::now();
    client.produce(topic, i / violation_every % partitions, event);
  }
  client.flush();
}

int event_index(const Record& alert) {
  const auto id = nlohmann::json::parse(alert.value).at("event").at("id").get<std::string>();
  return std::stoi(id.substr(id.rfind('-') + 1));
}

double percentile(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(share * last))];
}

int run(const Options& options) {
  Environment environment;
  set_environment(&environment);
  const RunSettings settings = settings_for(environment);
  ChildProcess auditor = start_auditor(environment.directory(), "latency", settings.yaml());

  const int total = warm_up_events + options.rate * options.seconds;
  const auto violations = static_cast<std::size_t>((total + violation_every - 1) / violation_every);
  std::vector<Clock::time_point> handed_over(violations);
  std::jthread producer(
      [&] { produce(environment.client(), settings.input, options, total, handed_over); });

  // The first alert of an event counts: an event can open one for each guardrail.
  std::map<int, Clock::time_point> seen;
  Reader reader(settings.bootstrap_servers, settings.alerts, Isolation::read_committed);
  const auto end = Clock::now() + std::chrono::seconds(total / options.rate) + last_alert_max;
  while (seen.size() < violations && Clock::now() < end && auditor.running()) {
    if (const auto alert = reader.next(milliseconds(100))) {
      seen.try_emplace(event_index(*alert), Clock::now());
    }
  }
  producer.join();

  std::vector<double> latencies;
  for (const auto& [index, when] : seen) {
    if (index < warm_up_events) continue;
    const auto from = handed_over[static_cast<std::size_t>(index / violation_every)];
    latencies.push_back(std::chrono::duration<double, std::milli>(when - from).count());
  }
  if (seen.size() != violations || latencies.empty()) {
    std::cerr << "saw alerts of " << seen.size() << " of " << violations << " events\n"
              << auditor.output();
    return 1;
  }
  std::sort(latencies.begin(), latencies.end());
  std::printf(
      "%d events/s for %d s, %zu alerts measured: median %.1f ms, p99 %.1f ms, max %.1f ms\n",
      options.rate, options.seconds, latencies.size(), percentile(latencies, 0.5),
      percentile(latencies, 0.99), latencies.back());
  return 0;
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  try {
    return auditor::run(auditor::parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "broker_latency: " << error.what() << '\n';
    return 1;
  }
}
