// `--timeout` of the commands that end by themselves: how long they go on without a broker.
#pragma once

#include <chrono>
#include <string>

#include "consumer/commands/command_line.h"

namespace auditor {

class BrokerTimeout {
 public:
  // Must live as long as what the command runs.
  void add_to(CommandLine& command);

  std::chrono::seconds value() const;

 private:
  std::string text_ = "60";
};

}  // namespace auditor
