// A broker that refuses: every right that a command needs is taken away in turn, every way in is
// barred in turn, and what the command says, how long it goes on and its exit code are held against
// a table; it is printed, too. Then the rights are there, and nothing was lost. The cases run at
// the same time, each with a user, topics and a group of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <list>
#include <map>
#include <thread>

#include "tests/kafka/auditor_process.h"
#include "tests/kafka/sample_events.h"
#include "tests/kafka/secured_broker.h"
#include "tests/kafka/temporary_directory.h"

namespace auditor::refusal_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int cases_max = 40;  // users of the broker
constexpr int events = 3;      // of each input
constexpr seconds end_max{120};
constexpr int together_max = 12;  // processes that start at the same time

using enum Right::On;
constexpr auto describe = RD_KAFKA_ACL_OPERATION_DESCRIBE;
constexpr auto read = RD_KAFKA_ACL_OPERATION_READ;
constexpr auto write = RD_KAFKA_ACL_OPERATION_WRITE;

std::string user_of(int number) { return "user" + std::to_string(number); }

// One broker for all tests here.
class Refusals : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<TemporaryDirectory>("refusal");
    std::vector<std::string> users;
    for (int i = 0; i < cases_max; ++i) users.push_back(user_of(i));
    broker_ = std::make_unique<SecuredBroker>(KAFKA_JARS, directory_->path(), users);
    client_ = std::make_unique<Client>(broker_->bootstrap_servers());
    write_account();
  }
  static void TearDownTestSuite() {
    client_.reset();
    broker_.reset();
    directory_.reset();
  }

  // What `seed` reads.
  static void write_account() {
    std::ofstream(directory_->path() / "account.json") << R"({
      "UserDetailList": [], "GroupDetailList": [], "Policies": [],
      "RoleDetailList": [{"Path": "/", "RoleName": "admin",
        "Arn": "arn:aws:iam::111122223333:role/admin", "RolePolicyList": [],
        "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess",
          "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}]})";
  }

  static std::unique_ptr<TemporaryDirectory> directory_;
  static std::unique_ptr<SecuredBroker> broker_;
  static std::unique_ptr<Client> client_;
};

std::unique_ptr<TemporaryDirectory> Refusals::directory_;
std::unique_ptr<SecuredBroker> Refusals::broker_;
std::unique_ptr<Client> Refusals::client_;

// A command that is refused something.
struct Case {
  std::string name;
  std::string command;            // with what follows it
  std::vector<std::string> told;  // all of it, in the output
  RunSettings settings;
  std::vector<Right> rights, withheld;
  milliseconds took{0};
  std::optional<int> exit_code;
  std::string output;
};

// Records that `of` has written of the input: an event violates both guardrails.
std::size_t written_by(const Case& of) { return of.command == "route" ? events : 2 * events; }

std::string yaml_of(const Case& of) { return of.settings.yaml(); }

std::vector<std::string> command_of(const Case& of, const std::filesystem::path& config,
                                    const std::filesystem::path& directory) {
  std::vector<std::string> words = {auditor_executable().string()};
  const auto end = of.command.find(' ');
  words.push_back(of.command.substr(0, end));
  words.insert(words.end(), {"--config", config.string()});
  for (std::size_t at = end; at != std::string::npos;) {
    const std::size_t next = of.command.find(' ', at + 1);
    words.push_back(of.command.substr(at + 1, next - at - 1));
    at = next;
  }
  if (words[1] == "snapshot") words.insert(words.end(), {"--output", config.string() + ".jsonl"});
  if (words[1] == "seed") {
    const auto details = directory / "account.json";
    words.insert(words.end(), {"--account-authorization-details", details.string(), "--as-of",
                               "2020-01-01T00:00:00Z"});
  }
  return words;
}

struct Running {
  Case* of;
  std::unique_ptr<ChildProcess> process;
  Clock::time_point since;
};

Running start(Case& of, const std::filesystem::path& directory, const std::string& log) {
  const auto config = directory / (of.settings.worker + ".yaml");
  std::ofstream(config) << yaml_of(of);
  auto process = std::make_unique<ChildProcess>(command_of(of, config, directory),
                                                directory / (of.settings.worker + log));
  return {&of, std::move(process), Clock::now()};
}

// Until each has ended by itself.
void run_all(std::list<Case>& cases, const std::filesystem::path& directory) {
  std::list<Running> running;
  auto next = cases.begin();
  while (next != cases.end() || !running.empty()) {
    while (next != cases.end() && running.size() < together_max) {
      running.push_back(start(*next++, directory, ".log"));
    }
    std::erase_if(running, [](Running& one) {
      const auto took = Clock::now() - one.since;
      one.of->exit_code = one.process->wait(milliseconds(0));
      if (!one.of->exit_code && took < end_max) return false;
      one.of->took = std::chrono::duration_cast<milliseconds>(took);
      one.of->output = one.process->output();
      return true;
    });
    std::this_thread::sleep_for(milliseconds(10));
  }
}

// The last line that tells why: what people look at.
std::string last_line(const std::string& output) {
  std::string last;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("critical") != line.npos || line.starts_with("guardrail-auditor: ")) last = line;
  }
  const std::size_t level = last.find("critical ");
  return level == last.npos ? last : last.substr(level + 9);
}

