// The memory on a real broker: it survives restarts and kills, is waited for, and is found where
// `route` sends the events of an account.
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "tests/kafka/published.h"
#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::memory_test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// status of the alerts about one guardrail, in order.
std::vector<std::string> statuses(const std::vector<Record>& alerts,
                                  const std::string& guardrail = "IAM-ECR-1") {
  std::vector<std::string> list;
  for (const Record& alert : alerts) {
    const json finding = json::parse(alert.value);
    if (finding.at("guardrail").at("id") == guardrail) list.push_back(finding.at("status"));
  }
  return list;
}

const std::vector<std::string> opened_and_resolved = {"open", "resolved"};

// A transaction of somebody who does not come to an end, with one record in a partition.
class OpenTransaction {
 public:
  OpenTransaction(const std::string& bootstrap_servers, const std::string& topic,
                  std::int32_t partition) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap_servers.c_str(), nullptr, 0);
    rd_kafka_conf_set(conf, "transactional.id", (topic + "-zombie").c_str(), nullptr, 0);
    producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0));
    expect_done(rd_kafka_init_transactions(producer_.get(), 30'000));
    expect_done(rd_kafka_begin_transaction(producer_.get()));
    rd_kafka_vu_t arguments[3]{};
    arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    arguments[0].u.cstr = topic.c_str();
    arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    arguments[1].u.i32 = partition;
    arguments[2].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[2].u.mem.ptr = const_cast<char*>("key");
    arguments[2].u.mem.size = 3;
    expect_done(rd_kafka_produceva(producer_.get(), arguments, 3));
    EXPECT_EQ(rd_kafka_flush(producer_.get(), 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  void abort() { expect_done(rd_kafka_abort_transaction(producer_.get(), 30'000)); }

 private:
  static void expect_done(rd_kafka_error_t* error) {
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
    if (error != nullptr) rd_kafka_error_destroy(error);
  }

  KafkaHandle producer_;
};

class Memory : public RunFixture {
 protected:
  void produce(std::int32_t partition, const std::string& event) {
    client_.produce(input_, partition, event);
    client_.flush();
  }

  void run_until_caught_up(const RunSettings& settings) {
    ChildProcess process = start(settings);
    ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
  }
};

TEST_F(Memory, SurvivesARestart) {
  const RunSettings settings = new_run(input_);
  produce(1, attach_event(97, "admin"));
  run_until_caught_up(settings);
  produce(1, detach_event(2 * 97, "admin"));
  run_until_caught_up(settings);
  EXPECT_EQ(statuses(client_.read(settings.alerts)), opened_and_resolved);
}

TEST_F(Memory, RestartedWorkersPublishWhatOneThatNeverStoppedPublishes) {
  constexpr int rounds = 4;
  constexpr int events_a_round = 2'000;
  const RunSettings restarted = new_run(input_);
  for (int i = 0; i < rounds * events_a_round; ++i) {
    client_.produce(input_, sample_account(i) % input_partitions, history_event(i));
    if ((i + 1) % events_a_round != 0) continue;
    client_.flush();
    run_until_caught_up(restarted);
  }
  const RunSettings steady = new_run(input_);
  run_until_caught_up(steady);
  const Published expected = published(client_, steady);
  EXPECT_GT(expected.alert_count, 1'000U);
  expect_same(published(client_, restarted), expected);
}

// A worker that lost its partitions may leave a transaction open in the memory's topic, and its
// successor writes behind it. Who comes next must not take the last stable offset for the end.
TEST_F(Memory, IsReadToItsEndBehindATransactionThatSomebodyLeftOpen) {
  const RunSettings settings = new_run(input_);
  produce(0, detach_event(97, "admin"));
  ChildProcess first = start(settings);
  ASSERT_TRUE(wait_until_caught_up(first, settings)) << first.output();
  OpenTransaction zombie(client_.bootstrap_servers(), settings.state, 0);
  produce(0, attach_event(2 * 97, "admin"));
  ASSERT_TRUE(wait_until_committed(first, settings)) << first.output();
  EXPECT_EQ(stop(first), 0) << first.output();

  produce(0, detach_event(3 * 97, "admin"));
  RunSettings again = settings;
  ChildProcess second = start(again);
  EXPECT_TRUE(wait_for_output(second, "is not read to its end yet", seconds(30)))
      << second.output();
  EXPECT_FALSE(caught_up(settings)) << "judged without its memory";
  zombie.abort();
  ASSERT_TRUE(wait_until_caught_up(second, settings)) << second.output();
  EXPECT_EQ(stop(second), 0) << second.output();
  EXPECT_EQ(statuses(client_.read(settings.alerts)), opened_and_resolved);
}

TEST_F(Memory, AStopWhileItIsReadBackIsClean) {
  const RunSettings settings = new_run(input_);
  const OpenTransaction zombie(client_.bootstrap_servers(), settings.state, 0);
  produce(0, attach_event(97, "admin"));
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_for_output(process, "is not read to its end yet", seconds(30)))
      << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
  EXPECT_TRUE(client_.read(settings.alerts).empty());
}

TEST_F(Memory, RouteBringsTheEventsOfAnAccountTogether) {
  RunSettings routing = new_run(input_);
  client_.create_topic(routing.routed, input_partitions);
  ChildProcess router =
      start_auditor(environment().directory(), routing.worker, routing.yaml(), "route");
  produce(1, attach_event(97, "admin"));
  produce(3, sample_event(2));  // irrelevant
  produce(3, "no event");
  ASSERT_TRUE(wait_until_caught_up(router, routing)) << router.output();
  produce(2, detach_event(2 * 97, "admin"));
  ASSERT_TRUE(wait_until_caught_up(router, routing)) << router.output();
  EXPECT_EQ(stop(router), 0) << router.output();

  const std::vector<Record> routed = client_.read(routing.routed);
  ASSERT_EQ(routed.size(), 2U);
  EXPECT_EQ(routed[0].value, attach_event(97, "admin"));
  EXPECT_EQ(routed[1].value, detach_event(2 * 97, "admin"));
  for (const Record& record : routed) {
    EXPECT_EQ(json(record.key), json::parse(record.value).at("recipientAccountId"));
    EXPECT_EQ(record.partition, routed[0].partition);
  }
  ASSERT_EQ(client_.read(routing.quarantine).size(), 1U);

  const RunSettings running = new_run(routing.routed);
  ChildProcess process = start(running);
  // Not until it is caught up: behind the last record stands the mark of its transaction.
  Reader alerts(client_.bootstrap_servers(), running.alerts, Isolation::read_committed);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(alerts.next(seconds(30))) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
  EXPECT_EQ(statuses(client_.read(running.alerts)), opened_and_resolved);
}

// 20,000 events of 50 accounts, killed at twenty drawn moments.
TEST_F(Memory, OfFiftyAccountsSurvivesTwentyKills) {
  constexpr int wanted_events = 20'000;
  constexpr int accounts = 50;
  constexpr int kills = 20;
  int produced = 0;
  for (int i = 0; produced < wanted_events; ++i) {
    if (sample_account(i) >= accounts) continue;
    client_.produce(input_, sample_account(i) % input_partitions, history_event(i));
    ++produced;
  }
  client_.flush();
  const RunSettings steady = new_run(input_);
  run_until_caught_up(steady);
  const Published expected = published(client_, steady);

  RunSettings settings = new_run(input_);
  settings.batch_outputs_max = 200;  // so that a kill finds a transaction open
  std::mt19937 random(20'260'302);
  Reader seen(client_.bootstrap_servers(), settings.state, Isolation::read_uncommitted);
  std::size_t state_records = 0;
  for (const auto& [partition, records] : expected.state) state_records += records.size();
  const std::size_t stride = state_records / (kills + 4);
  for (int kill = 0; kill < kills; ++kill) {
    ChildProcess process = start(settings);
    for (std::size_t left = stride / 2 + random() % stride; left > 0; --left) {
      ASSERT_TRUE(seen.next(seconds(30))) << process.output();
    }
    std::this_thread::sleep_for(milliseconds(random() % 20));
    process.kill();
    ASSERT_FALSE(caught_up(settings)) << "kill " << kill << " came after the end of the stream";
  }
  run_until_caught_up(settings);
  expect_same(published(client_, settings), expected);
  const auto written = client_.read(settings.state, Isolation::read_uncommitted).size();
  std::cout << "state records of transactions cut by a kill: " << written - state_records << '\n';
  EXPECT_GT(written, state_records) << "no kill hit an open transaction: this proved nothing";
}

}  // namespace
}  // namespace auditor::memory_test
