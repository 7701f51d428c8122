// `replay` and `snapshot` against a real broker, beside the service: what the service has said of a
// range is what a replay of it says, byte for byte, and neither group nor topics notice.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/kafka/published.h"
#include "tests/kafka/run_fixture.h"
#include "tests/kafka/sample_events.h"

namespace auditor::replay_test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int events = 2'000;
constexpr std::int64_t middle = 300;  // an offset that every partition has passed

struct Told {
  int exit_code = -1;
  std::string log;                 // standard error
  std::vector<std::string> lines;  // standard output
};

// The values of alerts, by input partition; sorted, since the partitions of the alerts are read
// side by side.
using Values = std::map<std::int32_t, std::vector<std::string>>;

class Replays : public RunFixture {
 protected:
  Replays() : settings_(new_run(input_)) {}

  void produce(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      client_.produce(input_, sample_account(i) % input_partitions, history_event(i));
    }
    client_.flush();
  }

  void run_service() {
    ChildProcess process = start(settings_);
    ASSERT_TRUE(wait_until_caught_up(process, settings_)) << process.output();
    EXPECT_EQ(stop(process), 0) << process.output();
  }

  std::string file(const std::string& name) const {
    return (environment().directory() / (settings_.worker + "-" + name)).string();
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
  }

  // The shell parts the outputs: standard output is the findings, byte for byte.
  Told tell(const std::string& command, const std::string& arguments) {
    const std::string name = environment().unique("told");
    const std::string config = write("told.yaml", settings_.yaml());
    ChildProcess process({"/bin/sh", "-c",
                          "exec " + auditor_executable().string() + " " + command + " --config " +
                              config + " " + arguments + " >" + file(name)},
                         file(name + ".log"));
    Told told;
    told.exit_code = process.wait(seconds(60)).value_or(-1);
    told.log = process.output();
    std::ifstream lines(file(name));
    for (std::string line; std::getline(lines, line);) told.lines.push_back(line);
    return told;
  }

  Values published_values(std::int64_t from = 0) {
    Values values;
    for (const Record& alert : client_.read(settings_.alerts)) add(alert.value, from, values);
    for (auto& [partition, list] : values) std::ranges::sort(list);
    return values;
  }

  static Values told_values(const Told& told) {
    Values values;
    for (const std::string& line : told.lines) add(line, 0, values);
    for (auto& [partition, list] : values) std::ranges::sort(list);
    return values;
  }

  static void add(const std::string& value, std::int64_t from, Values& values) {
    const json place = json::parse(value).at("event").at("kafka");
    if (place.at("offset").get<std::int64_t>() < from) return;
    values[place.at("partition").get<std::int32_t>()].push_back(value);
  }

  RunSettings settings_;
};

TEST_F(Replays, SayWhatTheServiceHasSaidByteForByte) {
  produce(0, events);
  run_service();
  const Told whole = tell("replay", "");
  ASSERT_EQ(whole.exit_code, 0) << whole.log;
  EXPECT_GT(whole.lines.size(), 300U);
  EXPECT_TRUE(told_values(whole) == published_values()) << "the alerts differ";
  EXPECT_EQ(tell("replay", "").lines, whole.lines);

  // Partition after partition, each in the order of the input.
  std::vector<std::pair<int, int>> places;
  for (const std::string& line : whole.lines) {
    const json place = json::parse(line).at("event").at("kafka");
    places.emplace_back(place.at("partition"), place.at("offset"));
  }
  EXPECT_TRUE(std::ranges::is_sorted(places));
}

