// Repeated identical uses are one finding: the first is told at once, the others are counted, and
// the next one after the window carries the count.
//
// Windows are times of events, not of arrival, and part of the account's state, so a replay or a
// restart tells the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/audit/finding.h"

namespace auditor {

inline constexpr std::size_t use_windows_max = 2'048;  // of one account; past it the oldest go
inline constexpr std::size_t use_event_ids_max = 64;   // of one key, to know duplicates

// What makes two uses identical.
struct UseKey {
  std::string_view guardrail;
  FindingKind kind = FindingKind::usage;
  std::string_view principal;
  std::string_view action;
  std::string_view resource;
};

// How many uses the finding of this one stands for; nullopt: it is told by another. Appends what
// was written to `changes`.
std::optional<std::uint64_t> count_use(const UseKey& key, const Stamp& use,
                                       std::int64_t window_seconds, AccountState& state,
                                       std::vector<StateChange>& changes);

}  // namespace auditor
