#include "tests/kafka/broker_node.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <random>
#include <system_error>
#include <thread>
#include <utility>

#include "tests/kafka/client.h"

namespace auditor {
namespace {

using std::chrono::seconds;

constexpr seconds format_time_max{60};
constexpr seconds start_time_max{180};
constexpr seconds stop_time_max{20};
constexpr char cluster_id[] = "AAAAAAAAAAAAAAAAAAAAAQ";
// Below Linux's range for clients (net.ipv4.ip_local_port_range). A client that looks for a stopped
// broker takes one port of that range after the other, and would come upon the broker's.
constexpr int port_min = 12'000;
constexpr int port_max = 32'000;
constexpr int port_tries_max = 100;

std::string on_loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

std::string voters(const NodeSettings& settings) {
  std::string text;
  for (std::size_t id = 0; id < settings.controller_ports.size(); ++id) {
    text += (text.empty() ? "" : ",") + std::to_string(id) + "@" +
            on_loopback(settings.controller_ports[id]);
  }
  return text;
}

void write_listeners(std::ostream& out, const NodeSettings& settings) {
  const bool is_proxied = settings.proxied_port != 0;
  const std::string broker = "BROKER://" + on_loopback(settings.port);
  const std::string controller =
      "CONTROLLER://" +
      on_loopback(settings.controller_ports.at(static_cast<std::size_t>(settings.id)));
  std::string secured, advertised, protocols;
  for (const SecuredListener& listener : settings.secured) {
    const std::string port = std::to_string(listener.port);
    secured.append(",").append(listener.name).append("://127.0.0.1:").append(port);
    advertised.append(",").append(listener.name).append("://localhost:").append(port);
    protocols.append(",").append(listener.name).append(":").append(listener.protocol);
  }
  out << "listeners=" << broker << "," << controller
      << (is_proxied ? ",PROXIED://" + on_loopback(settings.proxied_port) : "") << secured << "\n"
      << "advertised.listeners=" << broker
      << (is_proxied ? ",PROXIED://" + on_loopback(settings.proxy_port) : "") << advertised << "\n"
      << "listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"
      << (is_proxied ? ",PROXIED:SASL_PLAINTEXT" : "") << protocols << "\n"
      << "controller.listener.names=CONTROLLER\n"
      << "inter.broker.listener.name=BROKER\n";
  if (!is_proxied) return;
  out << "sasl.enabled.mechanisms=PLAIN\n"
      << "listener.name.proxied.plain.sasl.jaas.config="
      << "org.apache.kafka.common.security.plain.PlainLoginModule required user_" << proxied_user
      << "=\"" << proxied_password << "\";\n"
      << "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
      << "allow.everyone.if.no.acl.found=true\n"
      << "super.users=User:ANONYMOUS\n";
}

void write_server_properties(const std::filesystem::path& directory, const NodeSettings& settings) {
  const int nodes = static_cast<int>(settings.controller_ports.size());
  const int replicas = nodes < 3 ? 1 : 3;
  const int in_sync_min = nodes < 3 ? 1 : 2;
  std::ofstream out(directory / "server.properties");
  write_listeners(out, settings);
  out << "process.roles=broker,controller\n"
      << "node.id=" << settings.id << "\n"
      << "controller.quorum.voters=" << voters(settings) << "\n"
      << "log.dirs=" << (directory / "data").string() << "\n"
      << "auto.create.topics.enable=false\n"
      << "default.replication.factor=" << replicas << "\n"
      << "min.insync.replicas=" << in_sync_min
      << "\n"
      // Seconds, not minutes: short rebalances, few internal partitions, dead members soon gone.
      << "group.initial.rebalance.delay.ms=0\n"
      << "group.min.session.timeout.ms=1000\n"
      << "offsets.topic.num.partitions=4\n"
      << "offsets.topic.replication.factor=" << replicas << "\n"
      << "transaction.state.log.num.partitions=4\n"
      << "transaction.state.log.replication.factor=" << replicas << "\n"
      << "transaction.state.log.min.isr=" << in_sync_min << "\n"
      << "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000\n"
      << settings.further;
  if (nodes > 1) {
    // Each node is a rack, and who names one reads from its replica (KIP-392).
    out << "broker.rack=" << rack_of(settings.id) << "\n"
        << "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector\n";
    // Seconds again, but so many that three JVMs on a busy machine do not vote without end.
    out << "broker.session.timeout.ms=6000\n"
        << "broker.heartbeat.interval.ms=1000\n"
        << "controller.quorum.election.timeout.ms=3000\n"
        << "controller.quorum.fetch.timeout.ms=5000\n";
  }
}

bool is_free(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::system_error(errno, std::generic_category(), "free port");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::close(socket);
  return bound == 0;
}

}  // namespace

std::string rack_of(int node) { return "rack-" + std::to_string(node); }

std::uint16_t free_port() {
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> any(port_min, port_max);
  for (int i = 0; i < port_tries_max; ++i) {
    const auto port = static_cast<std::uint16_t>(any(random));
    if (is_free(port)) return port;
  }
  throw std::system_error(EADDRINUSE, std::generic_category(), "free port");
}

BrokerNode::BrokerNode(const std::filesystem::path& jars, std::filesystem::path directory,
                       NodeSettings settings)
    : jars_(jars), directory_(std::move(directory)), settings_(std::move(settings)) {
  std::filesystem::remove_all(directory_);
  std::filesystem::create_directories(directory_);
  write_server_properties(directory_, settings_);
}

BrokerNode::~BrokerNode() {
  if (process_ == nullptr) return;
  process_->send_signal(SIGCONT);
  stop();
}

std::string BrokerNode::bootstrap_servers() const { return on_loopback(settings_.port); }

// A small JVM that starts fast: it lives for a minute and shares the machine with the build.
std::vector<std::string> BrokerNode::java(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {"java",
                                      "-Xmx256m",
                                      "-XX:+UseSerialGC",
                                      "-XX:TieredStopAtLevel=1",
                                      "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                      "-cp",
                                      (jars_ / "*").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

bool BrokerNode::format() {
  const std::string properties = (directory_ / "server.properties").string();
  process_ = std::make_unique<ChildProcess>(
      java({"kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", properties}),
      directory_ / "format.log");
  return process_->wait(format_time_max) == 0;
}

void BrokerNode::launch() {
  const std::string properties = (directory_ / "server.properties").string();
  process_ = std::make_unique<ChildProcess>(java({"kafka.Kafka", properties}), log());
}

bool BrokerNode::wait_until_up() {
  const auto end = std::chrono::steady_clock::now() + start_time_max;
  while (process_->running() && std::chrono::steady_clock::now() < end) {
    if (answers_metadata(bootstrap_servers())) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

void BrokerNode::stop() {
  process_->send_signal(SIGTERM);
  if (!process_->wait(stop_time_max)) process_->kill();
}

void BrokerNode::kill() { process_->kill(); }

}  // namespace auditor
