// Tested by replay_test.cpp here, and by tests/kafka/replay_test.cpp against the service.
#include "consumer/replay/replay.h"

#include <algorithm>

namespace auditor {

Replay::Replay(SideBySide& sides, std::span<const SkipCoordinate> skip)
    : sides_(sides), skip_(skip), reader_(sides.guardrails_of_all()) {}

std::expected<void, std::string> Replay::begin(std::int32_t partition, const StateTable& table,
                                               const OnJudged& on_judged) {
  sides_.forget_all();
  for (auto record = table.records().lower_bound({partition, {}});
       record != table.records().end() && record->first.first == partition; ++record) {
    const auto restored = sides_.restore(partition, record->first.second, record->second);
    if (!restored) return restored;
  }
  sides_.evaluate_accounts(partition);
  on_judged(sides_);
  return {};
}

void Replay::read(const RawMessage& message, const OnJudged& on_judged) {
  if (is_skipped(message)) {
    ++read_.messages;
    ++read_.events;
    ++read_.quarantined;
    return;
  }
  const auto judge = [&](const CloudTrailEvent& event, std::string_view) {
    sides_.evaluate(event);
    on_judged(sides_);
  };
  reader_.read(message, judge, quarantined_, read_);
  quarantined_.clear();  // the service has told of it
}

Counters Replay::counters() const {
  Counters all = read_;
  all += sides_.counters();
  return all;
}

bool Replay::is_skipped(const RawMessage& message) const {
  return std::ranges::any_of(skip_, [&message](const SkipCoordinate& skip) {
    return skip.offset == message.offset && skip.partition == message.partition &&
           skip.topic == message.topic;
  });
}

}  // namespace auditor
