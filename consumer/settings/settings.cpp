// Tested by settings_test.cpp.
#include "consumer/settings/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "consumer/settings/config_substitution.h"
#include "evaluator/text/nearest.h"
#include "evaluator/text/wording.h"
#include "evaluator/text/yaml_reader.h"

namespace auditor {
namespace {

using std::chrono::milliseconds;

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

// The place of a value: one member of the settings, or a member of a member.
template <auto... members>
auto& place_in(Settings& settings) {
  return (settings.*....*members);
}

struct TopicName {
  std::string_view key;
  std::string& (*of)(Settings& settings);
};

constexpr TopicName topic_names[] = {
    {"input", place_in<&Settings::topics, &Topics::input>},
    {"alerts", place_in<&Settings::topics, &Topics::alerts>},
    {"quarantine", place_in<&Settings::topics, &Topics::quarantine>},
    {"compliance", place_in<&Settings::topics, &Topics::compliance>},
    {"state", place_in<&Settings::topics, &Topics::state>},
    {"routed", place_in<&Settings::routed_topic>},
};

template <typename Row>
std::vector<std::string_view> keys_of(std::span<const Row> table) {
  std::vector<std::string_view> keys;
  for (const Row& row : table) keys.push_back(row.key);
  return keys;
}

// The row of a key that is known to be in the table.
template <typename Row>
const Row& row_of(std::string_view key, std::span<const Row> table) {
  return *std::ranges::find(table, key, &Row::key);
}

// One file being read. Each member function reads one part of it.
class SettingsReader {
 public:
  explicit SettingsReader(std::string_view file) : yaml_(file) { settings_.file = file; }

  CheckedSettings read(std::string_view text) {
    const auto root = yaml_.load(text);
    if (root) read_section(*root, "", root_fields());
    if (settings_.worker_id.empty()) settings_.worker_id = host_name();
    return {std::move(settings_), yaml_.take_problems()};
  }

 private:
  // A key, with what reads its value, or with the keys of its section. `path` is `batch.age_ms`.
  struct Field {
    std::string_view key;
    void (SettingsReader::*read)(const YAML::Node& node, const std::string& path) = nullptr;
    std::span<const Field> section = {};
  };

  // The table of keys.
  static std::span<const Field> root_fields() {
    using Reader = SettingsReader;
    static constexpr Field worker[] = {
        {"id", &Reader::read_into<&Settings::worker_id>},
    };
    static constexpr Field batch[] = {
        {"age_ms", &Reader::read_into<&Settings::batch, &BatchBounds::age>},
        {"outputs_max", &Reader::read_into<&Settings::batch, &BatchBounds::outputs_max>},
        {"bytes_max", &Reader::read_into<&Settings::batch, &BatchBounds::bytes_max>},
    };
    static constexpr Field offsets[] = {
        {"interval_ms", &Reader::read_into<&Settings::batch, &BatchBounds::offsets_interval>},
    };
    static constexpr Field quarantine[] = {
        {"max_bytes", &Reader::read_into<&Settings::quarantine_max_bytes>},
    };
    static constexpr Field log[] = {
        {"level", &Reader::read_into<&Settings::log_level>},
    };
    static constexpr Field use[] = {
        {"window_s", &Reader::read_window},
    };
    static constexpr Field root[] = {
        {.key = "worker", .section = worker},
        {"topics", &Reader::read_topics},
        {"format", &Reader::read_into<&Settings::format>},
        {"guardrails", &Reader::read_guardrails},
        {"managed_policies", &Reader::read_into<&Settings::managed_policies_path>},
        {.key = "batch", .section = batch},
        {.key = "offsets", .section = offsets},
        {.key = "quarantine", .section = quarantine},
        {"watchdog_ms", &Reader::read_into<&Settings::watchdog>},
        {.key = "log", .section = log},
        {"skip", &Reader::read_skip},
        {"kafka", &Reader::read_kafka},
        {.key = "use", .section = use},
    };
    return root;
  }

