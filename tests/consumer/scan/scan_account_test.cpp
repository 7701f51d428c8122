// The account of a scan adds up: whatever the files hold, and however many threads read them.
#include "consumer/scan/scan_account.h"

#include <gtest/gtest.h>

#include "tests/consumer/auditor/account_events.h"
#include "tests/consumer/scan/temporary_directory.h"

namespace auditor::scan_account_test {
namespace {

struct Scanned {
  ScanAccount account;
  Counters counters;
  std::uint64_t events = 0;
  std::vector<std::string> told;
};

Scanned scan(const std::vector<std::string>& paths, std::size_t threads = 1) {
  Scanned scanned;
  FileChunks chunks(list_files(paths));
  const auto rules = rules_against("ecr:DeleteRepository");
  ScanReaders readers(chunks, rules->guardrails, threads);
  const auto take = [&scanned](const ScannedChunk& chunk) {
    scanned.counters += chunk.counters;
    scanned.events += chunk.events.size();
    for (const std::string& problem : chunk.problems) scanned.told.push_back(problem);
    for (const Quarantined& quarantined : chunk.quarantined) {
      scanned.told.push_back(quarantined.position.topic + ": " + quarantined.reason);
    }
  };
  while (auto chunk = readers.next()) {
    scanned.account.add(*chunk);
    take(*chunk);
  }
  take(scanned.account.finish());
  return scanned;
}

const std::string record = R"({"eventSource":"s3.amazonaws.com","eventName":"GetObject"})";

TEST(ScanAccount, CountsAnEmptyFileAsAnEmptyMessage) {
  const TemporaryDirectory directory;
  const std::string first = directory.write("1", ""), between = directory.write("2", record),
                    blank = directory.write("3", " \n\n"), last = directory.write("4", "");
  for (const std::size_t threads : {1U, 3U}) {
    const Scanned scanned = scan({first, between, blank, last}, threads);
    EXPECT_EQ(scanned.told, (std::vector<std::string>{first + ": empty: nothing is in it",
                                                      blank + ": empty: nothing is in it",
                                                      last + ": empty: nothing is in it"}));
    EXPECT_EQ(scanned.counters.messages, 4U);
    EXPECT_EQ(scanned.counters.events, 4U);
    EXPECT_EQ(scanned.counters.quarantined, 3U);
    EXPECT_EQ(scanned.account.files_read(), 4U);
    EXPECT_TRUE(scanned.account.has_damage());
    EXPECT_EQ(scanned.account.records(), 1U);
  }
}

TEST(ScanAccount, TakesAFileWithOneGoodRecordForWhole) {
  const TemporaryDirectory directory;
  const Scanned scanned = scan({directory.write("a.ndjson", "{}\n" + record + "\n{}\n")});
  EXPECT_EQ(scanned.counters.quarantined, 2U);
  EXPECT_FALSE(scanned.account.has_damage());
}

TEST(ScanAccount, TakesAFileOfJunkForDamaged) {
  const TemporaryDirectory directory;
  const std::string good = directory.write("good", record);
  const Scanned scanned = scan({good, directory.write("junk.ndjson", "{}\n{}\n"), good});
  EXPECT_TRUE(scanned.account.has_damage());
  EXPECT_EQ(scanned.account.records(), 2U);
  EXPECT_EQ(scan({good, good}).account.files_read(), 2U);
}

TEST(ScanAccount, TellsACutFileFromABadRecordAmongGoodOnes) {
  const TemporaryDirectory directory;
  const auto has_damage = [&directory](const std::string& text) {
    return scan({directory.write("a", text)}).account.has_damage();
  };
  EXPECT_FALSE(has_damage(record + "\n{\"eventSource\":\n" + record + "\n"));
  EXPECT_FALSE(has_damage("{\"Records\":[" + record + ",{}," + record + "]}"));
  EXPECT_TRUE(has_damage(record + "\n" + record + "\n{\"eventSource\":"));
  EXPECT_TRUE(has_damage("{\"Records\":[" + record + ",{\"eventSource\":"));
}

TEST(ScanAccount, CountsAFileThatCannotBeReadAsUnread) {
  const TemporaryDirectory directory;
  const Scanned scanned =
      scan({directory.write("good", record), (directory.path() / "missing").string()});
  EXPECT_EQ(scanned.account.files_read(), 1U);
  EXPECT_TRUE(scanned.account.has_damage());
  EXPECT_EQ(scanned.told.size(), 1U);
}

TEST(ScanAccount, FindsNoRecordInAnEmptyLogFile) {
  const TemporaryDirectory directory;
  const Scanned scanned = scan({directory.write("a.json", R"({"Records":[]})")});
  EXPECT_EQ(scanned.account.records(), 0U);
  EXPECT_FALSE(scanned.account.has_damage());
  EXPECT_TRUE(scanned.told.empty());
}

// Files of random parts: the account is that of its parts, whatever they are.
TEST(ScanAccount, AddsUpForAnyFiles) {
  std::uint32_t state = 7;
  const auto random = [&state](std::uint32_t below) {
    state = state * 1'664'525 + 1'013'904'223;
    return (state >> 8) % below;
  };
  const std::string parts[] = {record, "{}", "\n",
                               " ",    "{",  "[1,",
                               "x",    "]",  role_policy_event("PutRolePolicy", "dev", "00", "1")};
  const TemporaryDirectory directory;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> paths;
    for (std::uint32_t file = 0; file < 4; ++file) {
      std::string text;
      for (std::uint32_t length = random(6); length > 0; --length) {
        text += parts[random(std::size(parts))];
        if (random(2) == 0) text += '\n';
      }
      paths.push_back(directory.write(std::to_string(file), text));
    }
    paths.push_back((directory.path() / "missing").string());
    const Scanned scanned = scan(paths, 1 + random(3));
    // Those that are to be judged are counted then.
    EXPECT_EQ(scanned.counters.events, scanned.counters.irrelevant + scanned.counters.quarantined);
    EXPECT_EQ(scanned.account.records(), scanned.events + scanned.counters.irrelevant);
    EXPECT_EQ(scanned.account.files_read(), 4U);
    EXPECT_GE(scanned.counters.messages, 4U);
    EXPECT_TRUE(scanned.account.has_damage());
  }
}

}  // namespace
}  // namespace auditor::scan_account_test
