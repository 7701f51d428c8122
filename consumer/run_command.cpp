// `run`: the service. Settings and rules are read here; the loop is in worker.cpp.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>

#include "consumer/commands.h"
#include "consumer/rules.h"
#include "consumer/service.h"
#include "consumer/settings.h"
#include "consumer/text_file.h"

namespace auditor {
namespace {

constexpr auto examples = R"(Examples:
  guardrail-auditor run --config /etc/guardrail-auditor/auditor.yaml
  guardrail-auditor check-config --config auditor.yaml && guardrail-auditor run --config auditor.yaml

It reads the input topic from where it last stopped, and ends cleanly on SIGTERM or SIGINT. Readers of
the alerts must use isolation.level=read_committed.)";

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void request_stop(int) { stop_requested = true; }

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = request_stop;
  for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;  // a reader of the log that goes away must not end the service
  sigaction(SIGPIPE, &action, nullptr);
}

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

int run(const std::string& config_path) {
  const Settings settings = read_settings(config_path);
  log_to_stderr(settings.log_level);
  const LoadedRules loaded = load_rules(settings.guardrail_paths, settings.managed_policies_path);
  if (loaded.has_errors()) throw std::runtime_error(errors_text(loaded.problems));
  for (const ConfigProblem& warning : loaded.problems) spdlog::warn("{}", to_string(warning));

  handle_signals();
  const ServiceEnd ended = run_service(settings, loaded.rules, stop_requested);
  return ended.end == WorkerEnd::stopped ? 0 : 1;
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("run", "The service: Kafka in, alerts out, exactly once");
  const auto config_path = std::make_shared<std::string>();
  command->add_option("--config", *config_path, "Settings file; config/auditor.yaml documents it")
      ->type_name("FILE")
      ->required();
  command->footer(examples);
  command->callback([config_path, &exit_code] { exit_code = run(*config_path); });
}

}  // namespace auditor
