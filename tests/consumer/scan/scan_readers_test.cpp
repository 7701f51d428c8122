// Whatever the number of threads and their timing: the same events in the same order.
#include "consumer/scan/scan_readers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "consumer/scan/time_ordered_audit.h"
#include "tests/consumer/auditor/account_events.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::scan_readers_test {
namespace {

namespace fs = std::filesystem;

class ScanReading : public testing::Test {
 protected:
  ScanReading()
      : directory_(fs::temp_directory_path() /
                   ("scan_readers_test." + std::to_string(::getpid()) + "." +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(directory_);
  }
  ~ScanReading() override { fs::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  // What all chunks held, in order.
  ScannedChunk read(std::size_t threads) const {
    FileChunks chunks(list_files({directory_.string(), (directory_ / "missing").string()}));
    const auto rules = rules_against("ecr:DeleteRepository");
    ScanReaders readers(chunks, rules->guardrails, threads);
    ScannedChunk all;
    while (auto chunk = readers.next()) {
      all.counters += chunk->counters;
      for (auto& event : chunk->events) all.events.push_back(std::move(event));
      for (auto& quarantined : chunk->quarantined) {
        all.quarantined.push_back(std::move(quarantined));
      }
      for (auto& problem : chunk->problems) all.problems.push_back(std::move(problem));
    }
    return all;
  }

  fs::path directory_;
};

std::vector<std::string> places(const std::vector<CloudTrailEvent>& events) {
  std::vector<std::string> list;
  for (const CloudTrailEvent& event : events) {
    list.push_back(event.id + " " + event.position.topic + ":" +
                   std::to_string(event.position.offset));
  }
  return list;
}

TEST_F(ScanReading, GivesTheSameForAnyNumberOfThreads) {
  std::string lines;  // some chunks
  for (int i = 0; i < 20'000; ++i) {
    lines += i % 100 == 0 ? role_policy_event("PutRolePolicy", "dev", "00", std::to_string(i))
                          : R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject","pad":")" +
                                std::string(150, 'x') + "\"}";
    lines += i == 777 ? " {\n" : "\n";
  }
  write("b.ndjson", lines);
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    write("a" + number + ".json",
          i % 20 == 3 ? "no event"
                      : "{\"Records\":[" +
                            role_policy_event("PutRolePolicy", "dev", "00", "f" + number) + "]}");
  }
  const ScannedChunk alone = read(1);
  EXPECT_EQ(alone.events.size(), 257U);
  EXPECT_EQ(alone.counters.quarantined, 4U);
  ASSERT_EQ(alone.problems.size(), 1U);
  for (const std::size_t threads : {2U, 3U, 16U}) {
    const ScannedChunk together = read(threads);
    EXPECT_EQ(places(together.events), places(alone.events));
    EXPECT_EQ(together.problems, alone.problems);
    EXPECT_EQ(together.counters.messages, alone.counters.messages);
    EXPECT_EQ(together.counters.irrelevant, alone.counters.irrelevant);
    ASSERT_EQ(together.quarantined.size(), alone.quarantined.size());
    for (std::size_t i = 0; i < alone.quarantined.size(); ++i) {
      EXPECT_EQ(together.quarantined[i].position.topic, alone.quarantined[i].position.topic);
      EXPECT_EQ(together.quarantined[i].position.offset, alone.quarantined[i].position.offset);
      EXPECT_EQ(together.quarantined[i].reason, alone.quarantined[i].reason);
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they hold what is freed
std::size_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10;
  }
  return 0;
}

// Each was held with its bytes and its place until the end of its message.
TEST_F(ScanReading, HoldsNoneOfTheRecordsThatItOnlyCounts) {
  constexpr std::size_t count = 400'000;
  std::string numbers = "[1";
  for (std::size_t i = 1; i < count; ++i) numbers += ",1";
  write("a.json", numbers + "]");
  std::ofstream("/proc/self/clear_refs") << 5;  // sets the peak back
  const std::size_t before = peak_memory_bytes();
  ASSERT_GT(before, 0U);
  EXPECT_EQ(read(1).counters.quarantined, 1001U) << "what is too much is told as one";
  EXPECT_LT(peak_memory_bytes(), before + (std::size_t{24} << 20));
}
#endif

TEST_F(ScanReading, CanBeLeftInTheMiddle) {
  for (int i = 0; i < 200; ++i) write(std::to_string(i) + ".json", "{}");
  FileChunks chunks(list_files({directory_.string()}));
  ScanReaders readers(chunks, {}, 3);
  EXPECT_TRUE(readers.next().has_value());
}

class Ids : public FindingOutput {
 public:
  void write(const SideBySide& judged) override {
    for (const Finding& finding : judged.guardrails().findings) ids.push_back(finding.event.id);
  }
  void finish() override {}

  std::vector<std::string> ids;
};

CloudTrailEvent event(const std::string& id, const std::string& role, std::int64_t offset) {
  CloudTrailEvent event(instant_of("2026-03-02T10:00:00Z"));
  event.id = id;
  event.name = "PutRolePolicy";
  event.source = "iam.amazonaws.com";
  event.region = "us-east-1";
  event.account = "111122223333";
  event.account_is_recipient = true;
  event.request.present = true;
  event.request.role_name = role;
  event.request.policy_name = "p";
  event.request.policy_document =
      R"({"Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})";
  event.position = {"file", 0, offset};
  return event;
}

TEST(TimeOrderedAudit, JudgesByTimeAndIdWhateverTheOrder) {
  SideBySide sides(rules_against("ecr:DeleteRepository"), nullptr);
  Ids output;
  TimeOrderedAudit audit(sides, output);
  std::vector<CloudTrailEvent> events = {event("b", "one", 0), event("a", "two", 1)};
  audit.add(events);
  EXPECT_TRUE(output.ids.empty());
  audit.evaluate();
  EXPECT_EQ(output.ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(audit.is_in_parts());
}

// A message is never torn apart: what it holds is sorted together.
TEST(TimeOrderedAudit, PastItsBoundJudgesTheMessagesSoFar) {
  SideBySide sides(rules_against("ecr:DeleteRepository"), nullptr);
  Ids output;
  TimeOrderedAudit audit(sides, output, 1);
  std::vector<CloudTrailEvent> events = {event("c", "one", 0), event("b", "two", 0),
                                         event("a", "three", 1)};
  audit.add(events);
  EXPECT_EQ(output.ids, (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_TRUE(audit.is_in_parts());
}

}  // namespace
}  // namespace auditor::scan_readers_test
