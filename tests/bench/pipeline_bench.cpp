// How much of what librdkafka can read the auditor keeps up with: events/s and CPU time of
// `guardrail-auditor run`, publishing, beside a bare program that polls and frees every message.
//   pipeline_bench [--events N] [--rounds N] [--compression none|lz4|zstd] [--workers N]
// One real broker on this machine; rounds alternate between the two, so that a noisy moment hits
// both. Both read a whole topic from its beginning with the same consumer settings (those of
// `run`). The clocks start when the partitions are assigned and stop with the last message: read by
// the bare program, committed by the auditor.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/bare_program.h"
#include "tests/bench/event_topic.h"
#include "tests/bench/watched_process.h"
#include "tests/kafka/auditor_process.h"
#include "tests/kafka/environment.h"

namespace auditor {
namespace {

using std::chrono::steady_clock;

constexpr int partitions = 4;
constexpr std::chrono::milliseconds look_every{10};
constexpr std::chrono::minutes round_max{5};

struct Options {
  std::uint64_t events = 2'000'000;
  std::size_t rounds = 7;
  std::size_t workers = 1;
  std::vector<std::string> compressions = {"none", "lz4", "zstd"};
};

Options parse(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    const std::string name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--events") {
      options.events = std::stoull(value);
    } else if (name == "--rounds") {
      options.rounds = std::stoull(value);
    } else if (name == "--workers") {
      options.workers = std::stoull(value);
    } else if (name == "--compression") {
      options.compressions = {value};
    } else {
      throw std::invalid_argument("unknown option `" + name + "`");
    }
  }
  return options;
}

struct Measured {
  double events_per_second = 0;
  double cpu_us = 0;  // an event
  double transactions = 0;
  double records = 0;
};

// The clocks of some processes, from now on.
class Stopwatch {
 public:
  explicit Stopwatch(std::vector<ChildProcess*> processes)
      : processes_(std::move(processes)), begin_(steady_clock::now()), cpu_begin_(cpu()) {}

  Measured stop(std::uint64_t events) const {
    const auto count = static_cast<double>(events);
    const std::chrono::duration<double> time = steady_clock::now() - begin_;
    const std::chrono::duration<double, std::micro> spent = cpu() - cpu_begin_;
    return {count / time.count(), spent.count() / count, 0, 0};
  }

 private:
  std::chrono::nanoseconds cpu() const {
    std::chrono::nanoseconds sum{};
    for (const ChildProcess* process : processes_) sum += cpu_time(*process);
    return sum;
  }

  std::vector<ChildProcess*> processes_;
  steady_clock::time_point begin_;
  std::chrono::nanoseconds cpu_begin_;
};

class Bench {
 public:
  Bench(Environment& environment, const Options& options, std::string input)
      : environment_(environment), options_(options), input_(std::move(input)) {}

  Measured read_bare() {
    RunSettings settings;
    settings.bootstrap_servers = environment_.client().bootstrap_servers();
    settings.group = settings.worker = environment_.unique("bare");
    ChildProcess reader(bare_program({"read", input_, std::to_string(options_.events)}, settings),
                        environment_.directory() / (settings.group + ".log"));
    wait_for_text(reader, "assigned\n");
    const Stopwatch stopwatch({&reader});
    wait_for_text(reader, "done\n");
    return stopwatch.stop(options_.events);
  }

  Measured audit() {
    RunSettings settings = new_topics();
    Client client(settings.bootstrap_servers);
    std::vector<std::unique_ptr<ChildProcess>> auditors;
    std::vector<ChildProcess*> processes;
    for (std::size_t i = 0; i < options_.workers; ++i) {
      settings.worker = settings.group + "-" + std::to_string(i);
      // WHY new: a ChildProcess cannot be moved.
      auditors.emplace_back(new ChildProcess(
          start_auditor(environment_.directory(), settings.worker, settings.yaml())));
      processes.push_back(auditors.back().get());
    }
    wait([&] { return assigned(processes) == partitions; }, processes);
    const Stopwatch stopwatch(processes);
    const std::uint64_t before = committed(client, settings.group);
    wait([&] { return committed(client, settings.group) == options_.events; }, processes);
    Measured measured = stopwatch.stop(options_.events - before);
    for (ChildProcess* auditor : processes) {
      auditor->send_signal(SIGTERM);
      auditor->wait(std::chrono::seconds(10));
      const std::string log = auditor->output();
      measured.transactions += static_cast<double>(number_before(log, " transactions"));
      measured.records += static_cast<double>(number_before(log, " records in"));
    }
    return measured;
  }

