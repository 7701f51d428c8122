#include "tests/bench/watched_process.h"

#include <ctime>
#include <stdexcept>
#include <thread>

namespace auditor {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{2};
constexpr std::chrono::minutes text_wait_max{5};

}  // namespace

void wait_for_text(ChildProcess& process, std::string_view text) {
  const auto end = steady_clock::now() + text_wait_max;
  while (!process.output().contains(text)) {
    if (!process.running() || steady_clock::now() > end) {
      throw std::runtime_error("never said `" + std::string(text) + "`:\n" + process.output());
    }
    std::this_thread::sleep_for(look_every);
  }
}

std::chrono::nanoseconds cpu_time(const ChildProcess& process) {
  clockid_t clock = 0;
  timespec spent{};
  if (::clock_getcpuclockid(process.pid(), &clock) != 0 || ::clock_gettime(clock, &spent) != 0) {
    throw std::runtime_error("the process has no clock: it ended");
  }
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

std::uint64_t number_before(const std::string& log, std::string_view text) {
  const std::size_t end = log.rfind(text);
  if (end == std::string::npos || end == 0) return 0;
  const std::size_t before = log.find_last_not_of("0123456789", end - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return begin == end ? 0 : std::stoull(log.substr(begin, end - begin));
}

}  // namespace auditor
