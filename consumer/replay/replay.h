// Judges what a RangeReader reads, as the service does: event after event, message after message,
// partition after partition, each partition with a memory of its own. Where the messages come from
// and where the findings go is the caller's. One thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "consumer/auditor/side_by_side.h"
#include "consumer/decoding/event_reader.h"
#include "consumer/decoding/raw_message.h"
#include "consumer/replay/snapshot_file.h"
#include "consumer/settings/settings.h"

namespace auditor {

class Replay {
 public:
  // What each event led to is in `sides` during the call.
  using OnJudged = std::function<void(const SideBySide& sides)>;

  // The references must outlive it. `skip`: messages that the service is told not to read.
  Replay(SideBySide& sides, std::span<const SkipCoordinate> skip);

  // Begins a partition: forgets the one before, and takes what `table` holds of this one. Judges it
  // again where it was judged by other guardrails, as the service does when it starts.
  std::expected<void, std::string> begin(std::int32_t partition, const StateTable& table,
                                         const OnJudged& on_judged);

  void read(const RawMessage& message, const OnJudged& on_judged);

  // Of the messages read so far; INVARIANT: see Counters.
  Counters counters() const;

 private:
  bool is_skipped(const RawMessage& message) const;

  SideBySide& sides_;
  std::span<const SkipCoordinate> skip_;
  EventReader reader_;
  std::vector<Quarantined> quarantined_;
  Counters read_;  // without the events that were judged
};

}  // namespace auditor
