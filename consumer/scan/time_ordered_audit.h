// The events of files, which come in any order: held, sorted by eventTime and eventID, and judged
// at the end. Of events of equal time and id the one that was added first comes first. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "consumer/auditor/finding_output.h"
#include "consumer/auditor/side_by_side.h"
#include "consumer/scan/findings_at_end.h"

namespace auditor {

// Of events that wait for the end of the input: more than half a million of them.
inline constexpr std::size_t held_bytes_max = std::size_t{1} << 30;

class TimeOrderedAudit {
 public:
  // The references must outlive it.
  TimeOrderedAudit(SideBySide& sides, FindingOutput& output, std::size_t bytes_max = held_bytes_max)
      : sides_(sides), output_(output), bytes_max_(bytes_max) {}

  // Takes the events. Past the bound those of the messages so far are judged at once.
  void add(std::vector<CloudTrailEvent>& events);
  void evaluate();

  // Under the guardrails, not those of --against.
  const FindingsAtEnd& findings_at_end() const { return findings_at_end_; }

  // True when there were too many events to hold: each part is in order, the whole is not.
  bool is_in_parts() const { return is_in_parts_; }

 private:
  SideBySide& sides_;
  FindingOutput& output_;
  const std::size_t bytes_max_;
  std::vector<CloudTrailEvent> events_;
  std::size_t held_bytes_ = 0;
  FindingsAtEnd findings_at_end_;
  bool is_in_parts_ = false;
};

}  // namespace auditor
