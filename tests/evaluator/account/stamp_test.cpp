#include "evaluator/account/stamp.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "evaluator/account/fact.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::stamp_test {
namespace {

TEST(EventTime, ReadsAndWritesTimes) {
  struct {
    std::int64_t seconds;
    const char* text;
  } const cases[] = {
      {0, "1970-01-01T00:00:00Z"},
      {951782400, "2000-02-29T00:00:00Z"},
      {1605853145, "2020-11-20T06:19:05Z"},
      {253402300799, "9999-12-31T23:59:59Z"},
  };
  for (const auto& one : cases) {
    const auto time = EventTime::read(one.text);
    ASSERT_TRUE(time.has_value()) << one.text;
    EXPECT_EQ(time, EventTime::at(one.seconds));
    EXPECT_EQ(time->seconds(), one.seconds);
    EXPECT_EQ(time->text(), one.text);
  }
}

TEST(EventTime, ReadsNoOtherForm) {
  for (const char* text :
       {"", "2020-11-20", "2020-11-20T06:19:05", "2020-11-20 06:19:05Z", "2020-11-20T06:19:05.0Z",
        "2020-02-30T00:00:00Z", "2020-13-01T00:00:00Z", "2020-11-20T24:00:00Z",
        "2020-11-20T06:60:00Z", "1969-12-31T23:59:59Z", "x020-11-20T06:19:05Z"}) {
    EXPECT_FALSE(EventTime::read(text).has_value()) << text;
  }
}

TEST(EventTime, HasASpelling) {
  EXPECT_FALSE(EventTime::at(-1).has_value());
  EXPECT_FALSE(EventTime::at(253402300800).has_value());
}

// What was not understood cannot be compared, nor get into the memory: it has no value.
static_assert(!std::is_default_constructible_v<EventTime>);
static_assert(!std::is_default_constructible_v<Stamp>);
static_assert(!std::is_default_constructible_v<Entry>);
static_assert(!std::is_default_constructible_v<Fact>);
static_assert(!std::is_constructible_v<EventTime, std::int64_t>);

TEST(Stamp, OrdersByTimeThenIdThenRevision) {
  EXPECT_LT(stamp(1, "b", 1), stamp(2, "a", 0));
  EXPECT_LT(stamp(1, "a", 1), stamp(1, "b", 0));
  EXPECT_LT(stamp(1, "a", 0), stamp(1, "a", 1));
}

}  // namespace
}  // namespace auditor::stamp_test
