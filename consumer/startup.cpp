// Tested by start_test.cpp and commands_test.cpp.
#include "consumer/startup.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "consumer/rules.h"
#include "consumer/text_file.h"

namespace auditor {

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

}  // namespace auditor
