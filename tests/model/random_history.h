// Small random histories of one account, for the properties of its memory: few entities, few
// seconds, so that events meet.
//
// An event is the facts that account_change() would find in a call, in any order of calls: also
// such as AWS would never allow, since not every event arrives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluator/account/fact.h"

namespace auditor {

struct HistoryEvent {
  std::string call = {};  // what it stands for
  Stamp stamp;
  std::vector<Fact> facts = {};

  bool operator==(const HistoryEvent& other) const { return stamp == other.stamp; }
};

using History = std::vector<HistoryEvent>;

// The account of all histories.
const AccountKey& history_account();

// The same numbers give the same history, on every platform.
History random_history(std::uint64_t seed, std::uint64_t number);

// The same events in the same order of stamps, each in a second of its own (an addendum in that of
// its event).
History spread_out(const History& history);

// A line for each fact.
std::string in_words(const Fact& fact);
std::string in_words(const History& history);

}  // namespace auditor
