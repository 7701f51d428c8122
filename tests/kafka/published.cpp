#include "tests/kafka/published.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace auditor {
namespace {

constexpr std::size_t examples_max = 8;
constexpr std::size_t shown_bytes_max = 600;

std::string in_words(const std::string& value) { return value.substr(0, shown_bytes_max); }
std::string in_words(const KeyAndValue& record) {
  return record.first + " = " + in_words(record.second);
}

template <typename Sequence>
void give_examples(const std::string& what, const Sequence& records, Differences& found) {
  for (const auto& record : records) {
    if (found.examples.size() == examples_max) return;
    found.examples.push_back(what + ": " + in_words(record));
  }
}

template <typename Sequence>
void compare(const std::string& topic, Sequence got, Sequence expected, Differences& found) {
  if (got == expected) return;
  std::ranges::sort(got);
  std::ranges::sort(expected);
  if (got == expected) {
    ++found.moved;
    return;
  }
  Sequence missing;
  Sequence surplus;
  std::ranges::set_difference(expected, got, std::back_inserter(missing));
  std::ranges::set_difference(got, expected, std::back_inserter(surplus));
  found.lost += missing.size();
  found.doubled += surplus.size();
  give_examples("lost from " + topic, missing, found);
  give_examples("doubled in " + topic, surplus, found);
}

template <typename Sequences>
void compare_each(const std::string& topic, const Sequences& got, const Sequences& expected,
                  Differences& found) {
  std::set<typename Sequences::key_type> keys;
  for (const auto& [key, sequence] : got) keys.insert(key);
  for (const auto& [key, sequence] : expected) keys.insert(key);
  const auto of = [](const Sequences& sequences, const auto& key) {
    const auto at = sequences.find(key);
    return at == sequences.end() ? typename Sequences::mapped_type() : at->second;
  };
  for (const auto& key : keys) compare(topic, of(got, key), of(expected, key), found);
}

}  // namespace

Lanes lanes(const std::vector<Record>& alerts) {
  Lanes result;
  for (const Record& alert : alerts) {
    const auto input = nlohmann::json::parse(alert.value).at("event").at("kafka").at("partition");
    result[{alert.partition, input.get<std::int32_t>()}].emplace_back(alert.key, alert.value);
  }
  return result;
}

std::string not_caught_up(Client& client, const RunSettings& settings, int partitions) {
  const Offsets committed = client.committed_offsets(settings.group, settings.input, partitions);
  std::string behind;
  for (const auto& [partition, end] : client.end_offsets(settings.input, partitions)) {
    const auto found = committed.find(partition);
    const std::int64_t offset = found == committed.end() ? 0 : found->second;
    if (offset >= end) continue;
    behind += " partition " + std::to_string(partition) + ": " + std::to_string(offset) + " of " +
              std::to_string(end) + " committed;";
  }
  return behind;
}

bool is_caught_up(Client& client, const RunSettings& settings, int partitions) {
  return not_caught_up(client, settings, partitions).empty();
}

bool is_settled(Client& client, const RunSettings& settings, int partitions) {
  for (const std::string* topic :
       {&settings.alerts, &settings.quarantine, &settings.compliance, &settings.state}) {
    if (client.end_offsets(*topic, partitions, Isolation::read_committed) !=
        client.end_offsets(*topic, partitions, Isolation::read_uncommitted)) {
      return false;
    }
  }
  return true;
}

Published published(Client& client, const RunSettings& settings) {
  Published result;
  const std::vector<Record> alerts = client.read(settings.alerts);
  result.alerts = lanes(alerts);
  result.alert_count = alerts.size();
  for (const Record& record : client.read(settings.compliance)) {
    result.compliance[record.key].push_back(record.value);
  }
  for (const Record& record : client.read(settings.state)) {
    result.state[record.partition].emplace_back(record.key, record.value);
  }
  for (const Record& record : client.read(settings.quarantine)) {
    result.quarantine[record.key].push_back(record.value);
  }
  return result;
}

Differences finding_diffs(const Published& got, const Published& expected) {
  Differences found;
  compare_each("alerts", got.alerts, expected.alerts, found);
  compare_each("compliance", got.compliance, expected.compliance, found);
  compare_each("state", got.state, expected.state, found);
  compare_each("quarantine", got.quarantine, expected.quarantine, found);
  return found;
}

}  // namespace auditor
