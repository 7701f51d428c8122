#include "consumer/replay/snapshot_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace auditor::snapshot_file_test {
namespace {

namespace fs = std::filesystem;

class SnapshotFile : public testing::Test {
 protected:
  SnapshotFile()
      : path_((fs::temp_directory_path() /
               ("snapshot_file_test." + std::to_string(::getpid()) + "." +
                testing::UnitTest::GetInstance()->current_test_info()->name()))
                  .string()) {}
  ~SnapshotFile() override { fs::remove(path_); }

  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  std::string path_;
};

Snapshot snapshot() {
  Snapshot snapshot{"cloudtrail.events", {{{0, 7}, {1, 9}}, {{0, 8}, {1, 9}}}, "g", "c", {}};
  snapshot.table.put(1, R"(["aws","1",  "a\u0000\"]"])", R"({"v":1,"value":"x\\ {"})");
  snapshot.table.put(0, R"(["aws","2"])", R"({"v":1})");
  snapshot.table.put(0, R"(["aws","3"])", R"({"v":1})");
  snapshot.table.put(0, R"(["aws","3"])", "");
  return snapshot;
}

TEST_F(SnapshotFile, GivesBackWhatWasWrittenByteForByte) {
  ASSERT_TRUE(write_snapshot(path_, snapshot()).has_value());
  const auto read = read_snapshot(path_);
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(read->topic, "cloudtrail.events");
  EXPECT_EQ(read->offsets.offsets, (OffsetByPartition{{0, 7}, {1, 9}}));
  EXPECT_EQ(read->offsets.complete_from, (OffsetByPartition{{0, 8}, {1, 9}}));
  EXPECT_EQ(read->guardrails_fingerprint, "g");
  EXPECT_EQ(read->catalogue_fingerprint, "c");
  EXPECT_EQ(read->table.records(), snapshot().table.records());
  EXPECT_EQ(read->table.records().size(), 2U);
  EXPECT_FALSE(fs::exists(path_ + ".tmp"));
}

TEST_F(SnapshotFile, OfTheSameMemoryHasTheSameBytes) {
  ASSERT_TRUE(write_snapshot(path_, snapshot()).has_value());
  const std::string first = text();
  ASSERT_TRUE(write_snapshot(path_, snapshot()).has_value());
  EXPECT_EQ(text(), first);
}

TEST_F(SnapshotFile, ThatIsCutIsRefused) {
  ASSERT_TRUE(write_snapshot(path_, snapshot()).has_value());
  const std::string whole = text();
  for (std::size_t length = 0; length < whole.size() - 1; ++length) {
    write(whole.substr(0, length));
    EXPECT_FALSE(read_snapshot(path_).has_value()) << length;
  }
}

TEST_F(SnapshotFile, OfAnotherVersionOrMakeIsRefused) {
  ASSERT_TRUE(write_snapshot(path_, snapshot()).has_value());
  std::string other = text();
  other.replace(other.find(R"("version":1)"), 11, R"("version":2)");
  write(other);
  EXPECT_EQ(read_snapshot(path_).error(), "`" + path_ + "` has version 2, this auditor knows 1");
  write("{}\n");
  EXPECT_EQ(read_snapshot(path_).error(), "`" + path_ + "` is no snapshot");
}

TEST_F(SnapshotFile, ThatIsNotThereIsTold) {
  EXPECT_EQ(read_snapshot(path_).error(),
            "`" + path_ + "` cannot be opened: No such file or directory");
  EXPECT_FALSE(write_snapshot(path_ + "/none", snapshot()).has_value());
}

}  // namespace
}  // namespace auditor::snapshot_file_test