void expect_all_told(const std::list<Case>& cases) {
  for (const Case& of : cases) {
    std::cout << "| " << of.command << " | " << of.name << " | " << last_line(of.output) << " | "
              << of.took.count() / 1000 << "." << of.took.count() % 1000 / 100 << " | "
              << of.exit_code.value_or(-1) << " |\n";
    EXPECT_EQ(of.exit_code, 1) << of.command << ", " << of.name << '\n' << of.output;
    for (const std::string& told : of.told) {
      EXPECT_NE(of.output.find(told), std::string::npos)
          << of.command << ", " << of.name << " does not say\n"
          << told << "\nbut\n"
          << of.output;
    }
    EXPECT_EQ(of.output.find("secret-of-"), std::string::npos) << of.output;
  }
}

class RefusedRights : public Refusals {
 protected:
  // Topics with some input, and a user with every right that `command` needs but the withheld.
  Case& add(const std::string& command, const std::string& name) {
    const int number = users_++;
    Case& of = cases_.emplace_back();
    of.command = command;
    of.name = name;
    RunSettings& settings = of.settings;
    const std::string prefix = "case" + std::to_string(number) + ".";
    settings.bootstrap_servers = "localhost:" + broker_->sasl_port();
    settings.group = prefix + "group";
    settings.worker = prefix + "worker";
    settings.input = prefix + "input";
    settings.alerts = prefix + "alerts";
    settings.quarantine = prefix + "quarantine";
    settings.compliance = prefix + "compliance";
    settings.state = prefix + "state";
    settings.routed = prefix + "routed";
    settings.kafka_extra =
        "  security.protocol: sasl_ssl\n  sasl.mechanism: PLAIN\n"
        "  sasl.username: " +
        user_of(number) + "\n  sasl.password: " + SecuredBroker::password_of(user_of(number)) +
        "\n  ssl.ca.location: " + broker_->file("ca.pem") + "\n";
    for (const std::string& made : {settings.input, settings.alerts, settings.quarantine,
                                    settings.compliance, settings.state, settings.routed}) {
      client_->create_topic(made, 1);
    }
    for (int i = 0; i < events; ++i) client_->produce(settings.input, 0, violating_event(i));
    client_->produce(settings.input, 0, "unreadable");
    client_->flush();
    of.rights = rights_of(of);
    return of;
  }

  static std::vector<Right> rights_of(const Case& of) {
    const RunSettings& s = of.settings;
    const std::string id = "guardrail-auditor-" + s.worker;
    if (of.command == "run") {
      return {{topic, s.input, read},   {topic, s.state, read},       {topic, s.state, write},
              {topic, s.alerts, write}, {topic, s.compliance, write}, {topic, s.quarantine, write},
              {group, s.group, read},   {transactional_id, id, write}};
    }
    if (of.command == "route") {
      return {{topic, s.input, read},
              {topic, s.routed, write},
              {topic, s.quarantine, write},
              {group, s.group, read},
              {transactional_id, id + "-route", write}};
    }
    if (of.command.starts_with("seed")) {
      return {{topic, s.input, describe},
              {topic, s.state, write},
              {transactional_id, id + "-seed", write}};
    }
    if (of.command == "snapshot") {
      return {{topic, s.input, describe}, {topic, s.state, read}, {group, s.group, describe}};
    }
    if (of.command.starts_with("replay --topic")) {
      return {{topic, s.input, read},
              {topic, s.routed + "-replayed", write},
              {transactional_id, id + "-replay", write}};
    }
    return {{topic, s.input, read}};  // replay, snapshot --at
  }

