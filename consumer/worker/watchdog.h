// Ends the process when the worker makes no progress: librdkafka's send_offsets and commit cannot
// be trusted to come back (librdkafka #5456). A thread of its own that only looks at atomics, so it
// works while everything else is stuck, also while stopping: a stop ends in time without a broker.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace auditor {

// When the worker last got somewhere, and whether it waits for the broker. Written by the worker,
// read by the watchdog.
class Progress {
 public:
  Progress() { report(); }

  void report() { last_.store(now_ticks(), std::memory_order_relaxed); }
  std::chrono::steady_clock::duration age() const {
    return std::chrono::steady_clock::duration(now_ticks() - last_.load(std::memory_order_relaxed));
  }
  bool waits_for_broker() const { return waits_for_broker_; }

 private:
  using Ticks = std::chrono::steady_clock::rep;
  static Ticks now_ticks() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

  friend class BrokerWait;

  std::atomic<Ticks> last_;
  std::atomic<bool> waits_for_broker_ = false;
};

// While it lives, the worker is in calls that only the broker's answer ends: a transaction.
class BrokerWait {
 public:
  explicit BrokerWait(Progress& progress) : progress_(progress) {
    progress_.waits_for_broker_ = true;
  }
  ~BrokerWait() { progress_.waits_for_broker_ = false; }
  BrokerWait(const BrokerWait&) = delete;
  BrokerWait& operator=(const BrokerWait&) = delete;

 private:
  Progress& progress_;
};

struct WatchdogBounds {
  std::chrono::milliseconds progress_max;  // without progress for longer: end with 1
  // So long after a stop was asked for:
  std::chrono::milliseconds stop_broker_max;  // still waiting for the broker: end with 0
  std::chrono::milliseconds stop_max;         // still alive: end with 1
};

class Watchdog {
 public:
  using EndProcess = std::function<void(const std::string& line, int exit_code)>;

  // `progress` and `stop_requested` must outlive it. `on_tick`, if any, is called about once a
  // second while all is well.
  Watchdog(const Progress& progress, const std::atomic<bool>& stop_requested, WatchdogBounds bounds,
           EndProcess end_process = end_process_at_once, std::function<void()> on_tick = {});

  // One line on stderr and _exit(): no destructor, no atexit, nothing that could be stuck too. Safe
  // at any moment, as a power cut is: the broker aborts a transaction that is left open.
  static void end_process_at_once(const std::string& line, int exit_code);

 private:
  void watch(const std::stop_token& stop) const;

  const Progress& progress_;
  const std::atomic<bool>& stop_requested_;
  WatchdogBounds bounds_;
  EndProcess end_process_;
  std::function<void()> on_tick_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace auditor
