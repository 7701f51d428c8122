// Everything that stands in a directory is read, passed over with a reason, or a problem; and what
// can be a log is told by its first bytes.
#include "consumer/scan/file_list.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "consumer/scan/file_chunks.h"
#include "consumer/scan/file_content.h"
#include "tests/consumer/auditor/case_files.h"
#include "tests/consumer/scan/temporary_directory.h"

namespace auditor::file_list_test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

std::vector<std::string> names(const FileList& list) {
  std::vector<std::string> names;
  for (const ListedFile& file : list.files) names.push_back(fs::path(file.path).filename());
  return names;
}

TEST(FileContent, OfRecordsInWhateverTheyComeIn) {
  for (const std::string_view bytes : {
           R"({"Records":[]})"sv,
           "{\n  \"eventSource\": 1"sv,
           "{}"sv,
           "{"sv,
           "\xef\xbb\xbf{\"a\":1}"sv,
           "  \n\t[ {\"a\":1}]"sv,
           "[\"{}\"]"sv,
           "[[{}]]"sv,
           R"("{\"a\":1}")"sv,
           "\x1e{\"a\":1}\n"sv,
           ",{\"a\":1}"sv,
           "\0\0\0\0\x07{\"a\":1}"sv,
           "\0{\"a\":1}"sv,
           "\xff\xfe{\0\"\0a\0"sv,
           "\xfe\xff\0{\0\"\0a"sv,
           "2026-03-01T10:00:00.000Z {\"eventVersion\":\"1.11\"}"sv,
           "<134>1 2026-03-01 host app - {\"eventVersion\":\"1.11\"}"sv,
           "H4sIAAAAAAAAA6tWyk0tLk5MT1WyUlBKTixKSS1SqgUAb9aBpBcAAAA="sv,
           "eyJldmVudFZlcnNpb24iOiAiMS4xMSJ9"sv,
           "KLUv/QQAAQAA"sv,
           "\x1f\x8b\x08\x00"sv,
           "\x28\xb5\x2f\xfd"sv,
           // cannot be read here, which whoever reads them says
           "PK\x03\x04"sv,
           "BZh91AY"sv,
           "\xfd\x37zXZ\0"sv,
           "PAR1"sv,
           "Obj\x01"sv,
       }) {
    EXPECT_TRUE(can_hold_records(bytes)) << bytes;
  }
}

TEST(FileContent, OfOtherThings) {
  for (const std::string_view bytes : {
           ""sv,
           " \n"sv,
           "\0\0\0\0\0\0"sv,
           "# Logs\n\nSuch as {\"a\":1}\n"sv,
           "[section]\nkey=1\n"sv,
           "{% extends %}"sv,
           "{{ template }}"sv,
           "\"\"\"A docstring"sv,
           "#!/bin/sh\n"sv,
           "\x7f"
           "ELF"sv,
           "\x89PNG\r\n\x1a\n{\""sv,
           "<?xml version=\"1.0\"?>"sv,
           "%PDF-1.7"sv,
           "a,b,c\n1,2,3\n"sv,
           "Makefile"sv,
           "\xff\xfeh\0e\0"sv,
           "\xff\xd8\xff\xe0"sv,
       }) {
    EXPECT_FALSE(can_hold_records(bytes)) << bytes;
  }
}

// The samples are whatever is known to be read: none of them may be passed over.
TEST(FileContent, OfEverySample) {
  for (const fs::directory_entry& entry : fs::directory_iterator(case_directory())) {
    const std::string text = read_case(entry.path().filename().string());
    EXPECT_TRUE(can_hold_records(std::string_view(text).substr(0, content_sample_bytes)))
        << entry.path();
  }
}

TEST(FileContent, TakesAnyBytes) {
  std::uint32_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (int length = i % 40; length > 0; --length) {
      state = state * 1'664'525 + 1'013'904'223;
      bytes += "{}[]\"\\ \n\x1e\0\xff\xfe\xef\xbb\xbf,A=e"[state >> 16 & 15];
    }
    can_hold_records(bytes);
  }
}

TEST(FileList, LooksAtTheContentWhereTheNameDoesNotTell) {
  const TemporaryDirectory directory;
  directory.write("firehose-1-2026-03-01-10-00-00-abc", R"({"eventVersion":"1.11"})");
  directory.write("trail.txt", R"({"eventVersion":"1.11"})");
  directory.write("README.md", "# text");
  directory.write("named.json", "no JSON, but called so");
  const FileList list = list_files({directory.path().string()});
  EXPECT_EQ(names(list), (std::vector<std::string>{"firehose-1-2026-03-01-10-00-00-abc",
                                                   "named.json", "trail.txt"}));
  EXPECT_EQ(list.passed_over.files, 1U);
  EXPECT_EQ(list.passed_over.bytes, 6U);
  EXPECT_EQ(list.passed_over.first,
            std::vector<std::string>{(directory.path() / "README.md").string() +
                                     ": passed over: its content is no log"});
  EXPECT_TRUE(list.problems.empty());
}

