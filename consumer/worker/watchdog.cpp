// Tested by watchdog_test.cpp.
#include "consumer/worker/watchdog.h"

#include <poll.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <optional>

namespace auditor {
namespace {

constexpr std::chrono::milliseconds look_interval{50};
constexpr std::chrono::milliseconds tick_interval{1000};
constexpr auto goes_on = ": ends now; the broker aborts the open transaction and a restart goes on";

std::string seconds(std::chrono::milliseconds duration) {
  return std::to_string(duration.count() / 1000) + "." +
         std::to_string(duration.count() % 1000 / 100) + " s";
}

}  // namespace

Watchdog::Watchdog(const Progress& progress, const std::atomic<bool>& stop_requested,
                   WatchdogBounds bounds, EndProcess end_process, std::function<void()> on_tick)
    : progress_(progress),
      stop_requested_(stop_requested),
      bounds_(bounds),
      end_process_(std::move(end_process)),
      on_tick_(std::move(on_tick)),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

void Watchdog::watch(const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  std::optional<std::chrono::steady_clock::time_point> stop_seen;
  auto last_tick = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    woken.wait_for(lock, stop, look_interval, [] { return false; });
    if (stop.stop_requested()) return;
    const auto now = std::chrono::steady_clock::now();
    if (!stop_seen && stop_requested_.load()) stop_seen = now;
    const auto stopping_for = stop_seen ? now - *stop_seen : now - now;
    if (stopping_for > bounds_.stop_broker_max && progress_.waits_for_broker()) {
      return end_process_("stopped without the broker's answer after " +
                              seconds(bounds_.stop_broker_max) +
                              ": the batch that is not committed is dropped and read again",
                          0);
    }
    if (stopping_for > bounds_.stop_max) {
      return end_process_("could not stop within " + seconds(bounds_.stop_max) + goes_on, 1);
    }
    if (progress_.age() > bounds_.progress_max) {
      return end_process_("no progress for " + seconds(bounds_.progress_max) + goes_on, 1);
    }
    if (on_tick_ && now - last_tick >= tick_interval) {
      last_tick = now;
      on_tick_();
    }
  }
}

void Watchdog::end_process_at_once(const std::string& line, int exit_code) {
  // WHY write(): the logger may be the very thing that is stuck. WHY poll(): so may its reader be,
  // and a full pipe would hold this thread too.
  const std::string text = "guardrail-auditor: " + line + "\n";
  pollfd standard_error{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&standard_error, 1, 0) == 1 && (standard_error.revents & POLLOUT) != 0) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  }
  _exit(exit_code);
}

}  // namespace auditor
