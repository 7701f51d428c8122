#include "consumer/settings/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "consumer/settings/config_substitution.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"
#include "evaluator/text/yaml_reader.h"

namespace auditor {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 13> root_keys{
    "worker", "topics",  "format",     "guardrails",  "managed_policies",
    "batch",  "offsets", "quarantine", "watchdog_ms", "log",
    "skip",   "kafka",   "use"};
constexpr std::array<std::string_view, 1> worker_keys{"id"};
constexpr std::array<std::string_view, 6> topic_keys{"input",      "alerts", "quarantine",
                                                     "compliance", "state",  "routed"};
constexpr std::array<std::string_view, 1> use_keys{"window_s"};
constexpr std::array<std::string_view, 3> batch_keys{"age_ms", "outputs_max", "bytes_max"};
constexpr std::array<std::string_view, 1> offset_keys{"interval_ms"};
constexpr std::array<std::string_view, 1> quarantine_keys{"max_bytes"};
constexpr std::array<std::string_view, 1> log_keys{"level"};
constexpr std::array<std::string_view, 3> skip_keys{"topic", "partition", "offset"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warning", "error"};

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t gigabyte = std::int64_t{1} << 30;
constexpr std::size_t topic_name_max = 249;  // KAFKA: the broker's own bound

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "worker";
  return name.data();
}

// The letters that Kafka allows in a topic's name.
bool is_topic_name(std::string_view name) {
  if (name.empty() || name.size() > topic_name_max || name == "." || name == "..") return false;
  for (const char c : name) {
    const bool is_alnum =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_alnum && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

// One file being read. Each member function reads one part of it.
class SettingsReader {
 public:
  explicit SettingsReader(std::string_view file) : yaml_(file) {}

  CheckedSettings read(std::string_view text) {
    const auto root = yaml_.load(text);
    if (root) {
      for (const YamlMember& member : section(*root, "the settings", root_keys)) read_root(member);
    }
    if (settings_.worker_id.empty()) settings_.worker_id = host_name();
    return {std::move(settings_), yaml_.take_problems()};
  }

 private:
  // A section whose keys are all commented out is empty, and that is valid.
  std::vector<YamlMember> section(const YAML::Node& node, std::string_view what,
                                  std::span<const std::string_view> keys) {
    if (node.IsNull()) return {};
    return yaml_.members(node, what, keys);
  }

  void read_root(const YamlMember& member) {
    const std::string what = in_backticks(member.key);
    if (member.key == "worker") {
      for (const auto& entry : section(member.value, what, worker_keys)) {
        settings_.worker_id = text(entry.value, "`worker.id`").value_or("");
      }
    } else if (member.key == "topics") {
      read_topics(member.value);
    } else if (member.key == "format") {
      read_format(member.value);
    } else if (member.key == "guardrails") {
      read_guardrails(member.value);
    } else if (member.key == "managed_policies") {
      settings_.managed_policies_path = text(member.value, what).value_or("");
    } else if (member.key == "batch") {
      read_batch(member.value);
    } else if (member.key == "offsets") {
      for (const auto& entry : section(member.value, what, offset_keys)) {
        milliseconds_of(entry.value, "`offsets.interval_ms`", settings_.batch.offsets_interval);
      }
    } else if (member.key == "quarantine") {
      for (const auto& entry : section(member.value, what, quarantine_keys)) {
        size_of(entry.value, "`quarantine.max_bytes`", settings_.quarantine_max_bytes);
      }
    } else if (member.key == "use") {
      for (const auto& entry : section(member.value, what, use_keys)) read_window(entry.value);
    } else if (member.key == "watchdog_ms") {
      milliseconds_of(member.value, what, settings_.watchdog);
    } else if (member.key == "log") {
      for (const auto& entry : section(member.value, what, log_keys)) read_log_level(entry.value);
    } else if (member.key == "skip") {
      read_skip(member.value);
    } else if (member.key == "kafka") {
      read_kafka(member.value);
    }
  }

  void read_topics(const YAML::Node& node) {
    Topics& topics = settings_.topics;
    const std::array<std::pair<std::string_view, std::string*>, topic_keys.size()> names = {{
        {"input", &topics.input},
        {"alerts", &topics.alerts},
        {"quarantine", &topics.quarantine},
        {"compliance", &topics.compliance},
        {"state", &topics.state},
        {"routed", &settings_.routed_topic},
    }};
    for (const YamlMember& member : section(node, "`topics`", topic_keys)) {
      const auto name = text(member.value, in_backticks("topics." + member.key));
      if (!name) continue;
      if (!is_topic_name(*name)) {
        yaml_.error(member.value, in_backticks(*name) +
                                      " is not a topic's name: letters, digits, `.`, `_` and `-`");
        continue;
      }
      for (const auto& [key, place] : names) {
        if (member.key == key) *place = *name;
      }
    }
    // Reading what one writes never ends.
    const auto is_input = [&](const auto& entry) {
      return entry.first != "input" && entry.first != "routed" && *entry.second == topics.input;
    };
    if (std::ranges::any_of(names, is_input)) {
      yaml_.error(node, "the input topic " + in_backticks(topics.input) +
                            " cannot be an output topic as well");
    }
    // Compaction must not meet records that are no memory, nor a restore.
    const auto is_state = [&](const auto& entry) {
      return entry.first != "state" && entry.first != "input" && *entry.second == topics.state;
    };
    if (std::ranges::any_of(names, is_state)) {
      yaml_.error(node, "the topic of the state " + in_backticks(topics.state) +
                            " cannot be used for anything else");
    }
  }

  void read_format(const YAML::Node& node) {
    const auto name = text(node, "`format`");
    if (!name) return;
    const auto format = parse_format(*name);
    if (format) {
      settings_.format = *format;
    } else {
      yaml_.error(node, format.error());
    }
  }

  void read_guardrails(const YAML::Node& node) {
    if (node.IsNull()) return;
    for (const YamlText& path : yaml_.texts(node, "`guardrails`")) {
      auto resolved = resolve(path.node, path.text);
      if (resolved) settings_.guardrail_paths.push_back(std::move(*resolved));
    }
  }

  void read_batch(const YAML::Node& node) {
    for (const YamlMember& member : section(node, "`batch`", batch_keys)) {
      const std::string what = in_backticks("batch." + member.key);
      if (member.key == "age_ms") milliseconds_of(member.value, what, settings_.batch.age);
      if (member.key == "outputs_max") size_of(member.value, what, settings_.batch.outputs_max);
      if (member.key == "bytes_max") size_of(member.value, what, settings_.batch.bytes_max);
    }
  }

  void read_log_level(const YAML::Node& node) {
    const auto name = text(node, "`log.level`");
    if (!name) return;
    for (std::size_t i = 0; i < log_levels.size(); ++i) {
      if (*name == log_levels[i]) {
        settings_.log_level = static_cast<LogLevel>(i);
        return;
      }
    }
    yaml_.error(node, "unknown log level " + in_backticks(*name) +
                          did_you_mean(nearest(*name, log_levels)) +
                          " (debug, info, warning, error)");
  }

  void read_skip(const YAML::Node& node) {
    if (node.IsNull()) return;
    if (!node.IsSequence()) {
      yaml_.error(node, "`skip` must be a list of {topic, partition, offset}");
      return;
    }
    for (const YAML::Node& entry : node) {
      SkipCoordinate skip;
      const std::vector<YamlMember> members = yaml_.members(entry, "an entry of `skip`", skip_keys);
      for (const YamlMember& member : members) {
        const std::string what = in_backticks(member.key);
        if (member.key == "topic") {
          skip.topic = text(member.value, what).value_or("");
        } else if (member.key == "partition") {
          skip.partition = static_cast<std::int32_t>(
              number(member.value, what, 0, std::numeric_limits<std::int32_t>::max()).value_or(0));
        } else {
          skip.offset =
              number(member.value, what, 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
        }
      }
      if (entry.IsMap() && entry.size() < skip_keys.size()) {
        yaml_.error(entry, "an entry of `skip` needs `topic`, `partition` and `offset`");
      }
      settings_.skip.push_back(std::move(skip));
    }
  }

  void read_kafka(const YAML::Node& node) {
    for (const YamlMember& member : section(node, "`kafka`", {})) {
      if (member.key == "consumer") {
        read_properties(member.value, "kafka.consumer", settings_.kafka_consumer);
      } else if (member.key == "producer") {
        read_properties(member.value, "kafka.producer", settings_.kafka_producer);
      } else {
        read_property(member, "kafka", settings_.kafka);
      }
    }
  }

  void read_properties(const YAML::Node& node, const std::string& prefix,
                       std::map<std::string, std::string>& properties) {
    for (const YamlMember& member : section(node, in_backticks(prefix), {})) {
      read_property(member, prefix, properties);
    }
  }

  void read_property(const YamlMember& member, const std::string& prefix,
                     std::map<std::string, std::string>& properties) {
    auto value = text(member.value, in_backticks(prefix + "." + member.key));
    if (value) properties[member.key] = std::move(*value);
  }

  // A scalar with `${ENV}` and `file:` put in.
  std::optional<std::string> text(const YAML::Node& node, std::string_view what) {
    const auto written = yaml_.text(node, what);
    return written ? resolve(node, *written) : std::nullopt;
  }

  std::optional<std::string> resolve(const YAML::Node& node, const std::string& written) {
    auto resolved = secret_text(written);
    if (resolved) return std::move(*resolved);
    yaml_.error(node, resolved.error());
    return std::nullopt;
  }

  std::optional<std::int64_t> number(const YAML::Node& node, std::string_view what,
                                     std::int64_t min, std::int64_t max) {
    const auto digits = text(node, what);
    if (!digits) return std::nullopt;
    std::int64_t value = 0;
    const char* end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, value);
    if (error == std::errc() && stop == end && value >= min && value <= max) return value;
    yaml_.error(node, std::string(what) + " must be a whole number from " + std::to_string(min) +
                          " to " + std::to_string(max));
    return std::nullopt;
  }

  void read_window(const YAML::Node& node) {
    constexpr std::int64_t week_s = 7 * 24 * 3'600;
    if (const auto value = number(node, "`use.window_s`", 0, week_s)) {
      settings_.use_window_seconds = *value;
    }
  }

  void milliseconds_of(const YAML::Node& node, std::string_view what, milliseconds& duration) {
    if (const auto value = number(node, what, 1, hour_ms)) duration = milliseconds(*value);
  }

  void size_of(const YAML::Node& node, std::string_view what, std::size_t& size) {
    if (const auto value = number(node, what, 1, gigabyte)) size = static_cast<std::size_t>(*value);
  }

  YamlReader yaml_;
  Settings settings_;
};

}  // namespace

std::expected<Settings, std::vector<ConfigProblem>> parse_settings(std::string_view text,
                                                                   std::string_view file) {
  CheckedSettings checked = check_settings(text, file);
  const auto is_error = [](const ConfigProblem& problem) { return !problem.is_warning; };
  if (std::ranges::any_of(checked.problems, is_error)) {
    return std::unexpected(std::move(checked.problems));
  }
  return std::move(checked.settings);
}

CheckedSettings check_settings(std::string_view text, std::string_view file) {
  return SettingsReader(file).read(text);
}

}  // namespace auditor
