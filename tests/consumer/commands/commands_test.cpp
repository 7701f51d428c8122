// Runs the built executable, as a user does.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace auditor::commands_test {
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

// In the order of the help.
std::vector<std::string> command_names() {
  const std::string help = run("--help").output;
  std::istringstream lines(help.substr(help.find("Subcommands:")));
  std::vector<std::string> names;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with("  ")) {
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

TEST_F(Commands, HelpIsHadHoweverItIsAskedFor) {
  const std::vector<std::string> names = command_names();
  EXPECT_EQ(names.size(), 10U);
  EXPECT_EQ(run("help").output, run("--help").output);
  EXPECT_EQ(run("").output, run("--help").output);
  EXPECT_EQ(run("help help").exit_code, 0);
  for (const std::string& name : names) {
    const Outcome help = run("help " + name);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.output, run(name + " --help").output);
    // not the path that it was started by
    EXPECT_TRUE(says(help, "Usage: guardrail-auditor " + name)) << help.output;
  }
  const Outcome version = run("version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.output, run("--version").output);
  EXPECT_TRUE(version.output.starts_with("guardrail-auditor ")) << version.output;
}

TEST_F(Commands, NameTheNearestOfWhatIsMisspelt) {
  for (const auto& [arguments, problem] :
       std::initializer_list<std::pair<std::string, std::string>>{
           {"scna x", "there is no command `scna`, did you mean `scan`?"},
           {"help expalin", "there is no command `expalin`, did you mean `explain`?"},
           {"verison", "there is no command `verison`, did you mean `version`?"},
           {"zzzzzz", "there is no command `zzzzzz`"},
           {"--versoin", "there is no option `--versoin`, did you mean `--version`?"},
           {"scan --fromat table x", "there is no option `--fromat`, did you mean `--format`?"},
           {"scan --fromat=table", "there is no option `--fromat`, did you mean `--format`?"},
           {"scan -t x", "there is no option `-t`"},
           {"check-config --confg x", "there is no option `--confg`, did you mean `--config`?"},
           {"scan --threads 0 x", "--threads: `0` is not a number from 1 to 256"},
           {"scan --threads -1 x", "--threads: `-1` is not a number from 1 to 256"},
           {"scan --threads 257 x", "--threads: `257` is not a number from 1 to 256"},
           {"scan --threads two x", "--threads: `two` is not a number from 1 to 256"},
           {"scan --threads 99999999999999999999 x",
            "--threads: `99999999999999999999` is not a number from 1 to 256"},
           {"scan --fail-on opne x",
            "--fail-on: `opne` is none of never, open, did you mean `open`?"},
       }) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(outcome.output.starts_with(problem + "\nRun `guardrail-auditor "))
        << arguments << ": " << outcome.output;
  }
}

// Each option of each command, with a letter too many.
TEST_F(Commands, NameTheNearestOfEveryOption) {
  for (const std::string& name : command_names()) {
    std::istringstream lines(run(name + " --help").output);
    std::string line;
    while (std::getline(lines, line)) {
      const std::size_t dashes = line.starts_with("  --") ? 2 : std::string::npos;
      if (dashes == std::string::npos) continue;
      const std::string option = line.substr(dashes, line.find(' ', dashes) - dashes);
      const Outcome outcome = run(name + " " + option + "x");
      EXPECT_EQ(outcome.exit_code, 2) << name << ' ' << option;
      EXPECT_TRUE(says(outcome, "did you mean `" + option + "`?"))
          << name << ": " << outcome.output;
    }
  }
}

TEST_F(Commands, RunSaysInOneLineThatItsSettingsCannotBeRead) {
  for (const std::string& path : {directory_.string(), (directory_ / "nowhere.yaml").string()}) {
    const Outcome outcome = run("run --config '" + path + "'");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_TRUE(outcome.output.starts_with("guardrail-auditor: the settings file `" + path + "` "))
        << outcome.output;
    EXPECT_EQ(outcome.output.find('\n'), outcome.output.size() - 1) << outcome.output;
    EXPECT_FALSE(says(outcome, "filebuf")) << outcome.output;
  }
}

