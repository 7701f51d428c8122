// A child process as a bench sees it: what it has said, and what time of the processors it took.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tests/kafka/child_process.h"

namespace auditor {

// Waits until the log of `process` holds `text`. Throws std::runtime_error, with the log, when the
// process ends before, or when it takes too long.
void wait_for_text(ChildProcess& process, std::string_view text);

// Of all its threads, since it began.
std::chrono::nanoseconds cpu_time(const ChildProcess& process);

// The number before `text` in the last line of `log` that holds `text`; 0 when there is none.
std::uint64_t number_before(const std::string& log, std::string_view text);

}  // namespace auditor
