#include "consumer/file_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/consumer/case_files.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

class FileSourceTest : public testing::Test {
 protected:
  FileSourceTest()
      : directory_(fs::temp_directory_path() /
                   ("file_source_test." + std::to_string(::getpid()) + "." +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(directory_);
  }
  ~FileSourceTest() override { fs::remove_all(directory_); }

  std::string write(const std::string& name, std::string_view text) {
    const fs::path path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  fs::path directory_;
};

struct Line {
  std::string text;
  std::int64_t offset;
  bool operator==(const Line&) const = default;
};

std::vector<Line> read_all(FileSource& source) {
  std::vector<Line> lines;
  while (const auto message = source.next()) {
    lines.push_back({std::string(message->payload), message->offset});
  }
  return lines;
}

TEST_F(FileSourceTest, GivesAFileOfLinesLineByLine) {
  const std::string path = write("a.ndjson", "{\"a\":1}\n\n{\"a\":2}\r\n{\"a\":3}");
  FileSource source({path});
  EXPECT_EQ(read_all(source),
            (std::vector<Line>{{"{\"a\":1}", 0}, {"{\"a\":2}\r", 2}, {"{\"a\":3}", 3}}));
  EXPECT_EQ(source.bytes_read(), source.bytes_total());
  EXPECT_TRUE(source.problems().empty());
}

TEST_F(FileSourceTest, GivesAnyOtherFileAsOneMessage) {
  const std::string pretty = "{\n \"eventName\": \"x\"\n}\n";
  FileSource source({write("a.json", pretty)});
  EXPECT_EQ(read_all(source), (std::vector<Line>{{pretty, 0}}));
}

TEST_F(FileSourceTest, ReadsLinesAcrossChunks) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) {
    text += "{\"n\":" + std::to_string(i) + ",\"pad\":\"" + std::string(90, 'x') + "\"}\n";
  }
  FileSource source({write("big.ndjson", text)});
  const auto lines = read_all(source);
  ASSERT_EQ(lines.size(), 30'000U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_TRUE(lines[i].text.starts_with("{\"n\":" + std::to_string(i) + ","));
    ASSERT_TRUE(lines[i].text.ends_with("x\"}"));
  }
}

TEST_F(FileSourceTest, ReadsCompressedFiles) {
  FileSource source({(case_directory() / "envelope.gzip.json.gz").string()});
  const auto messages = read_all(source);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].text.starts_with("{\"Records\""));
}

TEST_F(FileSourceTest, LeavesADamagedCompressedFileToTheQuarantine) {
  const std::string bytes = read_case("envelope.gzip.json.gz").substr(0, 100);
  FileSource source({write("cut.json.gz", bytes)});
  EXPECT_EQ(read_all(source), (std::vector<Line>{{bytes, 0}}));
}

TEST_F(FileSourceTest, ReadsADirectoryInOrderAndOnlyItsLogs) {
  write("b/2.json", "{\"n\":2}");
  write("b/10.json", "{\"n\":10}");
  write("a/1.jsonl", "{\"n\":1}");
  write("README.md", "# text");
  write(".hidden.json", "{}");
  FileSource source({directory_.string()});
  EXPECT_EQ(read_all(source),
            (std::vector<Line>{{"{\"n\":1}", 0}, {"{\"n\":10}", 0}, {"{\"n\":2}", 0}}));
  EXPECT_EQ(source.files(), 3U);
}

TEST_F(FileSourceTest, ReadsANamedFileWhateverItsName) {
  FileSource source({write("notes", "{}")});
  EXPECT_EQ(read_all(source).size(), 1U);
}

TEST_F(FileSourceTest, TellsAFileThatCannotBeOpenedAndGoesOn) {
  const std::string missing = (directory_ / "missing.json").string();
  FileSource source({missing, write("a.json", "{}")});
  EXPECT_EQ(read_all(source).size(), 1U);
  EXPECT_EQ(source.problems(),
            std::vector<std::string>{missing + ": cannot be opened: No such file or directory"});
}

TEST_F(FileSourceTest, HoldsNoMessageInAnEmptyFile) {
  FileSource source({write("a.json", ""), write("b.json", "\n \n")});
  EXPECT_TRUE(read_all(source).empty());
  EXPECT_TRUE(source.problems().empty());
}

TEST_F(FileSourceTest, TellsADirectoryWithoutLogs) {
  write("none/README.md", "# text");
  const std::string path = (directory_ / "none").string();
  FileSource source({path});
  EXPECT_TRUE(read_all(source).empty());
  EXPECT_EQ(
      source.problems(),
      std::vector<std::string>{path + ": holds no log file (.json, .jsonl, .ndjson, .log, .gz)"});
}

TEST_F(FileSourceTest, RefusesATextThatIsTooBig) {
  FileSource source({write("a.json", "[" + std::string(200, ' ') + "]"), write("b.json", "{}")},
                    100);
  EXPECT_EQ(read_all(source).size(), 1U);
  ASSERT_EQ(source.problems().size(), 1U);
}

TEST_F(FileSourceTest, CutsALineThatIsTooLongAndKeepsTheNext) {
  const std::string line = "{\"a\":\"" + std::string(3 << 20, 'x') + "\"}";
  FileSource source({write("a.ndjson", "{\"a\":1}\n" + line + "\n{\"a\":2}\n")}, 1 << 20);
  const auto lines = read_all(source);
  ASSERT_GE(lines.size(), 4U);
  EXPECT_EQ(lines.front(), (Line{"{\"a\":1}", 0}));
  EXPECT_EQ(lines.back(), (Line{"{\"a\":2}", 2}));
  EXPECT_EQ(lines[1].offset, 1);
}

}  // namespace
}  // namespace auditor
