// A real Apache Kafka that asks who is there and lets nobody do what no ACL allows: SASL_SSL with
// PLAIN, and mutual TLS. Keys and certificates are made by openssl when it starts. The test itself
// comes in by a plaintext port, as the super user.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/kafka/broker_node.h"
#include "tests/kafka/client.h"

namespace auditor {

// What an ACL allows.
struct Right {
  enum class On { topic, group, transactional_id } on;
  std::string name;
  rd_kafka_AclOperation_t operation;

  bool operator==(const Right&) const = default;
};

class SecuredBroker {
 public:
  // `users` log in with the password `password_of(user)`. Throws std::runtime_error when it does
  // not come up.
  SecuredBroker(const std::filesystem::path& jars, const std::filesystem::path& directory,
                const std::vector<std::string>& users);

  // For the super user, in plain text.
  std::string bootstrap_servers() const { return node_->bootstrap_servers(); }
  std::string sasl_port() const { return std::to_string(sasl_port_); }
  std::string tls_port() const { return std::to_string(tls_port_); }
  std::string file(const std::string& name) const { return (directory_ / name).string(); }
  static std::string password_of(const std::string& user) { return "secret-of-" + user; }

  // By user. Whoever gets a right on one transactional id gets it on all that are named. An ACL
  // counts some time after this returns.
  void allow(const std::map<std::string, std::vector<Right>>& rights);

 private:
  void allow_transactional_ids(const std::vector<std::string>& users,
                               const std::vector<std::string>& ids);

  std::filesystem::path directory_;
  std::uint16_t sasl_port_ = 0, tls_port_ = 0;
  std::unique_ptr<BrokerNode> node_;
  KafkaHandle admin_;
};

}  // namespace auditor
