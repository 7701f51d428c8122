#include "tests/kafka/faults/fault_run.h"

#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/kafka/faults/write_ban.h"
#include "tests/kafka/sample_events.h"

namespace auditor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int partitions = 4;
constexpr seconds patience{120};  // with anything that must happen in the end
constexpr milliseconds reader_look_interval{20};
constexpr milliseconds forbidden_after_abort{300};  // so that it happens again
constexpr char aborted_line[] = "transaction aborted";
constexpr char revoked_line[] = "all partitions revoked";

// Of the events that lead to something every third cannot be read. WHY so many: the memory knows an
// event that it has audited before, so what is read twice may say nothing twice. Quarantine has no
// memory, and shows it.
std::string stream_event(int index, int relevant_every) {
  if (index % relevant_every != 0) return quiet_event(index);
  if (index / relevant_every % 3 != 1) return history_event(index);
  return R"({"eventVersion":"1.08","eventSource":"iam.amazonaws.com",)" + std::to_string(index);
}

}  // namespace

FaultRun::FaultRun(Cluster& cluster, std::filesystem::path directory, const std::string& name,
                   std::filesystem::path executable, Plan plan, StreamSize stream)
    : cluster_(cluster),
      directory_(std::move(directory)),
      name_(name),
      plan_(std::move(plan)),
      stream_(stream),
      client_(cluster.bootstrap_servers()),
      settings_(new_settings(name)),
      fleet_(std::move(executable), directory_, settings_) {
  client_.create_topic(settings_.input, partitions);
  appended_ = std::make_unique<Reader>(client_.bootstrap_servers(), settings_.alerts,
                                       Isolation::read_uncommitted);
  readable_ = std::make_unique<Reader>(client_.bootstrap_servers(), settings_.alerts,
                                       Isolation::read_committed);
}

// Names and output topics for a group, and the login by the proxies.
RunSettings FaultRun::new_settings(const std::string& name) {
  RunSettings settings;
  settings.bootstrap_servers = cluster_.proxied_bootstrap_servers();
  settings.kafka_extra = proxied_login() + "  reconnect.backoff.max.ms: 500\n";
  // Of several nodes one is near: what it does not lead is read from a follower, which lags.
  if (cluster_.size() > 1) settings.kafka_extra += "  client.rack: " + rack_of(0) + "\n";
  settings.group = name;
  settings.input = name_ + ".events";
  settings.alerts = name + ".alerts";
  settings.quarantine = name + ".quarantine";
  settings.compliance = name + ".compliance";
  settings.state = name + ".state";
  settings.batch_outputs_max = plan_.outputs_per_batch;
  settings.session_timeout_ms = static_cast<int>(auditor_session.count());
  settings.consumer_extra = "    heartbeat.interval.ms: 500\n";
  settings.extra = "watchdog_ms: 10000\n";
  for (const std::string* topic :
       {&settings.alerts, &settings.quarantine, &settings.compliance, &settings.state}) {
    client_.create_topic(*topic, partitions);
  }
  return settings;
}

RunResult FaultRun::run() {
  for (int i = 0; i < plan_.auditors; ++i) fleet_.join(true);
  for (const Step& step : plan_.steps) take(step);
  return compared();
}

RunResult FaultRun::run_until_a_difference() {
  for (int i = 0; i < plan_.auditors; ++i) fleet_.join(true);
  for (const Step& step : plan_.steps) {
    take(step);
    if (!step.ends_aimed_part) continue;
    const RunResult result = compared();
    if (result.found.any()) return result;
  }
  return compared();
}

// ---- one step

void FaultRun::take(const Step& step) {
  if (step.waits_for_calm) wait_until_caught_up();
  drain();
  cluster_.set_delay(step.delay);
  if (step.fault == Fault::forbid_writes) {
    forbid_writes();
  } else {
    produce_round();
    if (step.aim == Aim::appended) wait_for(*appended_, step.alerts);
    if (step.aim == Aim::readable) wait_for(*readable_, step.alerts);
    sleep(step.pause);
    inject(step);
  }
  cluster_.set_delay({});
}

void FaultRun::produce_round() {
  for (int i = 0; i < stream_.events_per_round; ++i, ++produced_) {
    client_.produce(settings_.input, sample_account(produced_) % partitions,
                    stream_event(produced_, stream_.relevant_every));
  }
  client_.flush();
}