TEST_F(Commands, SeedSaysWhatIsInItsFilesAndWhereTheyAreWrong) {
  const std::string config = write("a.yaml", "kafka: {bootstrap.servers: \"127.0.0.1:1\"}\n");
  const std::string role = R"({"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r"})";
  const std::string details = write("account.json", "{\"RoleDetailList\": [" + role + "]}");
  const std::string command = "seed --dry-run --config '" + config + "' ";
  const std::string of_details = command + "--account-authorization-details '" + details + "' ";
  Outcome outcome = run(of_details + "--as-of 2026-01-01T00:05:00Z");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output,
            "as of 2026-01-01T00:05:00Z: 1 roles, 0 users, 0 groups, 0 policies (and 0 of AWS, "
            "skipped), 0 repositories, 0 registries; accounts: 111122223333\n");
  outcome = run(command + "--account-authorization-details - < '" + details + "'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  const std::string cut = write("cut.json", "{\"RoleDetailList\": [" + role);
  outcome = run(command + "--account-authorization-details '" + cut + "'");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.output,
            "guardrail-auditor: `" + cut + "`: output 1: is not JSON, or ends too early\n");
  for (const char* time : {"tomorrow", "9999-01-01T00:00:00Z"}) {
    outcome = run(of_details + "--as-of " + time);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_TRUE(says(outcome, std::string("--as-of: `") + time)) << outcome.output;
  }
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

  EXPECT_TRUE(says(first, guardrails + ":2:3: error: unknown key `tittle`")) << first.output;
  EXPECT_TRUE(says(first, guardrails + ":3:13: warning: there is no action "
                                       "`ecr:PutRepositoryPolicy`"))
      << first.output;
  EXPECT_TRUE(says(first, "no.such.property")) << first.output;
  EXPECT_TRUE(says(first, "3 errors, 1 warning\n")) << first.output;
}

TEST_F(Commands, CheckConfigTakesItsFileWithoutAnOption) {
  const Outcome outcome = run("check-config '" CONFIG_DIR "/auditor.yaml'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_TRUE(says(run("check-config /nonexistent.yaml"), "/nonexistent.yaml: error: "));
}

TEST_F(Commands, ATimeoutOutOfRangeIsRefusedWithTheRange) {
  for (const std::string value : {"0", "-1", "soon", "86401"}) {
    for (const std::string command :
         {"snapshot --output o", "replay", "seed --account-authorization-details d"}) {
      const Outcome outcome = run(command + " --config c --timeout " + value);
      EXPECT_EQ(outcome.exit_code, 2) << command << ' ' << value;
      EXPECT_TRUE(says(outcome, "from 1 to 86400")) << outcome.output;
    }
  }
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
  EXPECT_TRUE(
      says(run("check-config --config /tmp"), "/tmp: error: the settings file is a directory"));
  const Outcome empty = run("check-config --guardrails '" + directory_.string() + "'");
  EXPECT_EQ(empty.exit_code, 1);
  EXPECT_TRUE(says(empty, "holds no .yaml file")) << empty.output;
}

TEST_F(Commands, ExplainAnswersEveryLineInOrderUnderItsId) {
  const std::string role = R"("subject":{"type":"role","arn":"arn:aws:iam::111122223333:role/a"})";
  const std::string path =
      write("questions.jsonl", R"({"id":{"n":[1,null]},)" + role + R"(,"permissions_boundary":null}
{"id":7,)" + role + R"(,"identity_policies":["{\"Version\":\"2012-10-17\",\"Statement\":[]}"]}
{"id":true,)" + role + R"(,"identity_policy":[]}
{"id":"cut",)" + role + R"(,
)");
  const Outcome outcome = run("explain < '" + path + "'");
  EXPECT_EQ(outcome.exit_code, 1);
  std::istringstream lines(outcome.output);
  for (const char* start :
       {R"({"id":{"n":[1,null]},"findings":[{"guardrail":"IAM-ECR-1","verdict":"compliant")",
        R"({"id":7,"findings":[{"guardrail":"IAM-ECR-1","verdict":"compliant")",
        R"({"id":true,"error":"unknown key `identity_policy`, did you mean `identity_policies`",)"
        R"("line":3})",
        R"({"id":"cut","error":"not JSON)"}) {
    std::string line;
    ASSERT_TRUE(std::getline(lines, line)) << start;
    EXPECT_TRUE(line.starts_with(start)) << line;
  }
}

const std::string role_a = R"("subject":{"type":"role","arn":"arn:aws:iam::111122223333:role/a"})";

TEST_F(Commands, ExplainReadsQuestionsHoweverTheyAreLaidOut) {
  const std::string path = write("questions.json", R"([
  {
    "id": 1,
    )" + role_a + R"(,
    "identity_policies": [
      {"Statement": []}
    ]
  },
  {"id": 2, )" + role_a + R"(}
]
{"id": 3, )" + role_a + "}\n");
  const Outcome outcome = run("explain < '" + path + "'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_EQ(std::ranges::count(outcome.output, '\n'), 3);
  const std::string pairs = write("pairs.json", R"([{
  "id": 1, "type": "identity", "reference": {"Statement": []},
  "candidate": {"Statement": []}}])");
  EXPECT_EQ(run("compare < '" + pairs + "'").output,
            "{\"id\":1,\"new_access\":false,\"witness\":null}\n");
}

TEST_F(Commands, ExplainSaysWhereAQuestionIsWrong) {
  const std::string path = write("questions.json", "{\"id\":1," + role_a + "}\n" +
                                                       R"({
  "id": 2,
  // the role
  )" + role_a + R"(
}
{
  "id": 3,
  "subjekt": {}
}
)");
  const Outcome outcome = run("explain < '" + path + "'");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(says(outcome, R"({"id":2,"error":"not JSON: a comment (`//`), which JSON does not )"
                            R"(have","line":4,"column":3})"))
      << outcome.output;
  EXPECT_TRUE(says(outcome, R"({"id":3,"error":"unknown key `subjekt`, did you mean `subject`",)"
                            R"("line":7})"))
      << outcome.output;
}

