#include "consumer/decoding/event_time.h"

#include <gtest/gtest.h>

namespace auditor::event_time_test {
namespace {

TEST(EventTime, IsKeptAsCloudTrailWritesIt) {
  EXPECT_EQ(normalise_event_time("2026-03-01T08:05:09Z"), "2026-03-01T08:05:09Z");
}

TEST(EventTime, WithSpaceAndFractionIsNormalised) {
  EXPECT_EQ(normalise_event_time("2020-11-20 06:19:05.000"), "2020-11-20T06:19:05Z");
  EXPECT_EQ(normalise_event_time("2025-01-20 15:59:33.000000000"), "2025-01-20T15:59:33Z");
  EXPECT_EQ(normalise_event_time("2021-05-20 15:53:47Z"), "2021-05-20T15:53:47Z");
}

TEST(EventTime, InAnotherZoneIsTurnedToUtc) {
  EXPECT_EQ(normalise_event_time("2026-03-01T00:30:00+02:00"), "2026-02-28T22:30:00Z");
  EXPECT_EQ(normalise_event_time("2026-12-31T23:30:00-0130"), "2027-01-01T01:00:00Z");
}

TEST(EventTime, MayBeSecondsOrMillisecondsSinceTheEpoch) {
  EXPECT_EQ(normalise_event_time("1605853145"), "2020-11-20T06:19:05Z");
  EXPECT_EQ(normalise_event_time("1605853145000"), "2020-11-20T06:19:05Z");
  EXPECT_EQ(normalise_event_time("1605853145.25"), "2020-11-20T06:19:05Z");
}

TEST(EventTime, ThatIsNoneIsEmpty) {
  for (const char* text : {"", "...", "2023.0.10", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-03-01T24:00:00Z", "2026-03-01T08:05", "2026-03-01T08:05:09 now",
                           "-5", "99999999999999999999", "2026-03-01T08:05:09+"}) {
    EXPECT_EQ(normalise_event_time(text), "") << text;
  }
}

}  // namespace
}  // namespace auditor::event_time_test
