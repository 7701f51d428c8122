// How long from a produced event to its alert, readable with read_committed, at several rates: of
// `guardrail-auditor run`, and of a bare program that copies the same events in transactions and
// judges nothing, in turns and on one real broker. One event in a hundred is a violation.
//   broker_latency [--rate EVENTS_PER_SECOND] [--seconds N] [--rounds N]
// The clock starts when the event is handed to the producer and stops when the reader has it.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/bare_program.h"
#include "tests/bench/watched_process.h"
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
constexpr int rests_per_second = 1000;
constexpr milliseconds warm_up{
    2000};  // first connections and transactions are not the steady state
constexpr std::chrono::seconds last_alert_max{30};
constexpr std::string_view id_begin = "00000000-0000-4000-8000-";  // of the sample events
constexpr std::size_t id_digits = 12;

struct Options {
  std::vector<int> rates = {1'000, 10'000, 50'000};
  int seconds = 10;
  int rounds = 2;
};

Options parse(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    const std::string name = arguments[i];
    const int value = std::stoi(arguments[i + 1]);
    if (name == "--rate") {
      options.rates = {value};
    } else if (name == "--seconds") {
      options.seconds = value;
    } else if (name == "--rounds") {
      options.rounds = value;
    } else {
      throw std::invalid_argument("unknown option `" + name + "`");
    }
  }
  return options;
}

// The number of the violation that an alert, or a copy, is about.
int violation_index(const Record& record) {
  const std::size_t begin = record.value.find(id_begin);
  if (begin == std::string::npos) throw std::runtime_error("no id in: " + record.value);
  return std::stoi(record.value.substr(begin + id_begin.size(), id_digits));
}

// One program at one rate: what is produced, and when each of its violations came out.
class Run {
 public:
  Run(Client& client, const RunSettings& settings, int rate, int seconds)
      : client_(client),
        settings_(settings),
        rate_(rate),
        warm_up_events_(static_cast<int>(rate * warm_up.count() / 1000)),
        total_(warm_up_events_ + rate * seconds),
        handed_over_(static_cast<std::size_t>(total_ / violation_every + 1)) {}

  // In milliseconds. Adds to `latencies`.
  void measure(ChildProcess& program, std::vector<double>& latencies) {
    std::jthread producer([this] { produce(); });
    std::map<int, Clock::time_point> seen;
    const std::size_t wanted = static_cast<std::size_t>((total_ - 1) / violation_every + 1);
    Reader reader(settings_.bootstrap_servers, settings_.alerts, Isolation::read_committed);
    const auto end = Clock::now() + std::chrono::seconds(total_ / rate_) + last_alert_max;
    while (seen.size() < wanted && Clock::now() < end && program.running()) {
      // The first alert of an event counts: an event can open one for each guardrail.
      if (const auto record = reader.next(milliseconds(100))) {
        seen.try_emplace(violation_index(*record), Clock::now());
      }
    }
    producer.join();
    if (seen.size() != wanted) {
      throw std::runtime_error("saw " + std::to_string(seen.size()) + " of " +
                               std::to_string(wanted) + " events\n" + program.output());
    }
    for (const auto& [index, when] : seen) {
      if (index * violation_every < warm_up_events_) continue;
      const auto from = handed_over_[static_cast<std::size_t>(index)];
      latencies.push_back(std::chrono::duration<double, std::milli>(when - from).count());
    }
  }

 private:
  void produce() {
    const std::string harmless = sample_event(harmless_index);
    const int events_per_rest = std::max(1, rate_ / rests_per_second);
    const auto begin = Clock::now();
    for (int i = 0; i < total_; ++i) {
      if (i % events_per_rest == 0) {
        std::this_thread::sleep_until(begin + std::chrono::microseconds(1'000'000LL * i / rate_));
      }
      const int violation = i / violation_every;
      const int partition = violation % partitions;
      if (i % violation_every != 0) {
        client_.produce(settings_.input, partition, harmless);
        continue;
      }
      // WHY its number and not the event's: each must be another role's, or opens nothing.
      const std::string event = violating_event(violation);
      handed_over_[static_cast<std::size_t>(violation)] = Clock::now();
      client_.produce(settings_.input, partition, event);
    }
    client_.flush();
  }

  Client& client_;
  const RunSettings& settings_;
  int rate_;
  int warm_up_events_;
  int total_;
  std::vector<Clock::time_point> handed_over_;
};

RunSettings new_topics(Environment& environment) {
  RunSettings settings;
  Client& client = environment.client();
  settings.bootstrap_servers = client.bootstrap_servers();
  settings.group = environment.unique("latency");
  settings.worker = settings.group;
  for (std::string* topic : {&settings.input, &settings.alerts, &settings.compliance,
                             &settings.state, &settings.quarantine}) {
    *topic = environment.unique(*topic);
    client.create_topic(*topic, partitions);
  }
  return settings;
}

void measure_auditor(Environment& environment, const Options& options, int rate,
                     std::vector<double>& latencies) {
  const RunSettings settings = new_topics(environment);
  ChildProcess auditor = start_auditor(environment.directory(), settings.group, settings.yaml());
  wait_for_text(auditor, "are this worker's");
  Run(environment.client(), settings, rate, options.seconds).measure(auditor, latencies);
}

void measure_copier(Environment& environment, const Options& options, int rate,
                    std::vector<double>& latencies) {
  const RunSettings settings = new_topics(environment);
  ChildProcess copier(
      bare_program({"copy", settings.input, settings.alerts, "PutRolePolicy"}, settings),
      environment.directory() / (settings.group + ".log"));
  wait_for_text(copier, "assigned\n");
  Run(environment.client(), settings, rate, options.seconds).measure(copier, latencies);
}

double percentile(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(share * last))];
}

void print_row(int rate, std::vector<double> bare, std::vector<double> audited) {
  std::ranges::sort(bare);
  std::ranges::sort(audited);
  const double bare_median = percentile(bare, 0.5);
  const double bare_p99 = percentile(bare, 0.99);
  const double median = percentile(audited, 0.5);
  const double p99 = percentile(audited, 0.99);
  std::printf("| %d | %.1f | %.1f | %.2f | %.1f | %.1f | %.2f |\n", rate, bare_median, median,
              median / bare_median, bare_p99, p99, p99 / bare_p99);
  std::fflush(stdout);
}

void run(const Options& options) {
  Environment environment;
  set_environment(&environment);
  std::printf("%d rounds of %d s each\n\n", options.rounds, options.seconds);
  std::printf(
      "| events/s | bare, median ms | auditor, median ms | ratio | bare, p99 ms | auditor, p99 ms "
      "| ratio |\n|---|---|---|---|---|---|---|\n");
  for (const int rate : options.rates) {
    std::vector<double> bare, audited;
    for (int round = 0; round < options.rounds; ++round) {
      measure_copier(environment, options, rate, bare);
      measure_auditor(environment, options, rate, audited);
    }
    print_row(rate, std::move(bare), std::move(audited));
  }
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  try {
    auditor::run(auditor::parse({argv, static_cast<std::size_t>(argc)}));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "broker_latency: " << error.what() << '\n';
    return 1;
  }
}
