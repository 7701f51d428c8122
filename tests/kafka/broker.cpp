#include "tests/kafka/broker.h"

#include <stdexcept>

namespace auditor {
namespace {

constexpr int start_attempts_max = 3;  // a port can be taken between free_port() and the bind

}  // namespace

Broker::Broker(const std::filesystem::path& jars, const std::filesystem::path& directory) {
  for (int attempt = 1; attempt <= start_attempts_max; ++attempt) {
    NodeSettings settings;
    settings.port = free_port();
    settings.controller_ports = {free_port()};
    node_.reset();  // the last attempt, before its directory is made anew
    node_ = std::make_unique<BrokerNode>(jars, directory, settings);
    if (!node_->format()) continue;
    node_->launch();
    if (!node_->wait_until_up()) continue;
    bootstrap_servers_ = node_->bootstrap_servers();
    return;
  }
  throw std::runtime_error("the broker did not start:\n" + node_->output());
}

}  // namespace auditor
