// A real Apache Kafka for tests: one KRaft node on loopback, on ports that were free, with its
// data in a directory of its own.
//
// Formats the storage, starts the JVM, waits until a metadata request is answered; the destructor
// stops it with SIGTERM. A test process that dies takes the broker with it (child_process.h).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/kafka/broker_node.h"

namespace auditor {

class Broker {
 public:
  // `jars`: the directory that Maven filled. Throws std::runtime_error with the broker's log when
  // it does not come up.
  Broker(const std::filesystem::path& jars, const std::filesystem::path& directory);

  const std::string& bootstrap_servers() const { return bootstrap_servers_; }
  std::filesystem::path log() const { return node_->log(); }
  // Freezes and thaws the JVM: a broker that is there and does not answer.
  void send_signal(int signal) { node_->send_signal(signal); }

 private:
  std::unique_ptr<BrokerNode> node_;
  std::string bootstrap_servers_;
};

}  // namespace auditor
