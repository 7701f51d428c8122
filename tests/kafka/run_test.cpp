// `guardrail-auditor run` on an undisturbed broker: what it publishes, where, and what it commits.
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::run_test {
namespace {

using Service = RunFixture;

// The event ids of the findings that opened, each guardrail's once.
std::multiset<std::string> alerted_events(const std::vector<Record>& alerts,
                                          const std::string& guardrail) {
  std::multiset<std::string> ids;
  for (const Record& alert : alerts) {
    if (alert.headers.at("guardrail") != guardrail) continue;
    ids.insert(nlohmann::json::parse(alert.value).at("event").at("id").get<std::string>());
  }
  return ids;
}

std::string id_of(const std::string& event) { return nlohmann::json::parse(event).at("eventID"); }

TEST_F(Service, ViolationBecomesOneAlertOfEachGuardrail) {
  const RunSettings settings = new_run(input_);
  client_.produce(input_, 0, violating_event(1));
  client_.produce(input_, 1, sample_event(5));  // harmless
  client_.produce(input_, 2, violating_event(2));
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  const auto alerts = client_.read(settings.alerts);
  const std::multiset<std::string> expected = {id_of(violating_event(1)),
                                               id_of(violating_event(2))};
  EXPECT_EQ(alerted_events(alerts, "IAM-ECR-1"), expected);
  EXPECT_EQ(alerted_events(alerts, "IAM-ECR-2"), expected);
  EXPECT_TRUE(client_.read(settings.quarantine).empty());
  EXPECT_EQ(stop(process), 0) << process.output();
}

TEST_F(Service, AlertNamesItsBytesInTheInput) {
  const RunSettings settings = new_run(input_);
  for (int i = 0; i < 3; ++i) client_.produce(input_, 3, sample_event(2));
  client_.produce(input_, 3, violating_event(1));
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  const auto alerts = client_.read(settings.alerts);
  ASSERT_FALSE(alerts.empty());
  for (const Record& alert : alerts) {
    const auto finding = nlohmann::json::parse(alert.value);
    EXPECT_EQ(finding.at("finding_id"), alert.key);
    const auto& source = finding.at("event").at("kafka");
    EXPECT_EQ(source.at("topic"), input_);
    EXPECT_EQ(source.at("partition"), 3);
    EXPECT_EQ(source.at("offset"), 3);
  }
}

TEST_F(Service, OffsetsOfMessagesWithoutAlertsAreCommitted) {
  const RunSettings settings = new_run(input_);
  for (int i = 0; i < 200; ++i) client_.produce(input_, i % 2, sample_event(2));
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  const Offsets committed = client_.committed_offsets(settings.group, input_, input_partitions);
  EXPECT_EQ(committed.at(0), 100);
  EXPECT_EQ(committed.at(1), 100);
  EXPECT_TRUE(client_.read(settings.alerts).empty());
}

TEST_F(Service, PoisonMessageIsQuarantinedWithItsCoordinates) {
  const RunSettings settings = new_run(input_);
  const std::string poison =
      "{\"eventVersion\":\"1.08\",\"eventSource\":\"iam.amazonaws.com\",\x01";
  for (int i = 0; i < 5; ++i) client_.produce(input_, 2, sample_event(2));
  client_.produce(input_, 2, poison);
  client_.produce(input_, 2, violating_event(1));  // it must not stop what follows
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();

  Record source;
  for (const Record& record : client_.read(input_)) {
    if (record.value == poison) source = record;
  }
  const auto quarantined = client_.read(settings.quarantine);
  ASSERT_EQ(quarantined.size(), 1u);
  const Record& record = quarantined[0];
  EXPECT_EQ(record.value, poison);
  EXPECT_EQ(record.key, input_ + "-2-5");
  EXPECT_EQ(record.headers.at("source_topic"), input_);
  EXPECT_EQ(record.headers.at("source_partition"), "2");
  EXPECT_EQ(record.headers.at("source_offset"), "5");
  EXPECT_EQ(record.headers.at("source_timestamp"), std::to_string(source.timestamp_ms));
  EXPECT_FALSE(record.headers.at("reason").empty());
  EXPECT_EQ(alerted_events(client_.read(settings.alerts), "IAM-ECR-1").size(), 1u);
}

TEST_F(Service, EmptyMessageIsQuarantined) {
  const RunSettings settings = new_run(input_);
  client_.produce(input_, 1, "");
  client_.produce(input_, 1, std::nullopt);
  client_.flush();
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  std::set<std::string> keys;
  for (const Record& record : client_.read(settings.quarantine)) {
    EXPECT_EQ(record.value, "");
    keys.insert(record.key);
  }
  EXPECT_EQ(keys, (std::set<std::string>{input_ + "-1-0", input_ + "-1-1"}));
}

TEST_F(Service, RestartGoesOnWhereItStopped) {
  const RunSettings settings = new_run(input_);
  std::multiset<std::string> expected;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i) {
      const std::string event = violating_event(round * 8 + i);
      client_.produce(input_, i % input_partitions, event);
      expected.insert(id_of(event));
    }
    client_.flush();
    ChildProcess process = start(settings);
    ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
    EXPECT_EQ(alerted_events(client_.read(settings.alerts), "IAM-ECR-1"), expected);
  }
}

TEST_F(Service, SigtermUnderLoadEndsWithinFiveSecondsAndLosesNothing) {
  RunSettings settings = new_run(input_);
  settings.batch_outputs_max = 5;
  std::multiset<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    client_.produce(input_, i % input_partitions, violating_event(i));
    expected.insert(id_of(violating_event(i)));
  }
  client_.flush();
  {
    ChildProcess process = start(settings);
    Reader alerts(client_.bootstrap_servers(), settings.alerts, Isolation::read_committed);
    ASSERT_TRUE(alerts.next(std::chrono::seconds(30))) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
    EXPECT_FALSE(caught_up(settings)) << "the load was too small to stop in the middle of it";
  }
  ChildProcess process = start(settings);
  ASSERT_TRUE(wait_until_caught_up(process, settings)) << process.output();
  EXPECT_EQ(alerted_events(client_.read(settings.alerts), "IAM-ECR-1"), expected);
}

}  // namespace
}  // namespace auditor::run_test