void FaultRun::inject(const Step& step) {
  const std::size_t node = step.pick % cluster_.size();
  switch (step.fault) {
    case Fault::kill_auditors:
      return fleet_.kill(step.is_for_all ? Fleet::all : step.pick);
    case Fault::stop_auditors:
      return freeze(step);
    case Fault::forbid_writes:
      return;  // happens before the events are there: see take()
    case Fault::cut_network:
    case Fault::refuse_network:
      ++counts_.cuts;
      cluster_.set_refusing(step.fault == Fault::refuse_network);
      cluster_.cut();
      sleep(step.duration);
      return cluster_.set_refusing(false);
    case Fault::hold_network:
      cluster_.set_holding(true);
      sleep(step.duration);
      return cluster_.set_holding(false);
    case Fault::join_group:
      return join();
    case Fault::leave_group:
      return leave();
    case Fault::restart_broker:
      ++counts_.broker_restarts;
      return cluster_.restart(node);
    case Fault::kill_broker:
      ++counts_.broker_restarts;
      return cluster_.kill(node, step.duration);
    case Fault::restart_brokers:
      counts_.broker_restarts += cluster_.size();
      return cluster_.restart_one_after_the_other();
  }
}

void FaultRun::freeze(const Step& step) {
  const std::size_t which = step.is_for_all ? Fleet::all : step.pick;
  fleet_.freeze(which);
  std::this_thread::sleep_for(step.duration);  // unsupervised: nobody may be exchanged meanwhile
  fleet_.thaw(which);
}

void FaultRun::join() {
  if (fleet_.size() == auditors_max) return fleet_.leave();
  fleet_.join(false);
}

void FaultRun::leave() {
  if (fleet_.size() == 1) return fleet_.join(false);
  fleet_.leave();
}

void FaultRun::forbid_writes() {
  const std::size_t aborted = fleet_.count_in_logs(aborted_line);
  const std::size_t errors = fleet_.errors();
  WriteBan ban(client_.bootstrap_servers(), settings_.alerts);
  produce_round();
  // A mistaken auditor may end, or come to the end of the input without its alerts.
  wait_until("an effect of the ban", [&] {
    return fleet_.count_in_logs(aborted_line) > aborted || fleet_.errors() > errors || is_at_end();
  });
  sleep(forbidden_after_abort);
  ban.lift();
}

// ---- waiting, always with an eye on the auditors

void FaultRun::wait_until(const std::string& what, const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    fleet_.supervise();
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("waited in vain for " + what + ":" + behind() + "\n" +
                               fleet_.logs());
    }
    std::this_thread::sleep_for(reader_look_interval);
  }
}

void FaultRun::sleep(milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    fleet_.supervise();
    std::this_thread::sleep_for(std::min(reader_look_interval, duration));
  }
}

// Not by wait_until(), which sleeps: what comes after an alert is a matter of milliseconds.
void FaultRun::wait_for(Reader& reader, std::size_t alerts) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (alerts > 0) {
    if (reader.next(reader_look_interval)) {
      --alerts;
      continue;
    }
    fleet_.supervise();
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("waited in vain for an alert:\n" + fleet_.logs());
    }
  }
}

// Up to now: what comes from here on is new.
void FaultRun::drain() {
  for (Reader* reader : {appended_.get(), readable_.get()}) {
    while (reader->next(reader_look_interval)) {
    }
  }
}

std::string FaultRun::behind() {
  try {
    return not_caught_up(client_, settings_, partitions);
  } catch (const std::runtime_error& error) {  // a broker that has just come back
    return std::string(" the broker does not say: ") + error.what();
  }
}

bool FaultRun::is_at_end() { return behind().empty(); }

void FaultRun::wait_until_caught_up() {
  wait_until("the end of the input", [this] { return is_at_end(); });
}

void FaultRun::wait_until_settled() {
  wait_until("the end of all transactions",
             [this] { return is_settled(client_, settings_, partitions); });
}

// ---- the question at the end

RunResult FaultRun::compared() {
  wait_until_caught_up();
  wait_until_settled();
  const Published got = published(client_, settings_);
  counts_.kills = fleet_.kills();
  counts_.freezes = fleet_.freezes();
  counts_.errors = fleet_.errors();
  counts_.aborted = fleet_.count_in_logs(aborted_line);
  counts_.revocations = fleet_.count_in_logs(revoked_line);
  counts_.events = static_cast<std::size_t>(produced_);
  counts_.alerts = got.alert_count;
  counts_.discarded =
      client_.read(settings_.alerts, Isolation::read_uncommitted).size() - got.alert_count;
  return {counts_, finding_diffs(got, undisturbed())};
}

Published FaultRun::undisturbed() {
  RunSettings settings =
      new_settings(name_ + ".undisturbed-" + std::to_string(++undisturbed_runs_));
  settings.bootstrap_servers = client_.bootstrap_servers();
  settings.kafka_extra.clear();
  settings.worker = settings.group;
  settings.batch_outputs_max = RunSettings().batch_outputs_max;
  ChildProcess process = start_auditor(directory_, settings.group, settings.yaml());
  wait_until("an undisturbed run", [&] {
    if (!process.running()) throw std::runtime_error("it ended:\n" + process.output());
    return is_caught_up(client_, settings, partitions);
  });
  process.send_signal(SIGTERM);
  process.wait(patience);
  return published(client_, settings);
}

}  // namespace auditor
