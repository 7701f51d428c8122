// One or three KRaft nodes on loopback, each with a proxy before it: whoever comes in by a proxy
// knows all nodes by their proxies only, and ACLs bind him.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/kafka/broker_node.h"
#include "tests/kafka/faults/proxy.h"

namespace auditor {

class Cluster {
 public:
  // Throws std::runtime_error with a node's log when they do not come up.
  Cluster(const std::filesystem::path& jars, const std::filesystem::path& directory, int nodes);

  std::size_t size() const { return nodes_.size(); }
  std::string bootstrap_servers() const;
  std::string proxied_bootstrap_servers() const;

  void set_delay(Delay delay);
  void set_refusing(bool is_refusing);
  void set_holding(bool is_holding);
  std::size_t cut();  // returns how many connections there were

  // Each returns when the node is up again, and throws when it does not come up.
  void restart(std::size_t node);
  void kill(std::size_t node, std::chrono::milliseconds downtime);
  void restart_one_after_the_other();

 private:
  void start_all(const std::filesystem::path& jars, const std::filesystem::path& directory,
                 int nodes);
  bool are_up();
  void start_again(std::size_t node);

  std::vector<std::unique_ptr<Proxy>> proxies_;
  std::vector<std::unique_ptr<BrokerNode>> nodes_;
};

// The settings, as lines under `kafka:`, by which a client of the proxies logs in.
std::string proxied_login();

}  // namespace auditor