  static std::string line(const Case& of, std::string_view what, const std::string& name,
                          const std::string& operation, const std::string& error) {
    const std::string user = of.settings.worker.substr(4, of.settings.worker.find('.') - 4);
    return std::string(what) + " `" + name + "`: the broker refuses " + operation +
           " to user `user" + user + "` (" + error + "_AUTHORIZATION_FAILED); grant " + operation +
           " on the " + std::string(what);
  }

  // `operation` is refused on a topic that can be described all the same.
  void without_topic(const std::string& command, std::string RunSettings::* name,
                     rd_kafka_AclOperation_t operation, const std::string& shown) {
    Case& of = add(command, shown + (operation == read ? ": Read" : ": Write"));
    withhold(of, {topic, of.settings.*name, operation});
    of.rights.push_back({topic, of.settings.*name, describe});
    of.told = {line(of, "topic", of.settings.*name, operation == read ? "Read" : "Write", "TOPIC")};
  }

  void without_describe(const std::string& command, std::string RunSettings::* name,
                        const std::string& shown) {
    Case& of = add(command, shown + ": all");
    for (const auto operation : {read, write, describe}) {
      withhold(of, {topic, of.settings.*name, operation});
    }
    of.told = {line(of, "topic", of.settings.*name, "Describe", "TOPIC")};
  }

  void without_group(const std::string& command, rd_kafka_AclOperation_t operation,
                     bool can_describe) {
    Case& of = add(command, can_describe ? "group: Read" : "group: all");
    withhold(of, {group, of.settings.group, operation});
    if (can_describe) of.rights.push_back({group, of.settings.group, describe});
    of.told = {"group `" + of.settings.group + "`: the broker refuses "};
  }

  void without_transactional_id(const std::string& command, const std::string& suffix) {
    Case& of = add(command, "transactional id");
    const std::string id = "guardrail-auditor-" + of.settings.worker + suffix;
    withhold(of, {transactional_id, id, write});
    of.told = {line(of, "transactional id", id, "Write", "TRANSACTIONAL_ID")};
  }

  static void withhold(Case& of, const Right& right) {
    if (std::erase(of.rights, right) > 0) of.withheld.push_back(right);
  }

  void run_refused() {
    allow(&Case::rights);
    run_all(cases_, directory_->path());
    expect_all_told(cases_);
  }

  void grant() { allow(&Case::withheld); }

  void allow(std::vector<Right> Case::* rights) {
    std::map<std::string, std::vector<Right>> by_user;
    for (const Case& of : cases_) by_user[user_of(number_of(of))] = of.*rights;
    broker_->allow(by_user);
    std::this_thread::sleep_for(seconds(2));  // until they count
  }

  static int number_of(const Case& of) { return std::stoi(of.settings.worker.substr(4)); }

  std::list<Case> cases_;
  static int users_;
};

int RefusedRights::users_ = 0;

