// A question that is asked until there is an answer, a stop, or no hope. What the log gets is
// said by tests/kafka/, against nobody.
#include "consumer/kafka/broker_waits.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace auditor::broker_waits_test {
namespace {

using std::chrono::milliseconds;

class AskUntilAnswered : public testing::Test {
 protected:
  // `ask` is told how often it has been asked, from 1.
  bool answered(const std::function<std::optional<std::string>(int)>& ask) {
    return ask_until_answered([&] { return ask(++asked); }, wait_log, stop_requested,
                              milliseconds(1));
  }

  WaitLog wait_log;
  std::atomic<bool> stop_requested = false;
  int asked = 0;
};

TEST_F(AskUntilAnswered, AsksAgainUntilThereIsAnAnswer) {
  EXPECT_TRUE(answered(
      [](int nth) { return nth < 3 ? std::optional<std::string>("not yet") : std::nullopt; }));
  EXPECT_EQ(asked, 3);
}

TEST_F(AskUntilAnswered, AsksNoMoreOnceAStopIsRequested) {
  EXPECT_FALSE(answered([this](int nth) {
    stop_requested = nth == 2;
    return std::optional<std::string>("not yet");
  }));
  EXPECT_EQ(asked, 2);
}

TEST_F(AskUntilAnswered, AnAnswerCountsAlthoughAStopIsRequestedMeanwhile) {
  EXPECT_TRUE(answered([this](int) {
    stop_requested = true;
    return std::optional<std::string>();
  }));
}

TEST_F(AskUntilAnswered, WhatWillNotChangeByWaitingEndsIt) {
  EXPECT_THROW(answered([](int) -> std::optional<std::string> {
                 throw std::runtime_error("no such topic");
               }),
               std::runtime_error);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace auditor::broker_waits_test
