// The worker's time: how old a batch is, how long to wait. An interface, so that tests need not
// wait.
#pragma once

#include <chrono>
#include <thread>

namespace auditor {

class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual void sleep(std::chrono::milliseconds duration) = 0;
};

class SteadyClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  void sleep(std::chrono::milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

}  // namespace auditor
