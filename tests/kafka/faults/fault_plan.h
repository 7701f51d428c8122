// What a run of the fault bench does, drawn from one number: the same number, the same plan.
//
// Pure: no clock, no process, no broker. Moments are named by what is seen ("after the third alert
// was appended"), so that a plan means the same on a slow machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/kafka/faults/proxy.h"

namespace auditor {

enum class Fault {
  kill_auditors,    // SIGKILL; the supervisor starts them again at once
  stop_auditors,    // SIGSTOP, and SIGCONT later
  forbid_writes,    // to the topic of the alerts, until a transaction was aborted
  cut_network,      // all connections are reset, with what they had under way
  refuse_network,   // the same, and new ones are reset for a while
  hold_network,     // nothing comes through for a while
  join_group,       // one auditor more
  leave_group,      // one less
  restart_broker,   // SIGTERM
  kill_broker,      // SIGKILL, and back after a while
  restart_brokers,  // one after the other
};
inline constexpr std::size_t fault_kinds = 11;

const char* to_string(Fault fault);

// What is waited for before the fault: most mistakes can be seen only in the moment between an
// append and its commit, or between a commit and what must not come after it.
enum class Aim { appended, readable, any_time };

struct Step {
  Fault fault = Fault::kill_auditors;
  Aim aim = Aim::any_time;
  std::size_t alerts = 1;                 // so many are waited for, of those that are new
  bool is_for_all = true;                 // else for one auditor
  std::uint32_t pick = 0;                 // which one, or which node: modulo how many there are
  Delay delay;                            // of the network, until the fault is over
  std::chrono::milliseconds pause{0};     // between what is waited for and the fault
  std::chrono::milliseconds duration{0};  // of the fault
  bool waits_for_calm = true;             // first: else it meets what the last fault has left
  bool ends_aimed_part = false;
};

struct Plan {
  int auditors = 1;             // at the begin; joining and leaving change it
  int outputs_per_batch = 100;  // the setting batch.outputs_max
  std::vector<Step> steps;
};

struct PlanSize {
  int rounds = 8;
  int relevant_events_per_round = 150;
  int nodes = 1;
};

// Blocks of eight: each begins with its aimed part, four steps that every planted mistake has
// something to fear from, and goes on with a mixture.
Plan plan_of(std::uint32_t seed, const PlanSize& size);

}  // namespace auditor
