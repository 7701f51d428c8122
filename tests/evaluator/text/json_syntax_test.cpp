// Where a value ends and what is wrong with one: named for what people write, and the same answer
// as the parser's for everything else.
#include "evaluator/text/json_syntax.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "evaluator/policy/policy_document.h"

namespace auditor::json_syntax_test {
namespace {

constexpr std::size_t depth_max = 8;

TEST(JsonSyntax, NamesWhatHasNoPlaceInJson) {
  struct Case {
    std::string text;
    TextPlace place;
    std::string what;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"{\n  // why\n}", {2, 3}, "a comment (`//`), which JSON does not have"},
           {"{\"a\": 1, /* why */ \"b\": 2}",
            {1, 10},
            "a comment (`/*`), which JSON does not have"},
           {"{\"a\": 1 # why\n}", {1, 9}, "a comment (`#`), which JSON does not have"},
           {"{} // why", {1, 4}, "a comment (`//`), which JSON does not have"},
           {"\xef\xbb\xbf{}", {1, 1}, "a byte order mark (U+FEFF), which has no place in JSON"},
           {"{\"a\":\xc2\xa0"
            "1}",
            {1, 6},
            "a no-break space (U+00A0), which is no white space in JSON"},
           {"{\"\xc3\xa4\":\xe2\x80\xa8"
            "1}",
            {1, 6},
            "a line separator (U+2028), which is no white space in JSON"},
           {"{\xe2\x80\x9c"
            "a",
            {1, 2},
            "a typographic quote (U+201C) where JSON wants `\"`"},
           {"{'a': 1}", {1, 2}, "a single quote where JSON wants `\"`"},
           {"{\"a\": 1,\n}", {2, 1}, "a comma before `}`"},
           {"[1, ]", {1, 5}, "a comma before `]`"},
           {"{\"a\": tru}", {1, 7}, "`tru` has no place here"},
           {"{\"a\": 01}", {1, 7}, "`01` has no place here"},
           {"{\"a\": \"x\ny\"}", {1, 9}, "a text that does not end on its line"},
           {"{\"a\": \"x\ty\"}", {1, 9}, "a control character in a text"},
           {"{\"a\": \"\\x\"}", {1, 9}, "`x` in an escape"},
           {"{\"a\" 1}", {1, 6}, "`1` has no place here"},
           {"{\"a\": 1 \"b\": 2}", {1, 9}, "`\"` has no place here"},
           {"{\"a\": [1}", {1, 9}, "`}` has no place here"},
           {"{\"a\": 1", {1, 8}, "the text ends before the value does"},
           {"", {1, 1}, "the text ends before the value does"},
           {"{} {}", {1, 4}, "more text behind the value"},
           {"[[[[[[[[[", {1, 9}, "nested deeper than 8 levels"},
       }) {
    const auto fault = json_fault(c.text, depth_max);
    ASSERT_TRUE(fault.has_value()) << c.text;
    EXPECT_EQ(fault->what, c.what) << c.text;
    EXPECT_EQ(fault->place.line, c.place.line) << c.text;
    EXPECT_EQ(fault->place.column, c.place.column) << c.text;
  }
}

TEST(JsonSyntax, TakesTheSameInTexts) {
  for (const std::string text :
       {"{\"a//b\": \"/* # ' \xc2\xa0 \xe2\x80\xa8 \xef\xbb\xbf \\u00e4 \\\" \\\\\"}", "\"'\"",
        "-1.5e+7", " [true, false, null, 0, {}] \n"}) {
    EXPECT_FALSE(json_fault(text, depth_max).has_value()) << text;
  }
}

// The grammar is simdjson's: whatever the text, both take it or neither does.
TEST(JsonSyntax, AgreesWithTheParser) {
  const std::string parts[] = {"{",    "}",       "[",    "]",  "\"", "\"a\"", ":",    ",",
                               "1",    "0",       "-",    ".5", "e3", "true",  "null", "\\",
                               "\\\"", "\\u12aB", "\\u1", "\n", " ",  "/",     "x",    "\t"};
  simdjson::dom::parser parser;
  std::uint32_t state = 11;
  int valid = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (int length = 1 + round % 9; length > 0; --length) {
      state = state * 1'664'525 + 1'013'904'223;
      text += parts[(state >> 16) % std::size(parts)];
    }
    const bool is_json = parser.parse(text).error() == simdjson::SUCCESS;
    valid += is_json ? 1 : 0;
    // Half a surrogate and numbers beyond a double are the parser's to refuse.
    EXPECT_EQ(!json_fault(text, 1024).has_value(), is_json) << text;
  }
  EXPECT_GT(valid, 1'000);
}

TEST(JsonSyntax, ReadsOnWhereTheTextWasCut) {
  const std::string text = "{\"a\": [1, -2.5e3, true, \"x\\\\\\u00e4\\\"\"], \"b\": {}} {";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    JsonSyntax syntax(depth_max);
    syntax.read(std::string_view(text).substr(0, cut));
    EXPECT_EQ(syntax.read(text), JsonSyntax::State::complete);
    EXPECT_EQ(syntax.position(), text.size() - 2);
  }
}

// A policy says it too, and with its place.
TEST(JsonSyntax, TellsOfAPolicyWhatIsWrongWithIt) {
  for (const auto& [text, error] : std::initializer_list<std::pair<std::string, std::string>>{
           {"\xef\xbb\xbf{\"Statement\":[]}",
            "not JSON: line 1, column 1: a byte order mark (U+FEFF), which has no place in JSON"},
           {"{\n  // all\n  \"Statement\":[]}",
            "not JSON: line 2, column 3: a comment (`//`), which JSON does not have"},
           {"{\"Statement\":\xe2\x80\xa8[]}",
            "not JSON: line 1, column 14: a line separator (U+2028), which is no white space in "
            "JSON"},
           {"{\"Statement\":\xc2\xa0[]}",
            "not JSON: line 1, column 14: a no-break space (U+00A0), which is no white space in "
            "JSON"},
       }) {
    const auto parsed = parse_policy_document(text, PolicyKind::identity);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().message, error);
  }
}

}  // namespace
}  // namespace auditor::json_syntax_test
