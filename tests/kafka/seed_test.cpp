// `seed` and `run` on a real broker: what existed before the stream is judged when the service
// starts, told once, and what events teach wins over it.
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::seed_test {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// The account of attach_event(0, ...), with a role that holds AdministratorAccess.
constexpr auto account_details = R"({
  "UserDetailList": [], "GroupDetailList": [], "Policies": [],
  "RoleDetailList": [{
    "Path": "/", "RoleName": "admin", "Arn": "arn:aws:iam::ACCOUNT:role/admin",
    "RolePolicyList": [],
    "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess",
                                 "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}]})";

std::string account_of(const std::string& event) {
  return json::parse(event).at("recipientAccountId");
}

class Seeded : public RunFixture {
 protected:
  // Seeds `settings`' state; the exit code.
  std::optional<int> seed(const RunSettings& settings) {
    const auto directory = environment().directory();
    std::string details = account_details;
    const std::string mark = "ACCOUNT";
    details.replace(details.find(mark), mark.size(), account_of(attach_event(0, "admin")));
    const std::string name = settings.worker + "-seed";
    std::ofstream(directory / (name + ".json")) << details;
    std::ofstream(directory / (name + ".yaml")) << settings.yaml();
    ChildProcess process(
        {auditor_executable().string(), "seed", "--config", (directory / (name + ".yaml")).string(),
         "--account-authorization-details", (directory / (name + ".json")).string(), "--as-of",
         "2020-01-01T00:00:00Z"},
        directory / (name + ".log"));
    const auto code = process.wait(seconds(30));
    EXPECT_EQ(code, 0) << process.output();
    return code;
  }

  // Starts the service and waits until `count` alerts can be read.
  void run_until_told(const RunSettings& settings, std::size_t count) {
    ChildProcess process = start(settings);
    Reader alerts(client_.bootstrap_servers(), settings.alerts, Isolation::read_committed);
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_TRUE(alerts.next(seconds(30))) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
  }

  // The partition that holds the seeded account.
  std::int32_t partition_of_account(const RunSettings& settings) {
    const std::vector<Record> records = client_.read(settings.state);
    EXPECT_FALSE(records.empty());
    return records.empty() ? 0 : records.front().partition;
  }
};

TEST_F(Seeded, FindingIsToldOnceHoweverOftenItIsSeededAndStarted) {
  const RunSettings settings = new_run(input_);
  seed(settings);
  run_until_told(settings, 2);
  seed(settings);
  client_.produce(input_, partition_of_account(settings), sample_event(2));
  client_.flush();
  ChildProcess again = start(settings);
  ASSERT_TRUE(wait_until_caught_up(again, settings)) << again.output();
  EXPECT_EQ(stop(again), 0) << again.output();

  const std::vector<Record> alerts = client_.read(settings.alerts);
  ASSERT_EQ(alerts.size(), 2U);
  for (const Record& alert : alerts) {
    const json finding = json::parse(alert.value);
    EXPECT_EQ(finding.at("status"), "open");
    EXPECT_EQ(finding.at("subject").at("type"), "role");
  }
}

TEST_F(Seeded, EventAfterTheSeedResolvesWhatItOpened) {
  const RunSettings settings = new_run(input_);
  seed(settings);
  run_until_told(settings, 2);
  client_.produce(input_, partition_of_account(settings), detach_event(97, "admin"));
  client_.flush();
  run_until_told(settings, 4);
  std::size_t resolved = 0;
  for (const Record& alert : client_.read(settings.alerts)) {
    resolved += json::parse(alert.value).at("status") == "resolved" ? 1U : 0U;
  }
  EXPECT_EQ(resolved, 2U);
}

}  // namespace
}  // namespace auditor::seed_test
