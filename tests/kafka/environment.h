// What every broker test starts from: the one broker of this run, and a directory for the logs.
//
// main.cpp makes it before the tests and destroys it after; logs are kept when a test failed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/kafka/broker.h"
#include "tests/kafka/client.h"
#include "tests/kafka/temporary_directory.h"

namespace auditor {

class Environment {
 public:
  Environment();

  Broker& broker() { return *broker_; }
  Client& client() { return *client_; }
  const std::filesystem::path& directory() const { return directory_.path(); }

  // Copies the logs out of the temporary directory; returns where to.
  std::filesystem::path keep_logs() const;

  // `base` with a number of its own: topics and groups of different tests never meet.
  std::string unique(const std::string& base);

 private:
  TemporaryDirectory directory_{"broker"};
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<Client> client_;
  int names_ = 0;
};

// The one of this process; set by main().
Environment& environment();
void set_environment(Environment* environment);

}  // namespace auditor