  struct SkipField {
    std::string_view key;
    void (SettingsReader::*read)(const YAML::Node& node, const std::string& path,
                                 SkipCoordinate& skip);
  };

  static std::span<const SkipField> skip_fields() {
    static constexpr SkipField fields[] = {
        {"topic", &SettingsReader::read_into_skip<&SkipCoordinate::topic>},
        {"partition", &SettingsReader::read_into_skip<&SkipCoordinate::partition>},
        {"offset", &SettingsReader::read_into_skip<&SkipCoordinate::offset>},
    };
    return fields;
  }

  template <auto... members>
  void read_into(const YAML::Node& node, const std::string& path) {
    read_value(node, path, place_in<members...>(settings_));
  }

  template <auto member>
  void read_into_skip(const YAML::Node& node, const std::string& path, SkipCoordinate& skip) {
    read_value(node, path, skip.*member);
  }

  // A section whose keys are all commented out is empty, and that is valid.
  std::vector<YamlMember> section(const YAML::Node& node, std::string_view what,
                                  std::span<const std::string_view> keys) {
    if (node.IsNull()) return {};
    return yaml_.members(node, what, keys);
  }

  // The root has no path.
  void read_section(const YAML::Node& node, const std::string& path,
                    std::span<const Field> fields) {
    const std::string what = path.empty() ? "the settings" : in_backticks(path);
    for (const YamlMember& member : section(node, what, keys_of(fields))) {
      const Field& field = row_of(member.key, fields);
      const std::string inner = path.empty() ? member.key : path + "." + member.key;
      if (field.read != nullptr) {
        (this->*field.read)(member.value, inner);
      } else {
        read_section(member.value, inner, field.section);
      }
    }
  }

  void read_topics(const YAML::Node& node, const std::string& path) {
    const std::span<const TopicName> names = topic_names;
    for (const YamlMember& member : section(node, in_backticks(path), keys_of(names))) {
      const auto name = text(member.value, path + "." + member.key);
      if (!name) continue;
      if (!is_topic_name(*name)) {
        yaml_.error(member.value, in_backticks(*name) +
                                      " is not a topic's name: letters, digits, `.`, `_` and `-`");
        continue;
      }
      row_of(member.key, names).of(settings_) = *name;
    }
    // Reading what one writes never ends.
    const Topics& topics = settings_.topics;
    const auto is_input = [&](const TopicName& name) {
      return name.key != "input" && name.key != "routed" && name.of(settings_) == topics.input;
    };
    if (std::ranges::any_of(names, is_input)) {
      yaml_.error(node, "the input topic " + in_backticks(topics.input) +
                            " cannot be an output topic as well");
    }
    // Compaction must not meet records that are no memory, nor a restore.
    const auto is_state = [&](const TopicName& name) {
      return name.key != "state" && name.key != "input" && name.of(settings_) == topics.state;
    };
    if (std::ranges::any_of(names, is_state)) {
      yaml_.error(node, "the topic of the state " + in_backticks(topics.state) +
                            " cannot be used for anything else");
    }
  }

  void read_guardrails(const YAML::Node& node, const std::string& path) {
    if (node.IsNull()) return;
    for (const YamlText& written : yaml_.texts(node, in_backticks(path))) {
      auto resolved = resolve(written.node, written.text);
      if (resolved) settings_.guardrail_paths.push_back(std::move(*resolved));
    }
  }

  void read_skip(const YAML::Node& node, const std::string& path) {
    const std::string what = in_backticks(path);
    if (node.IsNull()) return;
    if (!node.IsSequence()) {
      yaml_.error(node, what + " must be a list of {topic, partition, offset}");
      return;
    }
    for (const YAML::Node& entry : node) {
      SkipCoordinate skip;
      const auto keys = keys_of(skip_fields());
      for (const YamlMember& member : yaml_.members(entry, "an entry of " + what, keys)) {
        const SkipField& field = row_of(member.key, skip_fields());
        (this->*field.read)(member.value, member.key, skip);
      }
      if (entry.IsMap() && entry.size() < keys.size()) {
        yaml_.error(entry, "an entry of " + what + " needs `topic`, `partition` and `offset`");
      }
      settings_.skip.push_back(std::move(skip));
    }
  }

