// Tested by run_test.cpp and start_test.cpp.
#include "consumer/settings/process.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <utility>

#include "consumer/settings/text_file.h"

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

void log_to_stderr(LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("auditor",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-8l %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
  switch (level) {
    case LogLevel::debug:
      return spdlog::set_level(spdlog::level::debug);
    case LogLevel::info:
      return spdlog::set_level(spdlog::level::info);
    case LogLevel::warning:
      return spdlog::set_level(spdlog::level::warn);
    case LogLevel::error:
      return spdlog::set_level(spdlog::level::err);
  }
}

Settings read_settings(const std::string& path) {
  const auto text = read_text_file(path, settings_file_bytes_max);
  if (!text) throw std::runtime_error("the settings file `" + path + "` " + text.error());
  auto settings = parse_settings(*text, path);
  if (!settings) throw std::runtime_error(errors_text(settings.error()));
  return *std::move(settings);
}

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
