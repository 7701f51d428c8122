// Tested by commands_test.cpp and tests/kafka/refusal_test.cpp.
#include "consumer/commands/broker_timeout.h"

#include <charconv>
#include <cstdint>

namespace auditor {
namespace {

constexpr std::int64_t seconds_max = 86'400;

// 0: it is none.
std::int64_t seconds_of(const std::string& text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && seconds >= 1 && seconds <= seconds_max ? seconds : 0;
}

std::string timeout_problem(const std::string& text) {
  if (seconds_of(text) != 0) return "";
  return "`" + text + "` is no whole number of seconds from 1 to " + std::to_string(seconds_max);
}

}  // namespace

void BrokerTimeout::add_to(CommandLine& command) {
  command
      .text("--timeout", text_,
            "Give up after so long without an answer of the broker that gets it on; no limit on "
            "the time it takes")
      .type("SECONDS")
      .shows_default()
      .check(timeout_problem);
}

std::chrono::seconds BrokerTimeout::value() const {
  return std::chrono::seconds(seconds_of(text_));
}

}  // namespace auditor
