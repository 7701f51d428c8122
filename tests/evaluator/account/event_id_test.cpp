#include "evaluator/account/event_id.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "evaluator/account/stamp.h"

namespace auditor::event_id_test {
namespace {

// UUIDs that are packed, and texts beside them that are not.
const std::vector<std::string> texts{
    "",
    "0",
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-4000-8000-000000000000",
    "00000000-0000-4000-8000-000000000001",
    "3c0dc8f9-1f2c-4b0a-9f7e-0123456789ab",
    "3c0dc8f9-1f2c-4b0a-9f7e-0123456789aB",
    "3c0dc8f9-1f2c-4b0a-9f7e-0123456789ac",
    "3c0dc8f9-1f2c-4b0a-9f7e-0123456789ac-",
    "3c0dc8f9-1f2c-4b0a-cf7e-0123456789ac",
    "3c0dc8f91f2c4b0a9f7e0123456789abcdef",
    "3c0dc8f901f2c-4b0a-9f7e-0123456789ac",
    "9",
    "ffffffff-ffff-ffff-bfff-ffffffffffff",
    "seed",
};

TEST(EventId, IsTheTextThatItWasMadeOf) {
  for (const std::string& text : texts) {
    const EventId id(text);
    EXPECT_EQ(id.text(), text);
    EXPECT_EQ(id.empty(), text.empty());
    EXPECT_TRUE(id == text);
  }
}

TEST(EventId, ComparesAsTheTextsDo) {
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(EventId(a) <=> EventId(b), a <=> b) << a << " and " << b;
      EXPECT_EQ(EventId(a) == EventId(b), a == b) << a << " and " << b;
    }
  }
}

TEST(EventId, CanBeCopiedMovedAndReplaced) {
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EventId id(a);
      const EventId copy = id;
      EventId moved = std::move(id);
      EXPECT_EQ(moved.text(), a);
      moved = EventId(b);
      EXPECT_EQ(moved.text(), b);
      moved = copy;
      EXPECT_EQ(moved.text(), a);
      EXPECT_EQ(copy.text(), a);
    }
  }
}

TEST(EventId, IsSmall) {
  EXPECT_EQ(sizeof(EventId), 16U);
  EXPECT_EQ(sizeof(Stamp), 32U);
}

TEST(SharedText, SharesOneText) {
  SharedText a("text");
  const SharedText b = a;
  EXPECT_EQ(a.owners(), 2U);
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.view().data(), b.view().data());
  a = "other";
  EXPECT_EQ(b, "text");
  EXPECT_EQ(b.owners(), 1U);
  EXPECT_LT(a, b);
  EXPECT_TRUE(SharedText("").empty());
  EXPECT_EQ(SharedText(""), SharedText());
  EXPECT_EQ(sizeof(SharedText), 8U);
}

}  // namespace
}  // namespace auditor::event_id_test
