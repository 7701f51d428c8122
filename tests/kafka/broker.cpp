#include "tests/kafka/broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "tests/kafka/client.h"

namespace auditor {
namespace {

using std::chrono::seconds;

constexpr int start_attempts_max = 3;  // a port can be taken between free_port() and the bind
constexpr seconds format_time_max{60};
constexpr seconds start_time_max{90};
constexpr seconds stop_time_max{20};
constexpr char cluster_id[] = "AAAAAAAAAAAAAAAAAAAAAQ";

void write_server_properties(const std::filesystem::path& directory, std::uint16_t broker_port,
                             std::uint16_t controller_port) {
  const std::string broker = "127.0.0.1:" + std::to_string(broker_port);
  const std::string controller = "127.0.0.1:" + std::to_string(controller_port);
  std::ofstream(directory / "server.properties")
      << "process.roles=broker,controller\n"
      << "node.id=0\n"
      << "controller.quorum.voters=0@" << controller << "\n"
      << "listeners=BROKER://" << broker << ",CONTROLLER://" << controller << "\n"
      << "advertised.listeners=BROKER://" << broker << "\n"
      << "listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
      << "controller.listener.names=CONTROLLER\n"
      << "inter.broker.listener.name=BROKER\n"
      << "log.dirs=" << (directory / "data").string() << "\n"
      << "auto.create.topics.enable=false\n"
      // Seconds, not minutes: short rebalances, few internal partitions, dead members soon gone.
      << "group.initial.rebalance.delay.ms=0\n"
      << "group.min.session.timeout.ms=1000\n"
      << "offsets.topic.num.partitions=4\n"
      << "offsets.topic.replication.factor=1\n"
      << "transaction.state.log.num.partitions=4\n"
      << "transaction.state.log.replication.factor=1\n"
      << "transaction.state.log.min.isr=1\n"
      << "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000\n";
}

}  // namespace

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (socket < 0 || ::bind(socket, generic, size) != 0 ||
      ::getsockname(socket, generic, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "free port");
  }
  ::close(socket);
  return ntohs(address.sin_port);
}

Broker::Broker(const std::filesystem::path& jars, const std::filesystem::path& directory)
    : directory_(directory) {
  for (int attempt = 1; attempt <= start_attempts_max; ++attempt) {
    if (start(jars)) return;
  }
  throw std::runtime_error("the broker did not start:\n" + process_->output());
}

Broker::~Broker() {
  process_->send_signal(SIGCONT);
  process_->send_signal(SIGTERM);
  process_->wait(stop_time_max);
}

bool Broker::start(const std::filesystem::path& jars) {
  const std::uint16_t port = free_port();
  bootstrap_servers_ = "127.0.0.1:" + std::to_string(port);
  std::filesystem::remove_all(directory_);
  std::filesystem::create_directories(directory_);
  write_server_properties(directory_, port, free_port());
  const std::string properties = (directory_ / "server.properties").string();
  // A small JVM that starts fast: it lives for a minute and shares the machine with the build.
  const std::vector<std::string> java = {"java",
                                         "-Xmx256m",
                                         "-XX:+UseSerialGC",
                                         "-XX:TieredStopAtLevel=1",
                                         "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                         "-cp",
                                         (jars / "*").string()};

  std::vector<std::string> format = java;
  format.insert(format.end(),
                {"kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", properties});
  process_ = std::make_unique<ChildProcess>(format, directory_ / "format.log");
  if (process_->wait(format_time_max) != 0) return false;

  std::vector<std::string> serve = java;
  serve.insert(serve.end(), {"kafka.Kafka", properties});
  process_ = std::make_unique<ChildProcess>(serve, log());
  const auto end = std::chrono::steady_clock::now() + start_time_max;
  while (process_->running() && std::chrono::steady_clock::now() < end) {
    if (answers_metadata(bootstrap_servers_)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace auditor