TEST_F(RefusedRights, OfRunAreSaidAndNothingIsLostOnceTheyAreThere) {
  without_describe("run", &RunSettings::input, "input");
  without_describe("run", &RunSettings::alerts, "alerts");
  without_topic("run", &RunSettings::input, read, "input");
  without_topic("run", &RunSettings::state, read, "state");
  without_topic("run", &RunSettings::state, write, "state");
  without_topic("run", &RunSettings::alerts, write, "alerts");
  without_topic("run", &RunSettings::compliance, write, "compliance");
  without_topic("run", &RunSettings::quarantine, write, "quarantine");
  without_group("run", read, false);
  without_group("run", read, true);
  without_transactional_id("run", "");
  without_topic("route", &RunSettings::input, read, "input");
  without_topic("route", &RunSettings::routed, write, "routed");
  without_transactional_id("route", "-route");
  run_refused();

  grant();
  std::list<Running> running;
  for (Case& of : cases_) running.push_back(start(of, directory_->path(), "-again.log"));
  for (Running& one : running) {
    const RunSettings& settings = one.of->settings;
    const bool is_route = one.of->command == "route";
    Reader told(client_->bootstrap_servers(), is_route ? settings.routed : settings.alerts,
                Isolation::read_committed);
    for (std::size_t i = 0; i < written_by(*one.of); ++i) {
      EXPECT_TRUE(told.next(seconds(60))) << one.of->name << '\n' << one.process->output();
    }
    Reader bad(client_->bootstrap_servers(), settings.quarantine, Isolation::read_committed);
    EXPECT_TRUE(bad.next(seconds(60))) << one.of->name << '\n' << one.process->output();
    one.process->send_signal(SIGTERM);
  }
  for (Running& one : running) {
    EXPECT_EQ(one.process->wait(seconds(10)), 0) << one.process->output();
    const RunSettings& settings = one.of->settings;
    const bool is_route = one.of->command == "route";
    EXPECT_EQ(client_->read(is_route ? settings.routed : settings.alerts).size(),
              written_by(*one.of))
        << one.of->name;
    EXPECT_EQ(client_->read(settings.quarantine).size(), 1U) << one.of->name;
  }
}

TEST_F(RefusedRights, OfOneShotCommandsAreSaid) {
  without_topic("replay", &RunSettings::input, read, "input");
  without_topic("snapshot --at 1", &RunSettings::input, read, "input");
  without_topic("snapshot", &RunSettings::state, read, "state");
  without_group("snapshot", describe, false);
  without_describe("snapshot", &RunSettings::input, "input");
  without_topic("seed", &RunSettings::state, write, "state");
  without_transactional_id("seed", "-seed");
  without_describe("seed", &RunSettings::input, "input");
  run_refused();

  grant();
  run_all(cases_, directory_->path());
  for (const Case& of : cases_) {
    EXPECT_EQ(of.exit_code, 0) << of.command << ", " << of.name << '\n' << of.output;
  }
}

// How a client may come in, by what is wrong with it.
struct Way {
  std::string name, port;
  std::string kafka;  // settings
  std::string told;
};

class RefusedWays : public Refusals {
 protected:
  static std::vector<Way> ways() {
    const std::string ca = "  ssl.ca.location: " + broker_->file("ca.pem") + "\n";
    const std::string login = "  sasl.mechanism: PLAIN\n  sasl.username: user0\n  sasl.password: " +
                              SecuredBroker::password_of("user0") + "\n";
    const std::string sasl = "  security.protocol: sasl_ssl\n" + login;
    const auto certificate = [&](const std::string& name, const std::string& key) {
      return "  security.protocol: ssl\n" + ca + "  ssl.certificate.location: " + name +
             "\n  ssl.key.location: " + key + "\n";
    };
    const std::string sasl_port = broker_->sasl_port(), tls_port = broker_->tls_port();
    return {
        {"wrong password", sasl_port,
         "  security.protocol: sasl_ssl\n  sasl.mechanism: PLAIN\n  sasl.username: user0\n"
         "  sasl.password: secret-of-nobody\n" +
             ca,
         "the broker refuses the login (Authentication failed: Invalid username or password)"},
        {"mechanism off", sasl_port,
         "  security.protocol: sasl_ssl\n  sasl.mechanism: SCRAM-SHA-256\n"
         "  sasl.username: user0\n  sasl.password: secret-of-user0\n" +
             ca,
         "the broker does not offer the SASL mechanism; it offers PLAIN"},
        {"unknown CA", sasl_port,
         sasl + "  ssl.ca.location: " + broker_->file("other-ca.pem") + "\n",
         "its certificate is of a CA that is not trusted here"},
        {"wrong host name", "127.0.0.1:" + sasl_port, sasl + ca,
         "its certificate is for another host (IP address mismatch)"},
        {"no client certificate", tls_port, "  security.protocol: ssl\n" + ca,
         "the broker wants a client certificate"},
        {"expired client certificate", tls_port,
         certificate(broker_->file("client-expired.pem"), broker_->file("client-expired.key")),
         "the broker refuses the client certificate"},
        {"client certificate of another CA", tls_port,
         certificate(broker_->file("other-ca.pem"), broker_->file("other-ca.key")),
         "the broker refuses the client certificate"},
        {"plaintext to TLS", sasl_port, "", "as one that speaks TLS does"},
        {"TLS to SASL", sasl_port, "  security.protocol: ssl\n" + ca,
         "as one that asks for a login does"},
        {"SASL to TLS", tls_port,
         sasl + ca + "  ssl.certificate.location: " + broker_->file("client.pem") +
             "\n  ssl.key.location: " + broker_->file("client.key") + "\n",
         "the broker asks for no login on this port"},
        {"TLS to plaintext", "127.0.0.1:" + plaintext_port(), "  security.protocol: ssl\n" + ca,
         "as one that does not speak TLS does"},
    };
  }

