// Events like those of a recorded day, for the benches: 1.2 KB, most of them calls of services that
// do not matter here, one in two hundred a change of a policy or a guarded call. The shares of
// services, the sizes and the order of the members follow a recorded trail; the texts are made up.
//
// Same index, same bytes. Random identifiers keep them from compressing better than real ones.
#pragma once

#include <cstdint>
#include <string>

namespace auditor {

inline constexpr std::uint64_t recorded_relevant_every = 200;

struct RecordedEvent {
  std::string text;
  int account = 0;  // a small number: all events of an account belong into one partition
  bool is_relevant = false;
};

RecordedEvent recorded_event(std::uint64_t index);

// A relevant event: what an auditor that has caught up publishes at once.
RecordedEvent recorded_change(std::uint64_t index);

}  // namespace auditor
