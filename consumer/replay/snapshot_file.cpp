// Tested by snapshot_file_test.cpp.
#include "consumer/replay/snapshot_file.h"

#include <simdjson.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sinks/json/json_tree.h"

namespace auditor {
namespace {

namespace ondemand = simdjson::ondemand;
using nlohmann::ordered_json;

constexpr std::string_view format_name = "guardrail-auditor snapshot";
constexpr std::int64_t format_version = 1;

ordered_json offsets_json(const OffsetByPartition& offsets) {
  ordered_json json = ordered_json::object();
  for (const auto& [partition, offset] : offsets) json[std::to_string(partition)] = offset;
  return json;
}

std::string header_line(const Snapshot& snapshot) {
  ordered_json json;
  json["format"] = format_name;
  json["version"] = format_version;
  json["topic"] = snapshot.topic;
  json["offsets"] = offsets_json(snapshot.offsets.offsets);
  json["complete_from"] = offsets_json(snapshot.offsets.complete_from);
  json["guardrails"] = snapshot.guardrails_fingerprint;
  json["catalogue"] = snapshot.catalogue_fingerprint;
  json["records"] = snapshot.table.records().size();
  return dump(json) + "\n";
}

OffsetByPartition offsets_from_json(const ordered_json& json) {
  OffsetByPartition offsets;
  for (const auto& [name, offset] : json.items()) {
    std::int32_t partition = 0;
    std::from_chars(name.data(), name.data() + name.size(), partition);
    offsets[partition] = offset.get<std::int64_t>();
  }
  return offsets;
}

// Throws what nlohmann::json throws for a header of another make.
std::expected<std::size_t, std::string> read_header(const std::string& line, Snapshot& snapshot) {
  const ordered_json json = ordered_json::parse(line);
  if (json.at("format") != format_name) return std::unexpected("is no snapshot");
  if (const auto version = json.at("version").get<std::int64_t>(); version != format_version) {
    return std::unexpected("has version " + std::to_string(version) + ", this auditor knows " +
                           std::to_string(format_version));
  }
  snapshot.topic = json.at("topic").get<std::string>();
  snapshot.offsets = {offsets_from_json(json.at("offsets")),
                      offsets_from_json(json.at("complete_from"))};
  snapshot.guardrails_fingerprint = json.at("guardrails").get<std::string>();
  snapshot.catalogue_fingerprint = json.at("catalogue").get<std::string>();
  return json.at("records").get<std::size_t>();
}

// The key and the value as they stand there, byte for byte. False: it is no record.
bool read_state_record(ondemand::parser& parser, std::string& line, StateTable& table) {
  line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  std::int64_t partition = 0;
  ondemand::array key;
  ondemand::object value;
  std::string_view key_text;
  std::string_view value_text;
  if (parser.iterate(line.data(), line.size(), line.capacity()).get(document) ||
      document["partition"].get_int64().get(partition) || document["key"].get_array().get(key) ||
      key.raw_json().get(key_text) || document["value"].get_object().get(value) ||
      value.raw_json().get(value_text)) {
    return false;
  }
  // Only the bracket of the record itself is left: the parser does not ask for it.
  const char* const behind = value_text.data() + value_text.size();
  if (behind + 1 != line.data() + line.size() || *behind != '}') return false;
  table.put(static_cast<std::int32_t>(partition), key_text, value_text);
  return true;
}

std::expected<Snapshot, std::string> read_lines(std::istream& file) {
  Snapshot snapshot;
  std::string line;
  std::getline(file, line);
  const auto records = read_header(line, snapshot);
  if (!records) return std::unexpected(records.error());
  ondemand::parser parser;
  std::size_t count = 0;
  for (; std::getline(file, line); ++count) {
    if (!read_state_record(parser, line, snapshot.table)) {
      return std::unexpected("line " + std::to_string(count + 2) + " is no record");
    }
  }
  if (count != *records) {
    return std::unexpected("is cut: it holds " + std::to_string(count) + " of " +
                           std::to_string(*records) + " records");
  }
  return snapshot;
}

}  // namespace

void StateTable::put(std::int32_t partition, std::string_view key, std::string_view value) {
  std::pair place(partition, std::string(key));
  if (value.empty()) {
    records_.erase(place);
  } else {
    records_.insert_or_assign(std::move(place), std::string(value));
  }
}

std::expected<void, std::string> write_snapshot(const std::string& path, const Snapshot& snapshot) {
  const std::string unfinished = path + ".tmp";
  const auto failed = [&](const std::string& name) {
    return std::unexpected("cannot write `" + name + "`: " + std::strerror(errno));
  };
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file << header_line(snapshot);
  for (const auto& [place, value] : snapshot.table.records()) {
    const auto& [partition, key] = place;
    file << R"({"partition":)" << partition << R"(,"key":)" << key << R"(,"value":)" << value
         << "}\n";
  }
  file.close();
  if (!file) return failed(unfinished);
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return failed(path);
  return {};
}

std::expected<Snapshot, std::string> read_snapshot(const std::string& path) {
  const std::string named = "`" + path + "` ";
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(named + "cannot be opened: " + std::strerror(errno));
  try {
    auto snapshot = read_lines(file);
    if (!snapshot) return std::unexpected(named + snapshot.error());
    return snapshot;
  } catch (const nlohmann::json::exception&) {
    return std::unexpected(named + "is no snapshot");
  }
}

}  // namespace auditor
