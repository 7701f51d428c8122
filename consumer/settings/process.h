// What a process starts with: settings and rules from their files, the log on stderr, signals that
// ask for a stop.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "consumer/settings/rules.h"
#include "consumer/settings/settings.h"

namespace auditor {

// Throws std::runtime_error that says all that is wrong with the file.
Settings read_settings(const std::string& path);

// The log of this process: lines with UTC times on stderr.
void log_to_stderr(LogLevel level);

// Of the commands that are services.
struct ServiceProcess {
  // Throws std::runtime_error that says all that is wrong with the files. From here on the log and
  // the signals are the service's.
  explicit ServiceProcess(const std::string& config_path);

  Settings settings;
  std::shared_ptr<const Rules> rules;
};

// SIGTERM and SIGINT ask for a stop from here on.
void stop_on_signals();

// Set by SIGTERM and SIGINT.
std::atomic<bool>& stop_requested();

}  // namespace auditor
