#include "consumer/decoding/json_scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace auditor::json_skim_test {
namespace {

// Where the container ends, byte after byte: so plain that it can be believed.
std::size_t plain_end(const std::string& text) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return skim_failed;
}

TEST(JsonSkim, FindsTheEndOfAContainer) {
  EXPECT_EQ(skim_value("{}"), 2U);
  EXPECT_EQ(skim_value("[{}]]"), 4U);
  EXPECT_EQ(skim_value(R"({"a":"}","b":"\"}"} {})"), 19U);
  EXPECT_EQ(skim_value("{"), skim_failed);
  EXPECT_EQ(skim_value(R"({"a)"), skim_failed);
}

// Texts of the bytes that matter, of all lengths about a block's; most of them are no JSON.
TEST(JsonSkim, AgreesWithAPlainLoopOnAnyText) {
  std::mt19937 random(11);
  constexpr std::string_view bytes = "\"\"\"\\\\{[]}x, \n\x7b\xfb";
  for (int round = 0; round < 200'000; ++round) {
    std::string text = random() % 2 == 0 ? "{" : "[";
    const std::size_t length = random() % 200;
    const std::size_t kinds = 1 + random() % bytes.size();
    const bool is_deep = random() % 3 == 0;  // or it ends in the first block, as a rule
    if (is_deep) text += std::string(random() % 80, '[');
    while (text.size() < length) text += bytes[random() % kinds];
    EXPECT_EQ(skim_value(text), plain_end(text)) << text;
  }
}

TEST(JsonSkim, AgreesWithAPlainLoopWhereEscapesCrossBlocks) {
  for (std::size_t before = 0; before < 140; ++before) {
    for (std::size_t backslashes = 0; backslashes < 6; ++backslashes) {
      const std::string text = "{\"" + std::string(before, 'x') + std::string(backslashes, '\\') +
                               "\"}\" :1}" + std::string(before, ' ');
      EXPECT_EQ(skim_value(text), plain_end(text)) << text;
    }
  }
}

}  // namespace
}  // namespace auditor::json_skim_test