TEST(FileList, AccountsForEverythingThatStandsInADirectory) {
  const TemporaryDirectory directory;
  const fs::path root = directory.path();
  directory.write("a/log", "{}");
  directory.write("a/b/c/log", "{}");
  directory.write(".hidden.json", "{}");
  directory.write(".git/config", "{}");
  directory.write("empty", "");
  directory.write("empty.json", "");  // counted as an empty message is
  fs::create_symlink("nowhere", root / "dangling.json");
  fs::create_symlink("circle.json", root / "circle.json");
  fs::create_symlink("right", root / "left");
  fs::create_symlink("left", root / "right");
  fs::create_directory_symlink(".", root / "a" / "self");
  fs::create_directory_symlink("a", root / "again");
  fs::create_symlink("a/log", root / "link-to-file");
  ASSERT_EQ(::mkfifo((root / "pipe.json").c_str(), 0600), 0);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = (root / "s").string();
  ASSERT_LT(socket_path.size(), sizeof(address.sun_path));
  std::strcpy(address.sun_path, socket_path.c_str());
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);

  const FileList list = list_files({root.string()});
  ::close(listener);
  EXPECT_EQ(names(list), (std::vector<std::string>{"log", "log", "empty.json", "link-to-file"}));
  EXPECT_TRUE(list.problems.empty());
  // .hidden.json, .git, again, circle, dangling, empty, left, pipe, right, s, a/self
  EXPECT_EQ(list.passed_over.files, 11U);
  ASSERT_EQ(list.passed_over.first.size(), passed_over_told_max);
  const auto told = [&](const std::string& name, const std::string& why) {
    return std::ranges::count(list.passed_over.first,
                              (root / name).string() + ": passed over: " + why) == 1;
  };
  EXPECT_TRUE(told(".git", "hidden"));
  EXPECT_TRUE(told("again", "a link to a directory, which is not followed"));
  EXPECT_TRUE(told("circle.json", "a link in a circle"));
  EXPECT_TRUE(told("dangling.json", "a link to nothing"));
}

TEST(FileList, ReadsWhatIsNamedWhateverItIs) {
  const TemporaryDirectory directory;
  const std::string hidden = directory.write(".hidden/notes", "text");
  const std::string link = (directory.path() / "link").string();
  fs::create_directory_symlink(".hidden", link);
  EXPECT_EQ(list_files({hidden}).files.size(), 1U);
  directory.write(".hidden/log", "{}");
  EXPECT_EQ(names(list_files({link})), std::vector<std::string>{"log"});
}

TEST(FileList, TellsADirectoryWithNothingToRead) {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  EXPECT_EQ(list_files({path}).problems, std::vector<std::string>{path + ": holds no file"});
  directory.write("README", "text");
  EXPECT_EQ(list_files({path}).problems,
            std::vector<std::string>{path + ": holds no file that could be a log"});
}

// Root may read everything, so a child that is not does it.
template <typename Act>
bool holds_for_nobody(const Act& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    const bool is_nobody = ::geteuid() != 0 || ::setuid(nobody) == 0;
    ::_exit(is_nobody && act() ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(FileList, GoesOnBehindADirectoryThatItMayNotRead) {
  const TemporaryDirectory directory;
  directory.write("a/log", "{}");
  directory.write("b/log", "{}");
  directory.write("c/log", "{}");
  const std::string locked = directory.write("d/locked", "{}");
  fs::permissions(directory.path(), fs::perms::all);
  fs::permissions(directory.path() / "b", fs::perms::none);
  fs::permissions(locked, fs::perms::none);
  EXPECT_TRUE(holds_for_nobody([&] {
    const FileList list = list_files({directory.path().string()});
    return list.files.size() == 2 &&
           list.problems ==
               std::vector<std::string>{
                   (directory.path() / "b").string() + ": cannot be listed: Permission denied",
                   locked + ": cannot be opened: Permission denied"};
  }));
  fs::permissions(directory.path() / "b", fs::perms::all);
}

TEST(FileList, WaitsForNoPipeThatTookThePlaceOfAFile) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a.json", "{}");
  FileList list = list_files({directory.path().string()});
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  FileChunks chunks(std::move(list));
  FileChunk chunk;
  EXPECT_TRUE(chunks.next(chunk));  // empty
  EXPECT_FALSE(chunks.next(chunk));
}

TEST(FileList, TellsAFileThatIsGone) {
  const TemporaryDirectory directory;
  const std::string path = directory.write("a.json", "{}");
  FileList list = list_files({directory.path().string()});
  fs::remove(path);
  FileChunks chunks(std::move(list));
  FileChunk chunk;
  EXPECT_TRUE(chunks.next(chunk));
  EXPECT_EQ(chunk.problems,
            std::vector<std::string>{path + ": cannot be opened: No such file or directory"});
  EXPECT_FALSE(chunks.next(chunk));
}

}  // namespace
}  // namespace auditor::file_list_test
