// What the commands that talk to Kafka do first.
#pragma once

#include <string>

#include "consumer/settings.h"

namespace auditor {

// Throws std::runtime_error that says all that is wrong with the file.
Settings read_settings(const std::string& path);

// The log of this process: lines with UTC times on stderr.
void log_to_stderr(LogLevel level);

}  // namespace auditor
