// How the benches start bare_kafka.cpp: with the properties that `run` would give to its clients.
#pragma once

#include <string>
#include <vector>

#include "tests/kafka/auditor_process.h"

namespace auditor {

// `arguments`: what to do. Of `settings` count the broker, the group and the worker's name.
std::vector<std::string> bare_program(std::vector<std::string> arguments,
                                      const RunSettings& settings);

}  // namespace auditor
