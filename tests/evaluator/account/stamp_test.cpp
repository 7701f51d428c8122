#include "evaluator/account/stamp.h"

#include <gtest/gtest.h>

namespace auditor::stamp_test {
namespace {

TEST(Stamp, ReadsAndWritesTimes) {
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
    EXPECT_EQ(time_of_seconds(one.seconds), one.text);
    EXPECT_EQ(seconds_of_time(one.text), one.seconds);
  }
}

TEST(Stamp, ReadsNoOtherForm) {
  for (const char* text :
       {"", "2020-11-20", "2020-11-20T06:19:05", "2020-11-20 06:19:05Z", "2020-11-20T06:19:05.0Z",
        "2020-02-30T00:00:00Z", "2020-13-01T00:00:00Z", "2020-11-20T24:00:00Z",
        "2020-11-20T06:60:00Z", "1969-12-31T23:59:59Z", "x020-11-20T06:19:05Z"}) {
    EXPECT_EQ(seconds_of_time(text), 0) << text;
  }
}

TEST(Stamp, WritesNoTimeThatHasNoSpelling) {
  EXPECT_EQ(time_of_seconds(-1), "");
  EXPECT_EQ(time_of_seconds(253402300800), "");
}

TEST(Stamp, OrdersByTimeThenIdThenRevision) {
  EXPECT_LT((Stamp{1, "b", 1}), (Stamp{2, "a", 0}));
  EXPECT_LT((Stamp{1, "a", 1}), (Stamp{1, "b", 0}));
  EXPECT_LT((Stamp{1, "a", 0}), (Stamp{1, "a", 1}));
}

}  // namespace
}  // namespace auditor::stamp_test