TEST_F(Replays, RebuildTheMemoryAsOfTheirBegin) {
  produce(0, events);
  run_service();
  const Values expected = published_values(middle);
  const std::string from = "--from " + std::to_string(middle);
  const Told rebuilt = tell("replay", from);
  ASSERT_EQ(rebuilt.exit_code, 0) << rebuilt.log;
  EXPECT_FALSE(rebuilt.lines.empty());
  EXPECT_TRUE(told_values(rebuilt) == expected) << "the alerts differ";

  const std::string snapshot = file("snapshot.jsonl");
  const Told taken = tell("snapshot", "--at 200 --output " + snapshot);
  ASSERT_EQ(taken.exit_code, 0) << taken.log;
  const Told restored = tell("replay", from + " --snapshot " + snapshot);
  ASSERT_EQ(restored.exit_code, 0) << restored.log;
  EXPECT_EQ(restored.lines, rebuilt.lines);
  EXPECT_NE(restored.log.find("evaluated"), std::string::npos) << restored.log;

  const Told early = tell("replay", "--from 199 --snapshot " + snapshot);
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_NE(early.log.find("--from lies before the snapshot"), std::string::npos) << early.log;

  std::ifstream first(snapshot);
  const std::string bytes((std::istreambuf_iterator<char>(first)), {});
  ASSERT_EQ(tell("snapshot", "--at 200 --output " + snapshot).exit_code, 0);
  std::ifstream second(snapshot);
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(second)), {}), bytes);
}

// The service's own memory knows what the input no longer holds.
TEST_F(Replays, GoOnWithTheMemoryOfTheService) {
  produce(0, events / 2);
  run_service();
  const Offsets ends = client_.end_offsets(input_, input_partitions);
  const std::string snapshot = file("snapshot.jsonl");
  const Told taken = tell("snapshot", "--output " + snapshot);
  ASSERT_EQ(taken.exit_code, 0) << taken.log;
  produce(events / 2, events / 2);
  run_service();
  Values expected;
  for (const Record& alert : client_.read(settings_.alerts)) {
    const json place = json::parse(alert.value).at("event").at("kafka");
    add(alert.value, ends.at(place.at("partition").get<std::int32_t>()), expected);
  }
  for (auto& [partition, list] : expected) std::ranges::sort(list);
  const Told told = tell("replay", "--snapshot " + snapshot);
  ASSERT_EQ(told.exit_code, 0) << told.log;
  EXPECT_FALSE(told.lines.empty());
  EXPECT_TRUE(told_values(told) == expected) << "the alerts differ";
}

TEST_F(Replays, WriteToATopicWhatTheTopicOfAlertsGot) {
  produce(0, events);
  run_service();
  const std::string topic = environment().unique("guardrail.replayed");
  client_.create_topic(topic, input_partitions);
  const Told told = tell("replay", "--topic " + topic);
  ASSERT_EQ(told.exit_code, 0) << told.log;
  EXPECT_TRUE(told.lines.empty());
  const std::vector<Record> alerts = client_.read(settings_.alerts);
  const std::vector<Record> replayed = client_.read(topic);
  EXPECT_EQ(replayed.size(), alerts.size());
  EXPECT_TRUE(lanes(replayed) == lanes(alerts)) << "the alerts differ";
  const auto headers = [](const std::vector<Record>& records) {
    std::multiset<std::map<std::string, std::string>> all;
    for (const Record& record : records) all.insert(record.headers);
    return all;
  };
  EXPECT_TRUE(headers(replayed) == headers(alerts)) << "the headers differ";

  const Told own = tell("replay", "--topic " + settings_.alerts);
  EXPECT_EQ(own.exit_code, 1);
  EXPECT_NE(own.log.find("is the service's own"), std::string::npos) << own.log;
}

// A service that runs meanwhile keeps its partitions, and has nothing to say.
TEST_F(Replays, LeaveGroupAndTopicsAlone) {
  produce(0, events);
  ChildProcess service = start(settings_);
  ASSERT_TRUE(wait_until_caught_up(service, settings_)) << service.output();
  const auto ends = [this] {
    std::vector<Offsets> list{client_.committed_offsets(settings_.group, input_, input_partitions)};
    for (const std::string& topic :
         {input_, settings_.alerts, settings_.compliance, settings_.state, settings_.quarantine}) {
      list.push_back(client_.end_offsets(topic, input_partitions));
    }
    return list;
  };
  const std::vector<Offsets> before = ends();
  EXPECT_EQ(tell("replay", "--from 100").exit_code, 0);
  EXPECT_EQ(tell("snapshot", "--output " + file("snapshot.jsonl")).exit_code, 0);
  EXPECT_EQ(ends(), before);
  EXPECT_EQ(service.output().find("revoked"), std::string::npos) << service.output();
  EXPECT_EQ(stop(service), 0) << service.output();
}

