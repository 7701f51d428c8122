// Tested by run_test.cpp and start_test.cpp.
#include "consumer/service_process.h"

#include <spdlog/spdlog.h>

#include <csignal>
#include <stdexcept>
#include <utility>

#include "consumer/startup.h"

namespace auditor {
namespace {

std::atomic<bool> is_stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void request_stop(int) { is_stop_requested = true; }

// A reader of the log that goes away must not end the service.
void ignore_broken_pipes() {
  struct sigaction action{};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace

ServiceProcess::ServiceProcess(const std::string& config_path)
    : settings(read_settings(config_path)) {
  log_to_stderr(settings.log_level);
  LoadedRules loaded = load_rules(settings.guardrail_paths, settings.managed_policies_path);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  for (const ConfigProblem& warning : loaded.problems) spdlog::warn("{}", to_string(warning));
  rules = std::move(loaded.rules);
  stop_on_signals();
  ignore_broken_pipes();
}

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = request_stop;
  for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

std::atomic<bool>& stop_requested() { return is_stop_requested; }

}  // namespace auditor
