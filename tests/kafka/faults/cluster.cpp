#include "tests/kafka/faults/cluster.h"

#include <stdexcept>
#include <thread>

namespace auditor {
namespace {

constexpr int start_attempts_max = 3;  // a port can be taken between free_port() and the bind

}  // namespace

Cluster::Cluster(const std::filesystem::path& jars, const std::filesystem::path& directory,
                 int nodes) {
  for (int attempt = 1; attempt <= start_attempts_max; ++attempt) {
    start_all(jars, directory, nodes);
    if (are_up()) return;
  }
  throw std::runtime_error("the cluster did not start:\n" + nodes_.front()->output());
}

void Cluster::start_all(const std::filesystem::path& jars, const std::filesystem::path& directory,
                        int nodes) {
  nodes_.clear();
  proxies_.clear();
  NodeSettings settings;
  for (int id = 0; id < nodes; ++id) settings.controller_ports.push_back(free_port());
  for (int id = 0; id < nodes; ++id) {
    Proxy& proxy = *proxies_.emplace_back(std::make_unique<Proxy>());
    settings.id = id;
    settings.port = free_port();
    settings.proxied_port = free_port();
    settings.proxy_port = proxy.port();
    proxy.forward_to(settings.proxied_port);
    nodes_.push_back(
        std::make_unique<BrokerNode>(jars, directory / ("node-" + std::to_string(id)), settings));
  }
}

bool Cluster::are_up() {
  for (const auto& node : nodes_) {
    if (!node->format()) return false;
  }
  for (const auto& node : nodes_) node->launch();
  for (const auto& node : nodes_) {
    if (!node->wait_until_up()) return false;
  }
  return true;
}

std::string Cluster::bootstrap_servers() const {
  std::string text;
  for (const auto& node : nodes_) text += (text.empty() ? "" : ",") + node->bootstrap_servers();
  return text;
}

std::string Cluster::proxied_bootstrap_servers() const {
  std::string text;
  for (const auto& proxy : proxies_) {
    text += (text.empty() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(proxy->port());
  }
  return text;
}

void Cluster::set_delay(Delay delay) {
  for (const auto& proxy : proxies_) proxy->set_delay(delay);
}

void Cluster::set_refusing(bool is_refusing) {
  for (const auto& proxy : proxies_) proxy->set_refusing(is_refusing);
}

void Cluster::set_holding(bool is_holding) {
  for (const auto& proxy : proxies_) proxy->set_holding(is_holding);
}

std::size_t Cluster::cut() {
  std::size_t count = 0;
  for (const auto& proxy : proxies_) count += proxy->cut();
  return count;
}

void Cluster::restart(std::size_t node) {
  nodes_.at(node)->stop();
  start_again(node);
}

void Cluster::kill(std::size_t node, std::chrono::milliseconds downtime) {
  nodes_.at(node)->kill();
  std::this_thread::sleep_for(downtime);
  start_again(node);
}

void Cluster::restart_one_after_the_other() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) restart(node);
}

void Cluster::start_again(std::size_t node) {
  nodes_[node]->launch();
  if (nodes_[node]->wait_until_up()) return;
  throw std::runtime_error("node " + std::to_string(node) + " did not come back:\n" +
                           nodes_[node]->output());
}

std::string proxied_login() {
  return std::string("  security.protocol: sasl_plaintext\n") +  //
         "  sasl.mechanism: PLAIN\n" +                           //
         "  sasl.username: " + proxied_user + "\n" +             //
         "  sasl.password: " + proxied_password + "\n";
}

}  // namespace auditor
