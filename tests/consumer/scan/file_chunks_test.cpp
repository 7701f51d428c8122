#include "consumer/scan/file_chunks.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "consumer/scan/chunk_reader.h"
#include "tests/consumer/auditor/case_files.h"
#include "tests/wrapped_text.h"

namespace auditor::file_pieces_test {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files()
      : directory_(fs::temp_directory_path() /
                   ("file_pieces_test." + std::to_string(::getpid()) + "." +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(directory_);
  }
  ~Files() override { fs::remove_all(directory_); }

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

struct Read {
  std::vector<Line> lines;
  std::vector<std::string> problems, damages;
  std::uint64_t bytes = 0, bytes_total = 0;
  std::size_t chunks = 0, files = 0;
};

Read read_all(const std::vector<std::string>& paths,
              std::size_t text_bytes_max = file_text_bytes_max) {
  FileChunks chunks(list_files(paths), text_bytes_max);
  ChunkReader messages;
  Read read;
  for (FileChunk chunk; chunks.next(chunk); ++read.chunks) {
    messages.read(chunk, [&read](const RawMessage& message) {
      read.lines.push_back({std::string(message.payload), message.offset});
      if (!message.damage.empty()) read.damages.emplace_back(message.damage);
    });
    read.problems.insert(read.problems.end(), chunk.problems.begin(), chunk.problems.end());
    read.bytes = chunk.bytes_read;
  }
  read.bytes_total = chunks.bytes_total();
  read.files = chunks.files();
  return read;
}

TEST_F(Files, GivesAFileOfLinesLineByLine) {
  const std::string path = write("a.ndjson", "{\"a\":1}\n\n{\"a\":2}\r\n{\"a\":3}");
  const Read read = read_all({path});
  EXPECT_EQ(read.lines,
            (std::vector<Line>{{"{\"a\":1}", 0}, {"{\"a\":2}\r", 2}, {"{\"a\":3}", 3}}));
  EXPECT_EQ(read.bytes, read.bytes_total);
  EXPECT_TRUE(read.problems.empty());
}

TEST_F(Files, GivesAnyOtherFileAsOneMessage) {
  const std::string pretty = "{\n \"eventName\": \"x\"\n}\n";
  EXPECT_EQ(read_all({write("a.json", pretty)}).lines, (std::vector<Line>{{pretty, 0}}));
}

TEST_F(Files, ReadsLinesAcrossChunks) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) {
    text += "{\"n\":" + std::to_string(i) + ",\"pad\":\"" + std::string(90, 'x') + "\"}\n";
  }
  const Read read = read_all({write("big.ndjson", text)});
  EXPECT_GE(read.chunks, 3U);
  const std::vector<Line>& lines = read.lines;
  ASSERT_EQ(lines.size(), 30'000U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_TRUE(lines[i].text.starts_with("{\"n\":" + std::to_string(i) + ","));
    ASSERT_TRUE(lines[i].text.ends_with("x\"}"));
    ASSERT_EQ(lines[i].offset, static_cast<std::int64_t>(i));
  }
}

TEST_F(Files, ReadsCompressedFiles) {
  const auto messages = read_all({(case_directory() / "envelope.gzip.json.gz").string()}).lines;
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].text.starts_with("{\"Records\""));
}

TEST_F(Files, GivesWhatIsWholeOfADamagedFileAndTheRestWithItsPlace) {
  const std::string one = gzip("{\"a\":1}\n{\"a\":2}\n");
  const std::string bytes = one + gzip("{\"a\":3}\n").substr(0, 12);
  const Read read = read_all({write("cut.json.gz", bytes)});
  ASSERT_EQ(read.lines.size(), 3U);
  EXPECT_EQ(read.lines[1], (Line{"{\"a\":2}", 1}));
  EXPECT_EQ(read.lines[2], (Line{bytes.substr(one.size()), 0}));
  EXPECT_EQ(read.damages,
            std::vector<std::string>{"bad-gzip: the member at byte " + std::to_string(one.size()) +
                                     " is cut at byte " + std::to_string(bytes.size())});
}

TEST_F(Files, ReadsZstd) {
  const Read read = read_all({write("a.json.zst", zstd("{\"a\":1}\n{\"a\":2}\n"))});
  EXPECT_EQ(read.lines, (std::vector<Line>{{"{\"a\":1}", 0}, {"{\"a\":2}", 1}}));
}

TEST_F(Files, ReadsLinesThatBeginWithATimeOrEndWithAComma) {
  const std::string time = "2026-03-01T10:00:00.000Z ";
  EXPECT_EQ(read_all({write("a.log", time + "{}\n" + time + "{}\n")}).lines.size(), 2U);
  EXPECT_EQ(read_all({write("b.log", "{},\n{}\n")}).lines.size(), 2U);
}

TEST_F(Files, ReadsADirectoryInOrderAndOnlyItsLogs) {
  write("b/2.json", "{\"n\":2}");
  write("b/10.json", "{\"n\":10}");
  write("a/1.jsonl", "{\"n\":1}");
  write("README.md", "# text");
  write(".hidden.json", "{}");
  const Read read = read_all({directory_.string()});
  EXPECT_EQ(read.lines, (std::vector<Line>{{"{\"n\":1}", 0}, {"{\"n\":10}", 0}, {"{\"n\":2}", 0}}));
  EXPECT_EQ(read.files, 3U);
}

TEST_F(Files, ReadsANamedFileWhateverItsName) {
  EXPECT_EQ(read_all({write("notes", "{}")}).lines.size(), 1U);
}

TEST_F(Files, TellsAFileThatCannotBeOpenedAndGoesOn) {
  const std::string missing = (directory_ / "missing.json").string();
  const Read read = read_all({missing, write("a.json", "{}")});
  EXPECT_EQ(read.lines.size(), 1U);
  EXPECT_EQ(read.problems,
            std::vector<std::string>{missing + ": cannot be opened: No such file or directory"});
}

TEST_F(Files, HoldsNoMessageInAnEmptyFile) {
  const Read read = read_all({write("a.json", ""), write("b.json", "\n \n")});
  EXPECT_TRUE(read.lines.empty());
  EXPECT_TRUE(read.problems.empty());
}

TEST_F(Files, TellsADirectoryWithoutLogs) {
  write("none/README.md", "# text");
  const std::string path = (directory_ / "none").string();
  const Read read = read_all({path});
  EXPECT_TRUE(read.lines.empty());
  EXPECT_EQ(read.problems, std::vector<std::string>{path + ": holds no file that could be a log"});
}

TEST_F(Files, RefusesATextThatIsTooBig) {
  const Read read =
      read_all({write("a.json", "[" + std::string(200, ' ') + "]"), write("b.json", "{}")}, 100);
  EXPECT_EQ(read.lines.size(), 1U);
  ASSERT_EQ(read.problems.size(), 1U);
}

TEST_F(Files, CutsALineThatIsTooLongAndKeepsTheNext) {
  const std::string line = "{\"a\":\"" + std::string(3 << 20, 'x') + "\"}";
  const auto lines =
      read_all({write("a.ndjson", "{\"a\":1}\n" + line + "\n{\"a\":2}\n")}, 1 << 20).lines;
  ASSERT_GE(lines.size(), 4U);
  EXPECT_EQ(lines.front(), (Line{"{\"a\":1}", 0}));
  EXPECT_EQ(lines.back(), (Line{"{\"a\":2}", 2}));
  EXPECT_EQ(lines[1].offset, 1);
}

}  // namespace
}  // namespace auditor::file_pieces_test