  void read_kafka(const YAML::Node& node, const std::string& path) {
    for (const YamlMember& member : section(node, in_backticks(path), {})) {
      const std::string inner = path + "." + member.key;
      if (member.key == "consumer") {
        read_properties(member.value, inner, settings_.kafka_consumer);
      } else if (member.key == "producer") {
        read_properties(member.value, inner, settings_.kafka_producer);
      } else {
        read_property(member, path, settings_.kafka);
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
    const std::string path = prefix + "." + member.key;
    const auto written = yaml_.text(member.value, in_backticks(path));
    if (!written) return;
    const YAML::Mark mark = member.key_node.Mark();
    WrittenKey& key = settings_.kafka_keys[path];
    key.line = static_cast<std::size_t>(mark.line) + 1;
    key.column = static_cast<std::size_t>(mark.column) + 1;
    if (names_file(*written)) key.file_value = *written;
    if (auto value = resolve(member.value, *written)) properties[member.key] = *std::move(value);
  }

  // A scalar with `${ENV}` and `file:` put in.
  std::optional<std::string> text(const YAML::Node& node, const std::string& path) {
    const auto written = yaml_.text(node, in_backticks(path));
    return written ? resolve(node, *written) : std::nullopt;
  }

  std::optional<std::string> resolve(const YAML::Node& node, const std::string& written) {
    auto resolved = secret_text(written);
    if (resolved) return std::move(*resolved);
    yaml_.error(node, resolved.error());
    return std::nullopt;
  }

  std::optional<std::int64_t> number(const YAML::Node& node, const std::string& path,
                                     std::int64_t min, std::int64_t max) {
    const auto digits = text(node, path);
    if (!digits) return std::nullopt;
    std::int64_t value = 0;
    const char* end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, value);
    if (error == std::errc() && stop == end && value >= min && value <= max) return value;
    yaml_.error(node, in_backticks(path) + " must be a whole number from " + std::to_string(min) +
                          " to " + std::to_string(max));
    return std::nullopt;
  }

  void read_window(const YAML::Node& node, const std::string& path) {
    constexpr std::int64_t week_s = 7 * 24 * 3'600;
    if (const auto value = number(node, path, 0, week_s)) settings_.use_window_seconds = *value;
  }

  // By the type of the place. A value that cannot be read leaves what is there.
  void read_value(const YAML::Node& node, const std::string& path, std::string& place) {
    if (auto value = text(node, path)) place = *std::move(value);
  }

  void read_value(const YAML::Node& node, const std::string& path, milliseconds& place) {
    if (const auto value = number(node, path, 1, hour_ms)) place = milliseconds(*value);
  }

  void read_value(const YAML::Node& node, const std::string& path, std::size_t& place) {
    if (const auto value = number(node, path, 1, gigabyte))
      place = static_cast<std::size_t>(*value);
  }

  template <std::signed_integral Integer>
  void read_value(const YAML::Node& node, const std::string& path, Integer& place) {
    const auto value = number(node, path, 0, std::numeric_limits<Integer>::max());
    if (value) place = static_cast<Integer>(*value);
  }

  void read_value(const YAML::Node& node, const std::string& path, Format& place) {
    const auto name = text(node, path);
    if (!name) return;
    const auto format = parse_format(*name);
    if (format) {
      place = *format;
    } else {
      yaml_.error(node, format.error());
    }
  }

  void read_value(const YAML::Node& node, const std::string& path, LogLevel& place) {
    const auto name = text(node, path);
    if (!name) return;
    for (std::size_t i = 0; i < log_levels.size(); ++i) {
      if (*name == log_levels[i]) {
        place = static_cast<LogLevel>(i);
        return;
      }
    }
    yaml_.error(node, "unknown log level " + in_backticks(*name) +
                          did_you_mean(nearest(*name, log_levels)) +
                          " (debug, info, warning, error)");
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
