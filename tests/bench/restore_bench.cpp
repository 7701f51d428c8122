// What it costs to read the memory back through Kafka: `seed` writes the roles of some accounts to
// a real broker on this machine, `run` takes its partitions and reads them.
//
//   restore_bench [PRINCIPALS]     default 66,667: about 200,000 records
//
// A role has a creation and two attachments of AWS managed policies, and cannot reach a guarded
// action. The bytes are what the process has grown by, so they hold whatever librdkafka keeps of
// what was fetched too; memory_bench counts the memory alone. Figures, not tests.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/kafka/auditor_process.h"
#include "tests/kafka/environment.h"

namespace auditor {
namespace {

using std::chrono::seconds;

constexpr int partitions = 4;
constexpr int accounts = 50;
constexpr seconds wait_max{300};

// What `aws iam get-account-authorization-details` prints of an account with only such roles.
void write_account(std::ostream& out, int account, int roles) {
  const std::string id = std::to_string(200'000'000'000LL + account);
  out << R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [)";
  for (int i = 0; i < roles; ++i) {
    const std::string name = "application-role-" + std::to_string(i);
    out << (i == 0 ? "\n" : ",\n") << R"({"Path": "/", "RoleName": ")" << name
        << R"(", "Arn": "arn:aws:iam::)" << id << ":role/" << name
        << R"(", "RolePolicyList": [], "AttachedManagedPolicies": [)"
        << R"({"PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}, )"
        << R"({"PolicyArn": "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"}]})";
  }
  out << "]}\n";
}

// Waits until the child's output matches; its first group, as a number.
double number_in_output(ChildProcess& process, const std::string& pattern) {
  const std::regex expression(pattern);
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (std::chrono::steady_clock::now() < end) {
    const std::string output = process.output();
    std::smatch match;
    if (std::regex_search(output, match, expression)) return std::stod(match[1]);
    if (!process.running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("no `" + pattern + "` in the output:\n" + process.output());
}

double resident_bytes(const ChildProcess& process) {
  std::ifstream status("/proc/" + std::to_string(process.pid()) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return 1024 * std::stod(line.substr(6));
  }
  throw std::runtime_error("the process is gone");
}

RunSettings new_settings(Environment& environment, const std::string& name) {
  RunSettings settings;
  Client& client = environment.client();
  settings.bootstrap_servers = client.bootstrap_servers();
  settings.group = settings.worker = name;
  settings.state = name + ".state";
  client.create_topic(settings.state, partitions);
  return settings;
}

// What a worker without a memory takes, so that the difference is the memory's.
double bytes_without_memory(Environment& environment) {
  const RunSettings settings = new_settings(environment, "empty");
  ChildProcess process = start_auditor(environment.directory(), "empty", settings.yaml());
  number_in_output(process, "(\\d+) records of \\d+ partitions");
  return resident_bytes(process);
}

void run(int principals) {
  Environment environment;
  set_environment(&environment);
  Client& client = environment.client();
  const RunSettings settings = new_settings(environment, "restore");
  for (const std::string& topic :
       {settings.input, settings.alerts, settings.compliance, settings.quarantine}) {
    client.create_topic(topic, partitions);
  }
  const auto directory = environment.directory();
  {
    std::ofstream details(directory / "details.json");
    for (int i = 0; i < accounts; ++i) write_account(details, i, principals / accounts);
  }
  std::ofstream(directory / "seed.yaml") << settings.yaml();
  ChildProcess seed(
      {auditor_executable().string(), "seed", "--config", (directory / "seed.yaml").string(),
       "--account-authorization-details", (directory / "details.json").string()},
      directory / "seed.log");
  if (seed.wait(wait_max) != 0) throw std::runtime_error(seed.output());

  const double empty = bytes_without_memory(environment);
  ChildProcess process = start_auditor(directory, "restore", settings.yaml());
  const double took_ms = number_in_output(process, "read back in (\\d+) ms");
  const double records = number_in_output(process, "(\\d+) records of \\d+ partitions");
  const double grown = resident_bytes(process) - empty;
  const int there = principals / accounts * accounts;
  std::printf(
      "%.0f records of %d principals read back in %.0f ms: %.0f records/s; the process "
      "grew by %.0f bytes a principal\n",
      records, there, took_ms, 1000 * records / took_ms, grown / there);
}

}  // namespace
}  // namespace auditor

int main(int argc, char** argv) {
  try {
    auditor::run(argc > 1 ? std::atoi(argv[1]) : 66'667);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "restore_bench: " << error.what() << '\n';
    return 1;
  }
}