  static std::string plaintext_port() {
    const std::string servers = broker_->bootstrap_servers();
    return servers.substr(servers.find(':') + 1);
  }

  static Case refused(const std::string& command, const Way& way, int number) {
    Case of;
    of.command = command;
    of.name = way.name;
    of.told = {way.told};
    of.settings.worker = "way" + std::to_string(number);
    of.settings.group = "ways";
    of.settings.bootstrap_servers =
        way.port.find(':') == std::string::npos ? "localhost:" + way.port : way.port;
    of.settings.kafka_extra = way.kafka;
    return of;
  }
};

TEST_F(RefusedWays, AreToldApartByEveryCommand) {
  std::list<Case> cases;
  int number = 0;
  for (const std::string command : {"run", "snapshot", "replay", "seed"}) {
    for (const Way& way : ways()) cases.push_back(refused(command, way, number++));
  }
  run_all(cases, directory_->path());
  expect_all_told(cases);
}

// A broker that is not there is none that refuses.
TEST_F(RefusedWays, AnAbsentBrokerIsWaitedForByTheServiceAndForATimeByTheOthers) {
  const Way nowhere{"no broker", "127.0.0.1:" + std::to_string(free_port()), "", ""};
  std::list<Case> cases;
  int number = 100;
  for (const std::string command : {"snapshot", "replay", "seed"}) {
    cases.push_back(refused(command + " --timeout 4", nowhere, number++));
    cases.back().told = {"gave up after 4 s (--timeout): no answer from the broker at `" +
                         nowhere.port + "`"};
  }
  Case service = refused("run", nowhere, number++);
  Running running = start(service, directory_->path(), ".log");
  run_all(cases, directory_->path());
  expect_all_told(cases);
  EXPECT_FALSE(running.process->wait(seconds(4))) << running.process->output();
  running.process->send_signal(SIGTERM);
  EXPECT_EQ(running.process->wait(seconds(6)), 0) << running.process->output();
}

// A password that is put right while the process runs.
TEST_F(RefusedWays, APasswordInAFileIsReadAgain) {
  const auto secret = directory_->path() / "password";
  std::ofstream(secret) << "secret-of-old";
  Way way{"rotated", broker_->sasl_port(),
          "  security.protocol: sasl_ssl\n  sasl.mechanism: PLAIN\n  sasl.username: user0\n"
          "  sasl.password: file:" +
              secret.string() + "\n  ssl.ca.location: " + broker_->file("ca.pem") + "\n",
          ""};
  Case of = refused("run", way, 200);
  Running running = start(of, directory_->path(), ".log");
  const auto says = [&](const std::string& text) {
    const auto end = Clock::now() + seconds(30);
    while (running.process->running() && Clock::now() < end) {
      if (running.process->output().find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return running.process->output().find(text) != std::string::npos;
  };
  ASSERT_TRUE(says("the broker refuses the login")) << running.process->output();
  std::ofstream(secret) << SecuredBroker::password_of("user0");
  // It is let in, and meets what it has no right to: the topics are not its own.
  EXPECT_TRUE(says("topic `cloudtrail.events`: the broker refuses Describe"))
      << running.process->output();
  EXPECT_EQ(running.process->output().find("secret-of"), std::string::npos);
}

}  // namespace
}  // namespace auditor::refusal_test
