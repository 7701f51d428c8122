#include "evaluator/policy/values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "evaluator/text/ascii_case.h"

namespace auditor::values_test {
namespace {

TEST(Number, IsADecimalWithoutExponent) {
  EXPECT_EQ(read_number("0"), 0.0);
  EXPECT_EQ(read_number("-12.5"), -12.5);
  EXPECT_EQ(read_number("+3"), 3.0);
  EXPECT_EQ(read_number("007"), 7.0);
  EXPECT_EQ(read_number("0.50"), 0.5);
}

TEST(Number, IsNothingElse) {
  for (const char* text :
       {"",   "+",  "-",  "+-1", "-+1",   "++1", "abc", "1e3", "0x10", "1,0", " 1",
        "1 ", ".5", "5.", ".",   "1.2.3", "--1", "inf", "nan", "1_0",  "٣"}) {
    EXPECT_EQ(read_number(text), std::nullopt) << text;
  }
}

TEST(Number, HasAtMostFifteenSignificantDigits) {
  EXPECT_EQ(read_number("999999999999999"), 999999999999999.0);
  EXPECT_EQ(read_number("1000000000000000"), std::nullopt);
  EXPECT_EQ(read_number("0.123456789012345"), 0.123456789012345);
  EXPECT_EQ(read_number("0.1234567890123456"), std::nullopt);
  EXPECT_EQ(read_number("000000000000000000001"), 1.0);  // leading zeros say nothing
}

TEST(Number, IsShortText) {
  EXPECT_EQ(read_number(std::string(64, '0')), 0.0);
  EXPECT_EQ(read_number(std::string(65, '0')), std::nullopt);
  EXPECT_EQ(read_number(std::string(100'000, '0')), std::nullopt);
}

TEST(Number, IsWrittenSoThatItReadsTheSame) {
  for (const double value : {0.0, 1.0, -1.0, 0.5, 0.1, 999999999999999.0, -0.000001}) {
    EXPECT_EQ(read_number(write_number(value)), value) << value;
  }
}

TEST(Instant, IsTheSameWrittenAsADateOrAsSeconds) {
  constexpr double instant = 1767225600;  // 2026-01-01T00:00:00Z
  for (const char* text :
       {"1767225600", "2026-01-01T00:00:00Z", "2026-01-01", "2026-01", "2026-01-01T00:00Z",
        "2026-01-01T01:00:00+01:00", "2025-12-31T19:00:00-05:00", "2026-01-01T01:00:00+0100",
        "2026-01-01T02:00:00+02", "2026-01-01t00:00:00z", "2026-01-01T00:00:00.000Z"}) {
    EXPECT_EQ(read_instant(text), instant) << text;
  }
}

TEST(Instant, KeepsFractionsOfASecond) {
  const auto half = read_instant("2026-01-01T00:00:00.5Z");
  ASSERT_TRUE(half.has_value());
  EXPECT_DOUBLE_EQ(*half, 1767225600.5);
}

TEST(Instant, KnowsLeapYears) {
  EXPECT_TRUE(read_instant("2024-02-29").has_value());
  EXPECT_FALSE(read_instant("2023-02-29").has_value());
  EXPECT_FALSE(read_instant("2100-02-29").has_value());
}

TEST(Instant, IsNothingElse) {
  for (const char* text :
       {"", "tomorrow", "2026-13-01", "2026-01-32", "2026-00-01", "2026-01-01T24:01:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+25:00",
        "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01Z", "2026-1-1", "26-01-01",
        "2026-01-01T00:00:00Zx", "2026-01-01T", "20260101T000000Z"}) {
    EXPECT_EQ(read_instant(text), std::nullopt) << text;
  }
}

TEST(Instant, IsWrittenInUtc) {
  EXPECT_EQ(write_instant(1767225600), "2026-01-01T00:00:00Z");
  EXPECT_EQ(write_instant(1767225600.5), "2026-01-01T00:00:00.500Z");
  EXPECT_EQ(write_instant(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(write_instant(-1), "1969-12-31T23:59:59Z");
}

TEST(Instant, IsReadBackAsItWasWritten) {
  for (const double instant : {1577836800.001, 1577836800.9995, 1577836800.00005, 1577836799.999999,
                               -62167219200.0, 253402300799.5, 253402300800.0, 99999999999999.0}) {
    EXPECT_EQ(read_instant(write_instant(instant)), instant) << write_instant(instant);
  }
}

TEST(Number, BetweenTwoOthersIsTheShortest) {
  EXPECT_EQ(write_number_between(1577836800, 1577836801), "1577836800.5");
  EXPECT_EQ(write_number_between(0, 10), "5");
  EXPECT_EQ(write_number_between(0.1, 0.2), "0.15");  // the middle of the two doubles has 17 digits
  EXPECT_EQ(write_number_between(1577836800.001, 1577836800.002), "1577836800.0015");
  EXPECT_EQ(write_number_between(2, std::nextafter(2.0, 3.0)), std::nullopt);
  EXPECT_EQ(write_number_between(-3, -2), "-2.5");
}

TEST(Bool, IsTrueOrFalseInAnyCase) {
  for (const char* text : {"true", "TRUE", "True"}) EXPECT_EQ(read_bool(text), true);
  for (const char* text : {"false", "FALSE"}) EXPECT_EQ(read_bool(text), false);
  for (const char* text : {"", "1", "yes", "true ", "truee"})
    EXPECT_EQ(read_bool(text), std::nullopt);
}

TEST(AddressBlock, WithoutAPrefixIsOneAddress) {
  const auto v4 = read_address_block("203.0.113.7");
  ASSERT_TRUE(v4.has_value());
  EXPECT_EQ(v4->first, v4->last);
  const auto v6 = read_address_block("2001:db8::1");
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(v6->first, v6->last);
  EXPECT_TRUE(v6->first.is_v6);
}

TEST(AddressBlock, HoldsItsEndsAndNotTheirNeighbours) {
  for (const auto& [text, first, last] :
       {std::tuple("10.0.0.0/8", "10.0.0.0", "10.255.255.255"),
        std::tuple("192.0.2.128/25", "192.0.2.128", "192.0.2.255"),
        std::tuple("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")}) {
    const auto block = read_address_block(text);
    ASSERT_TRUE(block.has_value()) << text;
    EXPECT_EQ(write_address(block->first), first);
    EXPECT_EQ(write_address(block->last), last);
    EXPECT_TRUE(block->contains(block->first));
    EXPECT_TRUE(block->contains(block->last));
    EXPECT_FALSE(block->contains(*next_address(block->last)));
    EXPECT_FALSE(block->contains(*previous_address(block->first)));
    EXPECT_FALSE(block->host_bits_set);
  }
}

TEST(AddressBlock, OfEverythingHasNoNeighbours) {
  for (const char* text : {"0.0.0.0/0", "::/0"}) {
    const auto block = read_address_block(text);
    ASSERT_TRUE(block.has_value());
    EXPECT_EQ(next_address(block->last), std::nullopt);
    EXPECT_EQ(previous_address(block->first), std::nullopt);
  }
}

TEST(AddressBlock, KeepsTheFamiliesApart) {
  EXPECT_FALSE(read_address_block("0.0.0.0/0")->contains(*read_address("::1")));
  EXPECT_FALSE(read_address_block("::/0")->contains(*read_address("10.0.0.1")));
}

TEST(AddressBlock, ClearsHostBitsAndSaysSo) {
  const auto block = read_address_block("10.1.2.3/8");
  ASSERT_TRUE(block.has_value());
  EXPECT_TRUE(block->host_bits_set);
  EXPECT_EQ(write_address(block->first), "10.0.0.0");
  EXPECT_TRUE(read_address_block("2001:db8::1/32")->host_bits_set);
  EXPECT_FALSE(read_address_block("10.1.2.3/32")->host_bits_set);
}

TEST(AddressBlock, IsNothingElse) {
  for (const char* text :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/-1", "10.0.0.0/8/8",
        "10.0.0.0/a", "10.0.0", "256.0.0.1", "10.0.0.0.0", "10.0.0.0/+8", "any", " 10.0.0.0",
        "10.0.0.0/99999999999999999999", "2001:db8:::1"}) {
    EXPECT_FALSE(read_address_block(text).has_value()) << text;
  }
}

TEST(AddressBlock, DoesNotStopAtANullCharacter) {
  EXPECT_FALSE(read_address_block(std::string_view("10.0.0.1\0x", 10)).has_value());
}

TEST(LowerCase, LeavesEverythingButAsciiLetters) {
  EXPECT_EQ(to_lower("ABC-xyz_É1"), "abc-xyz_É1");
  EXPECT_TRUE(equal_ignoring_case("aws:SourceIP", "AWS:sourceip"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("É", "é"));
}

}  // namespace
}  // namespace auditor::values_test
