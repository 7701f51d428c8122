// One KRaft node of Apache Kafka on loopback: its settings, its storage, its JVM.
//
// Alone it is a broker (broker.h), three of them are a cluster (faults/cluster.h). A test process
// that dies takes the node with it (child_process.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/kafka/child_process.h"

namespace auditor {

// A port of 127.0.0.1 that nobody listens on now, and that the kernel gives to no client: a node
// that is restarted finds it free again.
std::uint16_t free_port();

// Where a node of several stands: its broker.rack.
std::string rack_of(int node);

// Where clients come in that say who they are.
struct SecuredListener {
  std::string name, protocol;
  std::uint16_t port = 0;
};

struct NodeSettings {
  int id = 0;
  std::uint16_t port = 0;
  std::vector<std::uint16_t> controller_ports;  // of all nodes, by id
  // Where clients come in that know the node by a proxy's port only; 0: nowhere.
  std::uint16_t proxied_port = 0;
  std::uint16_t proxy_port = 0;
  std::vector<SecuredListener> secured;  // known to clients as `localhost`
  std::string further;                   // lines of server.properties
};

// Whoever comes by the proxied port logs in as this user, whom ACLs bind; all others may do
// anything.
inline constexpr char proxied_user[] = "auditor";
inline constexpr char proxied_password[] = "of-a-test";

class BrokerNode {
 public:
  // `jars`: the directory that Maven filled. What `directory` holds is removed.
  BrokerNode(const std::filesystem::path& jars, std::filesystem::path directory,
             NodeSettings settings);
  ~BrokerNode();

  // Makes the storage, once. False: see output().
  bool format();
  // Starts the JVM, with the storage that is there.
  void launch();
  // Until a metadata request is answered; false when the JVM ended or it took too long.
  bool wait_until_up();

  void stop();  // SIGTERM: it hands over what it leads
  void kill();  // SIGKILL: as a power cut
  // Freezes and thaws the JVM: a broker that is there and does not answer.
  void send_signal(int signal) { process_->send_signal(signal); }

  std::string bootstrap_servers() const;

  // A command line that runs a class of Kafka's, such as a tool.
  std::vector<std::string> java(const std::vector<std::string>& arguments) const;
  std::filesystem::path log() const { return directory_ / "server.log"; }
  std::string output() const { return process_->output(); }

 private:
  std::filesystem::path jars_;
  std::filesystem::path directory_;
  NodeSettings settings_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace auditor
