// Rows fit the terminal, whatever characters are in them, and lose none.
#include "sinks/formats/text_width.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sinks/formats/table.h"
#include "tests/evaluator/account/instants.h"

namespace auditor::text_width_test {
namespace {

using Lines = std::vector<std::string_view>;

TEST(TextWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("role"), 4U);
  EXPECT_EQ(display_width("r\xc3\xb4le"), 4U);               // ô
  EXPECT_EQ(display_width("ro\xcc\x82le"), 4U);              // o and a combining ^
  EXPECT_EQ(display_width("\xe5\xbd\xb9\xe5\x89\xb2"), 4U);  // two wide ones
  EXPECT_EQ(display_width("\xf0\x9f\x94\x92"), 2U);          // a lock
  EXPECT_EQ(display_width("\xff\xc3"), 2U);                  // no UTF-8
  EXPECT_EQ(display_width("\xe5\xbd"), 2U);                  // cut
}

TEST(TextWidth, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 0), Lines{"one two three"});
  EXPECT_EQ(wrapped("one two three", 13), Lines{"one two three"});
  EXPECT_EQ(wrapped("one two three", 12), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("one  two", 4), (Lines{"one", "two"}));
  EXPECT_EQ(wrapped("", 10), Lines{""});
}

TEST(TextWidth, BreaksAWordThatIsLongerThanALine) {
  EXPECT_EQ(wrapped("a:bcdefghij", 4), (Lines{"a:bc", "defg", "hij"}));
  EXPECT_EQ(wrapped("no abcdefgh", 4), (Lines{"no", "abcd", "efgh"}));
}

TEST(TextWidth, NeverBreaksACharacter) {
  EXPECT_EQ(wrapped("\xe5\xbd\xb9\xe5\x89\xb2\xe5\xbd\xb9", 5),
            (Lines{"\xe5\xbd\xb9\xe5\x89\xb2", "\xe5\xbd\xb9"}));
  EXPECT_EQ(wrapped("abo\xcc\x82"
                    "c",
                    3),
            (Lines{"abo\xcc\x82", "c"}));
  EXPECT_EQ(wrapped("\xe5\xbd\xb9x", 1), (Lines{"\xe5\xbd\xb9", "x"}));  // wider than the line
}

TEST(TextWidth, FitsAndLosesNothingOfAnyText) {
  const std::string parts[] = {" ",        "a",    "bc:", "\xc3\xb4", "\xe5\xbd\xb9",
                               "\xcc\x82", "\xff", "  ",  "/"};
  std::uint32_t state = 3;
  for (std::size_t round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::size_t length = round % 30; length > 0; --length) {
      state = state * 1'664'525 + 1'013'904'223;
      text += parts[(state >> 16) % std::size(parts)];
    }
    const std::size_t width = 2 + round % 9;
    std::string together;
    for (const std::string_view line : wrapped(text, width)) {
      EXPECT_LE(display_width(line), width) << text;
      together += line;
    }
    std::erase(together, ' ');
    std::erase(text, ' ');
    EXPECT_EQ(together, text);
  }
}

TEST(Table, FitsTheTerminal) {
  Finding finding{CloudTrailEvent(instant_of("2026-03-02T10:00:00Z"))};
  finding.guardrail.id = "IAM-ECR-1";
  finding.guardrail.title = "Sensitive ECR calls are for authorized principals only";
  finding.subject.arn = "arn:aws:iam::111122223333:role/" + std::string(100, 'r');
  finding.evidence.actions = {"ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:PutImage"};
  finding.evidence.reason = "a r\xc3\xb4le of \xe5\xbd\xb9\xe5\x89\xb2 may do what it may not do";
  finding.event.name = "PutRolePolicy";
  const std::string whole = table_entry(finding, {});
  for (const std::size_t columns : {30U, 40U, 80U, 200U}) {
    const std::string text = table_entry(finding, {.has_colour = false, .columns = columns});
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      EXPECT_LE(display_width(line), columns) << line;
      rest.remove_prefix(line.size() + 1);
    }
    const auto letters = [](std::string entry) {
      std::erase_if(entry, [](char c) { return c == ' ' || c == '\n'; });
      return entry;
    };
    EXPECT_EQ(letters(text), letters(whole));
  }
  // Too narrow for words: left to the terminal.
  EXPECT_EQ(table_entry(finding, {.has_colour = false, .columns = 10}), whole);
}

}  // namespace
}  // namespace auditor::text_width_test