TEST_F(Replays, AgainstOtherGuardrailsTellWhatWouldDiffer) {
  produce(0, events);
  const std::string other =
      write("other.yaml", "- {id: IAM-ECR-1, actions: ecr:DeleteRepository}\n");
  const Told same = tell("replay", "--guardrails " + other + " --against " + other);
  ASSERT_EQ(same.exit_code, 0) << same.log;
  EXPECT_TRUE(same.lines.empty());

  const Told told = tell("replay", "--against " + other);
  ASSERT_EQ(told.exit_code, 0) << told.log;
  std::map<std::string, std::size_t> kinds;
  for (const std::string& line : told.lines) {
    const json difference = json::parse(line);
    ++kinds[difference.at("difference")];
    EXPECT_NE(difference.at("guardrails"), difference.at("against"));
  }
  EXPECT_GT(kinds["only_guardrails"], 0U);  // IAM-ECR-2 is not there
  EXPECT_GT(kinds["changed"], 0U);
  EXPECT_NE(told.log.find(std::to_string(kinds["changed"]) + " changed"), std::string::npos)
      << told.log;

  const Told table = tell("replay", "--against " + other + " --format table");
  EXPECT_NE(std::ranges::find(table.lines, "only under --guardrails:"), table.lines.end());
}

TEST_F(Replays, EndAtATimeOfMessages) {
  produce(0, events / 2);
  std::this_thread::sleep_for(milliseconds(20));
  const std::int64_t between =
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  std::this_thread::sleep_for(milliseconds(20));
  const Offsets ends = client_.end_offsets(input_, input_partitions);
  produce(events / 2, events / 2);
  const std::time_t whole_seconds = between / 1'000;
  char instant[32];
  std::strftime(instant, sizeof instant, "%Y-%m-%dT%H:%M:%S", std::gmtime(&whole_seconds));
  const std::string thousandths = std::to_string(1'000 + between % 1'000).substr(1);

  std::string offsets;
  for (const auto& [partition, end] : ends) {
    offsets += " --to " + std::to_string(partition) + ":" + std::to_string(end);
  }
  const Told by_offset = tell("replay", offsets);
  ASSERT_EQ(by_offset.exit_code, 0) << by_offset.log;
  EXPECT_FALSE(by_offset.lines.empty());
  const Told by_time = tell("replay", std::string("--to ") + instant + "." + thousandths + "Z");
  ASSERT_EQ(by_time.exit_code, 0) << by_time.log;
  EXPECT_EQ(by_time.lines, by_offset.lines);
}

TEST_F(Replays, SayWhatIsWrong) {
  produce(0, 10);
  const Told later = tell("replay", "--from yesterday");
  EXPECT_EQ(later.exit_code, 1);
  EXPECT_NE(later.log.find("`yesterday`"), std::string::npos) << later.log;
  const Told partition = tell("replay", "--from 9:1");
  EXPECT_EQ(partition.exit_code, 1);
  EXPECT_NE(partition.log.find("there is no partition 9"), std::string::npos) << partition.log;
  const Told missing = tell("replay", "--topic " + environment().unique("missing"));
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.log.find("does not exist on the broker"), std::string::npos) << missing.log;
}

TEST_F(Replays, EndCleanlyWhenAskedToWhileNoBrokerAnswers) {
  RunSettings nobody = settings_;
  nobody.bootstrap_servers = "127.0.0.1:" + std::to_string(free_port());
  ChildProcess process =
      start_auditor(environment().directory(), nobody.worker + "-alone", nobody.yaml(), "replay");
  ASSERT_TRUE(wait_for_output(process, "no answer from the broker", seconds(30)))
      << process.output();
  process.send_signal(SIGINT);
  EXPECT_EQ(process.wait(stop_time_max), 1) << process.output();
  EXPECT_NE(process.output().find("stopped: not all"), std::string::npos) << process.output();
}

}  // namespace
}  // namespace auditor::replay_test