 private:
  RunSettings new_topics() {
    RunSettings settings;
    settings.bootstrap_servers = environment_.client().bootstrap_servers();
    settings.input = input_;
    settings.group = environment_.unique("pipeline");
    for (std::string* topic :
         {&settings.alerts, &settings.compliance, &settings.state, &settings.quarantine}) {
      *topic = environment_.unique(*topic);
      environment_.client().create_topic(*topic, partitions);
    }
    return settings;
  }

  static std::uint64_t assigned(const std::vector<ChildProcess*>& processes) {
    std::uint64_t sum = 0;
    for (const ChildProcess* process : processes) {
      sum += number_before(process->output(), " partitions of");
    }
    return sum;
  }

  std::uint64_t committed(Client& client, const std::string& group) const {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : client.committed_offsets(group, input_, partitions)) {
      sum += offset;
    }
    return static_cast<std::uint64_t>(sum);
  }

  template <typename Condition>
  static void wait(Condition is_reached, const std::vector<ChildProcess*>& processes) {
    const auto end = steady_clock::now() + round_max;
    while (!is_reached()) {
      for (ChildProcess* process : processes) {
        if (process->running() && steady_clock::now() < end) continue;
        throw std::runtime_error("an auditor does not come to the end:\n" + process->output());
      }
      std::this_thread::sleep_for(look_every);
    }
  }

  Environment& environment_;
  const Options& options_;
  std::string input_;
};

double median(const std::vector<Measured>& rounds, double Measured::* field) {
  std::vector<double> values;
  for (const Measured& measured : rounds) values.push_back(measured.*field);
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print_heading() {
  std::printf(
      "| compression | bare, k/s | auditor, k/s | ratio | bare, CPU us | auditor, CPU us | ratio | "
      "transactions | records |\n|---|---|---|---|---|---|---|---|---|\n");
}

void print_row(const std::string& compression, const std::vector<Measured>& bare,
               const std::vector<Measured>& audited) {
  const double bare_rate = median(bare, &Measured::events_per_second);
  const double rate = median(audited, &Measured::events_per_second);
  const double bare_cpu = median(bare, &Measured::cpu_us);
  const double cpu = median(audited, &Measured::cpu_us);
  std::printf("| %s | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f | %.0f | %.0f |\n",
              compression.c_str(), bare_rate / 1e3, rate / 1e3, rate / bare_rate, bare_cpu, cpu,
              cpu / bare_cpu, median(audited, &Measured::transactions),
              median(audited, &Measured::records));
  std::fflush(stdout);
}

void run(const Options& options) {
  Environment environment;
  set_environment(&environment);
  std::printf("%llu events, medians of %zu rounds, %zu worker(s)\n\n",
              static_cast<unsigned long long>(options.events), options.rounds, options.workers);
  print_heading();
  for (const std::string& compression : options.compressions) {
    const std::string input = "events." + compression;
    fill_event_topic(environment.client(), input, partitions, options.events, compression);
    Bench bench(environment, options, input);
    std::vector<Measured> bare, audited;
    for (std::size_t round = 0; round < options.rounds; ++round) {
      bare.push_back(bench.read_bare());
      audited.push_back(bench.audit());
      std::fprintf(stderr, "%s %zu: %.0f, %.0f k/s; %.2f, %.2f us\n", compression.c_str(), round,
                   bare.back().events_per_second / 1e3, audited.back().events_per_second / 1e3,
                   bare.back().cpu_us, audited.back().cpu_us);
    }
    print_row(compression, bare, audited);
  }
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  try {
    auditor::run(auditor::parse({argv, static_cast<std::size_t>(argc)}));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "pipeline_bench: " << error.what() << '\n';
    return 1;
  }
}
