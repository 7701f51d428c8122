// Runs the built executable, as a user does.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace auditor {
namespace {

struct Outcome {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};

Outcome run(const std::string& arguments) {
  Outcome outcome;
  const std::string command = "'" AUDITOR_EXECUTABLE "' " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> block{};
  std::size_t count = 0;
  while ((count = fread(block.data(), 1, block.size(), pipe)) > 0) {
    outcome.output.append(block.data(), count);
  }
  const int status = pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

class Commands : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ =
        std::filesystem::path(testing::TempDir()) / (std::string("commands-") + test->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::string& name, const std::string& text) const {
    const auto path = directory_ / name;
    std::ofstream(path) << text;
    return path.string();
  }

  std::filesystem::path directory_;
};

bool says(const Outcome& outcome, const std::string& text) {
  return outcome.output.find(text) != std::string::npos;
}

TEST_F(Commands, HelpNamesEveryCommandThatIsThere) {
  const Outcome outcome = run("--help");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(says(outcome, "check-config")) << outcome.output;
}

TEST_F(Commands, WrongCommandLineIsExitCodeTwo) {
  EXPECT_EQ(run("").exit_code, 2);
  EXPECT_EQ(run("no-such-command").exit_code, 2);
  EXPECT_EQ(run("check-config --no-such-option").exit_code, 2);
}

TEST_F(Commands, CheckConfigAcceptsTheShippedFilesFromAnyDirectory) {
  const Outcome outcome = run("check-config --config '" CONFIG_DIR
                              "/auditor.yaml' --guardrails '" CONFIG_DIR "/guardrails'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_EQ(outcome.output,
            "0 errors, 0 warnings; 2 guardrails, 1645 AWS managed policies known\n");
  EXPECT_EQ(run("check-config").output, outcome.output);  // the built-in ones are the shipped ones
}

TEST_F(Commands, CheckConfigSaysAllThatIsWrongWithItsPlace) {
  const std::string guardrails = write("mine.yaml",
                                       "- id: MINE\n"
                                       "  tittle: x\n"
                                       "  actions: [ecr:PutRepositoryPolicy]\n");
  const std::string config = write("auditor.yaml",
                                   "watchdog: 5\n"
                                   "guardrails: [" +
                                       guardrails +
                                       "]\n"
                                       "kafka: {bootstrap.servers: x, no.such.property: 1}\n");
  const Outcome first = run("check-config --config '" + config + "'");
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_TRUE(says(first, config + ":1:1: error: unknown key `watchdog` in the settings, did you "
                                   "mean `watchdog_ms`?"))
      << first.output;

  write("auditor.yaml", "guardrails: [" + guardrails +
                            "]\n"
                            "kafka: {bootstrap.servers: x, no.such.property: 1}\n");
  const Outcome second = run("check-config --config '" + config + "'");
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_TRUE(says(second, guardrails + ":2:3: error: unknown key `tittle`")) << second.output;
  EXPECT_TRUE(says(second, guardrails + ":3:13: warning: there is no action "
                                        "`ecr:PutRepositoryPolicy`"))
      << second.output;
  EXPECT_TRUE(says(second, "no.such.property")) << second.output;
  EXPECT_TRUE(says(second, "2 errors, 1 warning\n")) << second.output;
}

TEST_F(Commands, CheckConfigReadsEveryFileOfADirectoryAndRefusesAnIdUsedTwice) {
  write("a.yaml", "- {id: A, actions: ecr:DeleteRepository}\n");
  write("b.yml", "- {id: B, actions: ecr:DeleteRepository}\n");
  write("notes.txt", "not a guardrail\n");
  const Outcome good = run("check-config --guardrails '" + directory_.string() + "'");
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_TRUE(says(good, "2 guardrails")) << good.output;

  write("c.yaml", "- {id: A, actions: ecr:DeleteRepository}\n");
  const Outcome twice = run("check-config --guardrails '" + directory_.string() + "'");
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_TRUE(says(twice, "the id `A` is used in ")) << twice.output;
}

TEST_F(Commands, CheckConfigNamesWhatIsNotThere) {
  for (const std::string option : {"--config", "--guardrails"}) {
    const Outcome outcome = run("check-config " + option + " /nonexistent/file.yaml");
    EXPECT_EQ(outcome.exit_code, 1) << option;
    EXPECT_TRUE(says(outcome, "/nonexistent/file.yaml: error: ")) << outcome.output;
  }
  EXPECT_TRUE(says(run("check-config --config /tmp"), "/tmp: error: the settings file cannot"));
  const Outcome empty = run("check-config --guardrails '" + directory_.string() + "'");
  EXPECT_EQ(empty.exit_code, 1);
  EXPECT_TRUE(says(empty, "holds no .yaml file")) << empty.output;
}

}  // namespace
}  // namespace auditor
