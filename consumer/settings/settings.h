// What config/auditor.yaml says, checked: plain data for `run`, `demo` and `check-config`.
//
// parse_settings() reads a text and nothing else but the environment and the files that `${ENV}`
// and `file:` name; it reports every problem, not only the first. An unknown key is an error that
// names the nearest known one. Whatever stands under `kafka:` goes to librdkafka as it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/text/config_problem.h"
#include "sinks/formats/format.h"
#include "sinks/records/topics.h"

namespace auditor {

// A message the operator sends to quarantine unread: the way out of a message that ends the
// process each time it is read.
struct SkipCoordinate {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;

  bool operator==(const SkipCoordinate&) const = default;
};

// When the worker ends a batch: the first of these that is reached.
struct BatchBounds {
  std::chrono::milliseconds age{200};  // batch.age_ms, counted from the first output
  std::chrono::milliseconds offsets_interval{
      5000};                         // offsets.interval_ms, for batches of no output
  std::size_t outputs_max = 10'000;  // batch.outputs_max
  std::size_t bytes_max = 16 << 20;  // batch.bytes_max, keys, values and headers
};

enum class LogLevel { debug, info, warning, error };

// How a key under `kafka:` was written.
struct WrittenKey {
  std::size_t line = 0, column = 0;  // from 1
  std::string file_value;            // "file:/path", where the value is a file's content

  bool operator==(const WrittenKey&) const = default;
};

struct Settings {
  std::string file;       // it was read from; for messages
  std::string worker_id;  // worker.id: transactional.id is made of it; default: the host's name
  Topics topics;
  std::string routed_topic = "cloudtrail.by-account";  // topics.routed: what `route` writes
  Format format = native_format();
  std::vector<std::string> guardrail_paths;  // guardrails: files; empty: the built-in ones
  std::string managed_policies_path;         // managed_policies: empty: the built-in catalogue
  BatchBounds batch;
  std::size_t quarantine_max_bytes = 512 << 10;       // quarantine.max_bytes
  std::chrono::milliseconds watchdog{60'000};         // watchdog_ms: no progress for so long: end
  std::int64_t use_window_seconds = 3'600;            // use.window_s: of event time
  LogLevel log_level = LogLevel::info;                // log.level
  std::vector<SkipCoordinate> skip;                   // skip: [{topic, partition, offset}]
  std::map<std::string, std::string> kafka;           // kafka: for both clients
  std::map<std::string, std::string> kafka_consumer;  // kafka.consumer: wins over `kafka`
  std::map<std::string, std::string> kafka_producer;  // kafka.producer: wins over `kafka`
  std::map<std::string, WrittenKey> kafka_keys;       // by "kafka.consumer.group.id"
};

inline constexpr std::size_t settings_file_bytes_max = 1 << 20;

// `file` is only for messages. The host's name fills an absent worker.id.
std::expected<Settings, std::vector<ConfigProblem>> parse_settings(std::string_view text,
                                                                   std::string_view file);

// For whoever wants to check further what can be read of faulty settings. A value that could not
// be read is its default.
struct CheckedSettings {
  Settings settings;
  std::vector<ConfigProblem> problems;
};

CheckedSettings check_settings(std::string_view text, std::string_view file);

}  // namespace auditor
