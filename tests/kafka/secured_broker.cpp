#include "tests/kafka/secured_broker.h"

#include <array>
#include <fstream>
#include <stdexcept>

#include "tests/kafka/child_process.h"

namespace auditor {
namespace {

namespace fs = std::filesystem;

constexpr int secured_attempts_max = 3;  // a port can be taken between free_port() and the bind
constexpr int acl_time_max_ms = 30'000;

// Makes ca, other-ca (which signed nothing here), broker (for `localhost`), client, and
// client-expired.
constexpr auto make_certificates = R"(set -e
cd "$1"
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
new_ca() { new_key "$1"; openssl req -x509 -new -key "$1.key" -days 30 -subj "/CN=$1" -out "$1.pem"; }
new_certificate() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n' >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$2" -extfile "$1.ext" -out "$1.pem"
}
new_ca ca; new_ca other-ca
new_certificate broker 30; new_certificate client 30; new_certificate client-expired -1
cat broker.key broker.pem >broker-store.pem
)";

std::string secured_properties(const fs::path& directory, const std::vector<std::string>& users) {
  std::string logins;
  for (const std::string& user : users) {
    logins += " user_" + user + "=\"" + SecuredBroker::password_of(user) + "\"";
  }
  return "ssl.keystore.type=PEM\n"
         "ssl.keystore.location=" +
         (directory / "broker-store.pem").string() +
         "\nssl.truststore.type=PEM\n"
         "ssl.truststore.location=" +
         (directory / "ca.pem").string() +
         "\nssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT\n"
         "listener.name.mtls.ssl.client.auth=required\n"
         "listener.name.sasl.sasl.enabled.mechanisms=PLAIN\n"
         "listener.name.sasl.plain.sasl.jaas.config="
         "org.apache.kafka.common.security.plain.PlainLoginModule required" +
         logins +
         ";\n"
         "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
         "allow.everyone.if.no.acl.found=false\n"
         "super.users=User:ANONYMOUS\n";
}

}  // namespace

SecuredBroker::SecuredBroker(const fs::path& jars, const fs::path& directory,
                             const std::vector<std::string>& users)
    : directory_(directory / "certificates") {
  fs::create_directories(directory_);
  ChildProcess openssl({"bash", "-c", make_certificates, "make", directory_.string()},
                       directory / "openssl.log");
  if (openssl.wait(std::chrono::seconds(60)) != 0) {
    throw std::runtime_error("openssl:\n" + openssl.output());
  }
  for (int attempt = 1; attempt <= secured_attempts_max; ++attempt) {
    sasl_port_ = free_port();
    tls_port_ = free_port();
    NodeSettings settings;
    settings.port = free_port();
    settings.controller_ports = {free_port()};
    settings.secured = {{"SASL", "SASL_SSL", sasl_port_}, {"MTLS", "SSL", tls_port_}};
    settings.further = secured_properties(directory_, users);
    node_.reset();
    node_ = std::make_unique<BrokerNode>(jars, directory / "broker", settings);
    if (!node_->format()) continue;
    node_->launch();
    if (!node_->wait_until_up()) continue;
    admin_ = make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap_servers()}});
    return;
  }
  throw std::runtime_error("the broker did not start:\n" + node_->output());
}

void SecuredBroker::allow(const std::map<std::string, std::vector<Right>>& rights) {
  std::vector<rd_kafka_AclBinding_t*> bindings;
  std::vector<std::string> users, ids;
  std::array<char, 512> error{};
  for (const auto& [user, of_user] : rights) {
    for (const Right& right : of_user) {
      if (right.on == Right::On::transactional_id) {
        users.push_back(user);
        ids.push_back(right.name);
        continue;
      }
      bindings.push_back(rd_kafka_AclBinding_new(
          right.on == Right::On::topic ? RD_KAFKA_RESOURCE_TOPIC : RD_KAFKA_RESOURCE_GROUP,
          right.name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, ("User:" + user).c_str(), "*",
          right.operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, error.data(), error.size()));
      if (bindings.back() == nullptr) throw std::runtime_error(error.data());
    }
  }
  if (!ids.empty()) allow_transactional_ids(users, ids);
  if (bindings.empty()) return;
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(admin_.get());
  rd_kafka_CreateAcls(admin_.get(), bindings.data(), bindings.size(), nullptr, queue);
  rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, acl_time_max_ms);
  const bool is_done =
      event != nullptr && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_AclBinding_destroy_array(bindings.data(), bindings.size());
  if (!is_done) throw std::runtime_error("the rights are not set");
}

// KAFKA: librdkafka 2.0.2 cannot name a transactional id in an ACL, so Kafka's own tool does it.
void SecuredBroker::allow_transactional_ids(const std::vector<std::string>& users,
                                            const std::vector<std::string>& ids) {
  std::vector<std::string> words = {"org.apache.kafka.tools.AclCommand",
                                    "--bootstrap-server",
                                    bootstrap_servers(),
                                    "--add",
                                    "--operation",
                                    "Write",
                                    "--operation",
                                    "Describe"};
  for (const std::string& user : users) {
    words.insert(words.end(), {"--allow-principal", "User:" + user});
  }
  for (const std::string& id : ids) words.insert(words.end(), {"--transactional-id", id});
  ChildProcess tool(node_->java(words), directory_ / "acls.log");
  if (tool.wait(std::chrono::milliseconds(acl_time_max_ms)) != 0) {
    throw std::runtime_error("the rights are not set:\n" + tool.output());
  }
}

}  // namespace auditor
