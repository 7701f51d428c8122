// Tested by replay_plan_test.cpp.
#include "consumer/replay/replay_bound.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "evaluator/policy/values.h"

namespace auditor {
namespace {

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

struct PartitionAndOffset {
  std::int32_t partition;
  std::int64_t offset;
};

std::optional<PartitionAndOffset> partition_and_offset(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto partition = whole_number<std::int32_t>(text.substr(0, colon));
  const auto offset = whole_number<std::int64_t>(text.substr(colon + 1));
  if (!partition || !offset) return std::nullopt;
  return PartitionAndOffset{*partition, *offset};
}

std::optional<MessageTime> message_time(std::string_view text) {
  if (text.size() < 5 || text[4] != '-') return std::nullopt;  // epoch seconds would be an offset
  const auto instant = read_instant(text);
  if (!instant || *instant < 0) return std::nullopt;
  return MessageTime{std::llround(*instant * 1000)};
}

}  // namespace

std::expected<std::optional<ReplayBound>, std::string> parse_replay_bound(
    std::span<const std::string> texts) {
  if (texts.empty()) return std::nullopt;
  if (texts.size() == 1) {
    if (const auto offset = whole_number<std::int64_t>(texts.front())) return OffsetOfEach{*offset};
    if (const auto time = message_time(texts.front())) return *time;
  }
  OffsetByPartition offsets;
  for (const std::string& text : texts) {
    const auto found = partition_and_offset(text);
    if (!found) {
      return std::unexpected("`" + text +
                             "` is neither a time such as 2026-01-31T12:00:00Z nor an offset; only "
                             "PARTITION:OFFSET may be repeated");
    }
    if (!offsets.emplace(found->partition, found->offset).second) {
      return std::unexpected("`" + text + "`: partition " + std::to_string(found->partition) +
                             " has an offset already");
    }
  }
  return offsets;
}

}  // namespace auditor
