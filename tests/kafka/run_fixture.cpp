#include "tests/kafka/run_fixture.h"

#include <csignal>
#include <thread>

namespace auditor {

void expect_same(const Published& got, const Published& expected) {
  EXPECT_EQ(got.alert_count, expected.alert_count);
  EXPECT_TRUE(got.alerts == expected.alerts) << "the alerts differ";
  EXPECT_TRUE(got.compliance == expected.compliance) << "the compliance records differ";
  EXPECT_TRUE(got.state == expected.state) << "the state differs";
  EXPECT_TRUE(got.quarantine == expected.quarantine) << "the quarantine differs";
}

RunFixture::RunFixture()
    : client_(environment().client()), input_(environment().unique("cloudtrail.events")) {
  client_.create_topic(input_, input_partitions);
}

RunSettings RunFixture::new_run(const std::string& input) {
  RunSettings settings;
  settings.bootstrap_servers = client_.bootstrap_servers();
  settings.group = environment().unique("auditor");
  settings.worker = settings.group + "-0";
  settings.input = input;
  settings.alerts = environment().unique("guardrail.alerts");
  settings.quarantine = environment().unique("guardrail.quarantine");
  settings.compliance = environment().unique("guardrail.compliance");
  settings.state = environment().unique("guardrail.state");
  settings.routed = environment().unique("cloudtrail.by-account");
  client_.create_topic(settings.alerts, input_partitions);
  client_.create_topic(settings.compliance, input_partitions);
  client_.create_topic(settings.state, input_partitions);
  client_.create_topic(settings.quarantine, input_partitions);
  return settings;
}

ChildProcess RunFixture::start(const RunSettings& settings) {
  return start_auditor(environment().directory(), settings.worker, settings.yaml());
}

bool RunFixture::caught_up(const RunSettings& settings) {
  return is_caught_up(client_, settings, input_partitions);
}

bool RunFixture::wait_until(ChildProcess& process, const std::function<bool()>& is_reached) {
  const auto end = std::chrono::steady_clock::now() + catch_up_time_max;
  while (process.running() && std::chrono::steady_clock::now() < end) {
    if (is_reached()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

bool RunFixture::wait_until_committed(ChildProcess& process, const RunSettings& settings) {
  return wait_until(process, [&] { return caught_up(settings); });
}

bool RunFixture::wait_until_caught_up(ChildProcess& process, const RunSettings& settings) {
  return wait_until(process, [&] {
    return caught_up(settings) && is_settled(client_, settings, input_partitions);
  });
}

bool RunFixture::wait_for_output(ChildProcess& process, const std::string& text,
                                 std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (bool is_last_look = false; !is_last_look;) {
    is_last_look = !process.running() || std::chrono::steady_clock::now() > end;
    if (process.output().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::optional<int> RunFixture::stop(ChildProcess& process) {
  process.send_signal(SIGTERM);
  return process.wait(stop_time_max);
}

}  // namespace auditor
