// Questions are found however they are laid out, and a broken one costs only itself.
#include "consumer/commands/question_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace auditor::question_stream_test {
namespace {

// `1@2` is the question `{"q":1}` that begins on line 2, `!3:4` a fault on line 3, column 4.
std::string found(const std::string& text, std::size_t bytes_at_once, std::size_t bytes_max) {
  std::size_t at = 0;
  QuestionStream stream(
      [&](char* room, std::size_t size) {
        const std::size_t count = std::min({size, bytes_at_once, text.size() - at});
        text.copy(room, count, at);
        at += count;
        return count;
      },
      bytes_max);
  std::string all;
  for (QuestionText question; stream.next(question);) {
    if (!all.empty()) all += ' ';
    const std::string line = std::to_string(question.place.line);
    if (!question.error.empty()) {
      all += "!" + line + ":" + std::to_string(question.place.column);
      continue;
    }
    std::string digits(question.text);
    std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
    all += digits + "@" + line;
  }
  return all;
}

TEST(QuestionStream, FindsQuestionsHoweverTheyAreLaidOut) {
  struct Case {
    std::string text, wanted;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"", ""},
           {" \n\r\n", ""},
           {"{\"q\":1}", "1@1"},
           {"{\"q\":1}\n\n{\"q\":2}\r\n", "1@1 2@3"},
           {"{\"q\":1}{\"q\":2} {\"q\":3}", "1@1 2@1 3@1"},
           {"{\n  \"q\": [\n    1\n  ]\n}\n{\"q\":2}\n", "1@1 2@6"},
           {"[{\"q\":1}, {\"q\":2}]", "1@1 2@1"},
           {"[\n  {\n    \"q\": 1\n  },\n  {\n    \"q\": 2\n  }\n]\n{\"q\":3}", "1@2 2@5 3@9"},
           {"[]", ""},
           {"[]{\"q\":1}[{\"q\":2}]", "1@1 2@1"},
           {"\xef\xbb\xbf{\"q\":1}\n\xef\xbb\xbf{\"q\":2}", "1@1 2@2"},
           {"\x1e{\"q\":1}\n\x1e{\"q\":2}\n", "1@1 2@2"},
           {"7", "7@1"},  // no question, which whoever reads it says
           {"[7, [8]]", "7@1 8@1"},
           // broken
           {"{\"q\":1,\n{\"q\":2}\n", "!2:1 2@2"},
           {"{\"q\":\n{\"q\":2}\n{\"q\":3}\n", "!3:1 2@2 3@3"},
           {"{\"q\":\"1\n{\"q\":2}\n", "!1:8 2@2"},
           {"hello\n{\"q\":2}\n", "!1:1 2@2"},
           {"{\"q\":1} x\n{\"q\":2}\n", "1@1 !1:9 2@2"},
           {"{\"q\":1}}\n{\"q\":2}\n", "1@1 !1:8 2@2"},
           {"{\"q\":1},\n{\"q\":2}\n", "1@1 !1:8 2@2"},
           {"{\n  \"q\": 1,\n  // why\n}\n{\n  \"q\": 2\n}\n", "!3:3 2@5"},
           {"[\n  {\"q\": 1,},\n  {\"q\": 2}\n]\n{\"q\":3}\n", "!2:11 2@3 3@5"},
           {"[\n  {\n    \"q\": 1,\n  },\n  {\n    \"q\": 2\n  }\n]\n{\"q\":3}\n", "!4:3 2@5 3@9"},
           {"[\n  {\"q\": 1,}\n]\n{\"q\":3}\n", "!2:11 3@4"},
           {"[{\"q\":1},{\"q\":},{\"q\":3}]\n{\"q\":4}\n", "1@1 !1:15 4@2"},
           {"[{\"q\":1}", "1@1 !1:1"},
           {"{\"q\":1", "!1:7"},
           {"{\"q\":1]\n", "!1:7"},
       }) {
    for (const std::size_t bytes_at_once : {1U, 3U, 1'000U}) {
      EXPECT_EQ(found(c.text, bytes_at_once, 1'000), c.wanted) << c.text;
    }
  }
}

TEST(QuestionStream, RefusesWhatIsTooLongAndGoesOn) {
  const std::string big(300'000, ' ');
  EXPECT_EQ(found("{\"q\":1}\n{\"q\":" + big + "2}\n{\"q\":3}\n", 1'000'000, 100'000),
            "1@1 !2:1 3@3");
  EXPECT_EQ(found("{\"q\":\"" + big + big, 1'000'000, 100'000), "!1:1");
}

// Whatever is broken, the whole lines around it are read.
TEST(QuestionStream, LosesNoLineToWhatIsBrokenBeforeIt) {
  const std::string parts[] = {"{", "}",     "[", "]", "\"", ":",
                               ",", "\"q\"", "x", " ", "//", "{\"q\":"};
  std::uint32_t state = 5;
  for (int round = 0; round < 5'000; ++round) {
    std::string broken;
    for (int length = 1 + round % 8; length > 0; --length) {
      state = state * 1'664'525 + 1'013'904'223;
      broken += parts[(state >> 16) % std::size(parts)];
    }
    const std::string all =
        found("{\"q\":1}\n" + broken + "\n{\"q\":22}\n{\"q\":33}\n{\"q\":44}\n", 7, 1'000);
    EXPECT_TRUE(all.starts_with("1@1")) << broken;
    EXPECT_TRUE(all.contains("44@5")) << broken << ": " << all;
  }
}

}  // namespace
}  // namespace auditor::question_stream_test
