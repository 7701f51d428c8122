// What `guardrail-auditor run` says when it cannot start or cannot reach the broker.
#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/consumer/service/manager_socket.h"
#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::start_test {
namespace {

using std::chrono::seconds;
using Start = RunFixture;

constexpr seconds refuse_time_max{30};

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_F(Start, MissingBrokerIsRetriedAndSaidSo) {
  RunSettings settings = new_run(input_);
  const std::string nowhere = "127.0.0.1:" + std::to_string(free_port());
  settings.bootstrap_servers = nowhere;
  ChildProcess process = start(settings);
  EXPECT_TRUE(wait_for_output(process, nowhere, seconds(20))) << process.output();
  EXPECT_FALSE(process.wait(seconds(3)).has_value()) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
}

TEST_F(Start, MissingTopicIsOneMessageAndAnError) {
  for (const std::string missing : {"input", "alerts", "quarantine", "compliance", "state"}) {
    RunSettings settings = new_run(input_);
    const std::string name = environment().unique("no-such-topic");
    (missing == "input"        ? settings.input
     : missing == "alerts"     ? settings.alerts
     : missing == "compliance" ? settings.compliance
     : missing == "state"      ? settings.state
                               : settings.quarantine) = name;
    ChildProcess process = start(settings);
    const auto code = process.wait(refuse_time_max);
    ASSERT_TRUE(code.has_value()) << missing << '\n' << process.output();
    EXPECT_NE(*code, 0) << missing;
    EXPECT_NE(process.output().find("`" + name + "`"), std::string::npos) << process.output();
  }
}

TEST_F(Start, StateWithOtherPartitionsThanTheInputIsAnError) {
  RunSettings settings = new_run(input_);
  settings.state = environment().unique("guardrail.state");
  client_.create_topic(settings.state, input_partitions - 1);
  ChildProcess process = start(settings);
  const auto code = process.wait(refuse_time_max);
  ASSERT_TRUE(code.has_value()) << process.output();
  EXPECT_EQ(*code, 1);
  EXPECT_NE(
      process.output().find("`" + settings.state + "` has 3 partitions and `" + input_ + "` has 4"),
      std::string::npos)
      << process.output();
}

TEST_F(Start, StateThatIsNotCompactedIsWarnedOf) {
  const RunSettings settings = new_run(input_);  // its topics are as the broker makes them
  ChildProcess process = start(settings);
  EXPECT_TRUE(wait_for_output(process, "`" + settings.state + "` is not compacted",
                              std::chrono::seconds(20)))
      << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
}

TEST_F(Start, BadGuardrailFileIsNamedWithItsLine) {
  const auto path = environment().directory() / "bad-guardrail.yaml";
  std::ofstream(path) << "guardrails:\n  - id: MINE-1\n    tittle: misspelt\n";
  RunSettings settings = new_run(input_);
  settings.extra = "guardrails:\n  - " + path.string() + "\n";
  ChildProcess process = start(settings);
  const auto code = process.wait(refuse_time_max);
  ASSERT_TRUE(code.has_value()) << process.output();
  EXPECT_EQ(*code, 1);
  EXPECT_NE(process.output().find(path.string() + ":3"), std::string::npos) << process.output();
  EXPECT_NE(process.output().find("`tittle`"), std::string::npos) << process.output();
}

TEST_F(Start, UnknownSettingIsNamedWithItsLineAndTheNearestKey) {
  RunSettings settings = new_run(input_);
  settings.extra = "watchdog_mss: 1000\n";
  ChildProcess process = start(settings);
  const auto code = process.wait(refuse_time_max);
  ASSERT_TRUE(code.has_value()) << process.output();
  EXPECT_EQ(*code, 1);
  EXPECT_NE(process.output().find("`watchdog_mss`"), std::string::npos) << process.output();
  EXPECT_NE(process.output().find("`watchdog_ms`"), std::string::npos) << process.output();
  EXPECT_EQ(lines(process.output()), 1u) << process.output();
}

TEST_F(Start, UnknownLibrdkafkaSettingIsAnError) {
  RunSettings settings = new_run(input_);
  settings.consumer_extra = "    no.such.property: 1\n";
  ChildProcess process = start(settings);
  const auto code = process.wait(refuse_time_max);
  ASSERT_TRUE(code.has_value()) << process.output();
  EXPECT_EQ(*code, 1);
  EXPECT_NE(process.output().find("no.such.property"), std::string::npos) << process.output();
}

TEST_F(Start, TheServiceManagerIsToldThatItIsReadyAndAliveAndStopping) {
  const ManagerSocket manager("@");
  const RunSettings settings = new_run(input_);
  ChildProcess process = start(settings);
  std::vector<std::string> told;
  const auto wait_for = [&](const std::string& state) {
    const auto end = std::chrono::steady_clock::now() + seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      const std::string received = manager.received();
      if (received == state) return true;
      if (received != "nothing") told.push_back(received);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  };
  EXPECT_TRUE(wait_for("READY=1")) << process.output();
  for (const std::string& before : told) {  // until it is ready it asks for more time
    EXPECT_TRUE(before == "WATCHDOG=1" || before.starts_with("EXTEND_TIMEOUT_USEC=")) << before;
  }
  EXPECT_TRUE(wait_for("WATCHDOG=1")) << process.output();
  EXPECT_EQ(stop(process), 0) << process.output();
  EXPECT_TRUE(wait_for("STOPPING=1")) << process.output();
}

TEST_F(Start, SettingsFileThatIsNotThereIsNamed) {
  ChildProcess process({auditor_executable(), "run", "--config", "/nonexistent/auditor.yaml"},
                       environment().directory() / "no-settings.log");
  const auto code = process.wait(refuse_time_max);
  ASSERT_TRUE(code.has_value()) << process.output();
  EXPECT_NE(*code, 0);
  EXPECT_NE(process.output().find("/nonexistent/auditor.yaml"), std::string::npos);
}

}  // namespace
}  // namespace auditor::start_test
