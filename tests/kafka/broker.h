// A real Apache Kafka for tests: one KRaft node on loopback, on ports that were free, with its
// data in a directory of its own.
//
// Formats the storage, starts the JVM, waits until a metadata request is answered; the destructor
// stops it with SIGTERM. A test process that dies takes the broker with it (child_process.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/kafka/child_process.h"

namespace auditor {

// A port of 127.0.0.1 that nobody listens on now.
std::uint16_t free_port();

class Broker {
 public:
  // `jars`: the directory that Maven filled. Throws std::runtime_error with the broker's log when
  // it does not come up.
  Broker(const std::filesystem::path& jars, const std::filesystem::path& directory);
  ~Broker();

  const std::string& bootstrap_servers() const { return bootstrap_servers_; }
  std::filesystem::path log() const { return directory_ / "server.log"; }
  // Freezes and thaws the JVM: a broker that is there and does not answer.
  void send_signal(int signal) { process_->send_signal(signal); }

 private:
  bool start(const std::filesystem::path& jars);

  std::filesystem::path directory_;
  std::string bootstrap_servers_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace auditor