TEST_F(Commands, ExplainNotesThatNoPolicyWasGiven) {
  const auto notes = [this](const std::string& members) {
    return says(run("explain < '" + write("line", "{" + members + "}\n") + "'"),
                "no policy was given");
  };
  const std::string repository =
      R"("subject":{"type":"repository","arn":"arn:aws:ecr:eu-west-1:111122223333:repository/a"})";
  EXPECT_TRUE(notes(role_a));
  EXPECT_TRUE(notes(role_a + R"(,"identity_policies":[])"));
  EXPECT_TRUE(notes(role_a + R"(,"permissions_boundary":{"Statement":[]})"));
  EXPECT_TRUE(notes(repository));
  EXPECT_FALSE(notes(role_a + R"(,"identity_policies":[{"Statement":[]}])"));
  EXPECT_FALSE(notes(repository + R"(,"resource_policy":{"Statement":[]})"));
  EXPECT_FALSE(notes(repository + R"(,"registry_policy":{"Statement":[]})"));
}

TEST_F(Commands, SayThatNoQuestionWasRead) {
  for (const std::string command : {"explain", "compare"}) {
    Outcome outcome = run(command + " < /dev/null");
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_EQ(outcome.output, "no question was read: standard input holds none\n");
    outcome = run(command + " < '" + write("line", "x\n") + "'");
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_TRUE(says(outcome, "standard input holds none that can be read\n")) << outcome.output;
    outcome = run(command + " < '" + directory_.string() + "'");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.output, "guardrail-auditor: cannot read stdin: Is a directory\n");
  }
}

TEST_F(Commands, ExplainReadsFilesOfOtherSystems) {
  const std::string line =
      R"({"id":1,"subject":{"type":"role","arn":"arn:aws:iam::111122223333:role/a"}})";
  const Outcome outcome =
      run("explain < '" + write("questions", "\xef\xbb\xbf" + line + "\r\n\r\n" + line) + "'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_EQ(std::ranges::count(outcome.output, '\n'), 2);
}

TEST_F(Commands, ExplainRefusesAnArnOfAnotherKindOfThing) {
  for (const std::string subject :
       {R"({"type":"repository","arn":"arn:aws:iam::111122223333:role/a"})",
        R"({"type":"role","arn":"arn:aws:ecr:eu-west-1:111122223333:repository/a"})",
        R"({"type":"role","arn":"arn:aws:iam::111122223333:user/a"})",
        R"({"type":"role","arn":"arn:aws:iam::1:role/a"})",
        R"({"type":"role","arn":"ARN:AWS:IAM::111122223333:ROLE/A"})", R"({"type":"role"})"}) {
    const Outcome outcome =
        run("explain < '" + write("line", R"({"id":1,"subject":)" + subject + "}\n") + "'");
    EXPECT_EQ(outcome.exit_code, 3) << subject;
    EXPECT_TRUE(outcome.output.starts_with(R"({"id":1,"error":")")) << outcome.output;
    EXPECT_TRUE(says(outcome, R"(","line":1})")) << outcome.output;
  }
}

TEST_F(Commands, CompareAnswersEveryLineInOrder) {
  const std::string path = write(
      "pairs.jsonl",
      R"({"id":1,"type":"identity","reference":{"Statement":[]},"candidate":{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}}
{"id":2,"type":"identity","reference":"{\"Statement\":[]}","candidate":{"Statement":[]}}
{"id":3,"type":"identity","reference":null,"candidate":{"Statement":[]}}
{"id":4,"type":"other"}
)");
  const Outcome outcome = run("compare < '" + path + "'");
  EXPECT_EQ(outcome.exit_code, 1);
  std::istringstream lines(outcome.output);
  for (const char* start : {R"({"id":1,"new_access":true)", R"({"id":2,"new_access":false)",
                            R"({"id":3,"new_access":"unknown")", R"({"id":4,"error":)"}) {
    std::string line;
    ASSERT_TRUE(std::getline(lines, line)) << start;
    EXPECT_TRUE(line.starts_with(start)) << line;
  }
}

TEST_F(Commands, FailWhenTheirOutputCannotBeWritten) {
  const std::string line = write("line", "{}\n");
  for (const std::string command : {"explain", "compare", "check-config"}) {
    // The # hides the redirection that run() adds.
    const Outcome outcome = run(command + " < '" + line + "' 2>&1 >/dev/full #");
    EXPECT_EQ(outcome.exit_code, 1) << command;
    EXPECT_EQ(outcome.output, "guardrail-auditor: cannot write to stdout\n") << command;
  }
}

}  // namespace
}  // namespace auditor::commands_test
