#include "evaluator/policy/pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace auditor::pattern_test {
namespace {

bool matches_text(Matching matching, std::string_view pattern, std::string_view value) {
  return matches(make_pattern(pattern, matching), value);
}

bool glob(std::string_view pattern, std::string_view value) {
  return matches_text(Matching::glob, pattern, value);
}

bool arn(std::string_view pattern, std::string_view value) {
  return matches_text(Matching::arn, pattern, value);
}

TEST(Glob, StarIsAnySequenceAlsoTheEmptyOne) {
  EXPECT_TRUE(glob("*", ""));
  EXPECT_TRUE(glob("a*", "a"));
  EXPECT_TRUE(glob("**", "abc"));
  EXPECT_TRUE(glob("*b*", "abc"));
  EXPECT_FALSE(glob("a*c", "ab"));
}

TEST(Glob, QuestionMarkIsExactlyOneCharacter) {
  EXPECT_TRUE(glob("?", "a"));
  EXPECT_TRUE(glob("?", "€"));
  EXPECT_FALSE(glob("?", ""));
  EXPECT_FALSE(glob("?", "ab"));
}

TEST(Glob, IsOverTheWholeTextAndKeepsCase) {
  EXPECT_FALSE(glob("b", "abc"));
  EXPECT_FALSE(glob("A", "a"));
}

TEST(Glob, OfManyStarsTakesNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(glob(pattern + "b", std::string(5'000, 'a')));
}

TEST(Exact, HasNoWildcards) {
  EXPECT_TRUE(matches_text(Matching::exact, "a*?", "a*?"));
  EXPECT_FALSE(matches_text(Matching::exact, "a*", "ab"));
  EXPECT_FALSE(matches_text(Matching::exact, "a", "A"));
  EXPECT_TRUE(matches_text(Matching::exact_ignore_case, "a*", "A*"));
  EXPECT_FALSE(matches_text(Matching::exact_ignore_case, "a*", "AB"));
}

TEST(ArnPattern, WildcardsStayInsideTheFirstFiveFields) {
  EXPECT_TRUE(arn("arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x"));
  EXPECT_FALSE(arn("arn:aws:iam::*:role/x", "arn:aws:iam::666677778888:role/:role/x"));
  EXPECT_FALSE(arn("arn:*:x", "arn:aws:iam::1:x"));
}

TEST(ArnPattern, LastFieldTakesTheRest) {
  EXPECT_TRUE(arn("arn:aws:ecr:*:*:*", "arn:aws:ecr:r:1:a:b/c"));
  EXPECT_TRUE(arn("arn:aws:ecr:*:*:a*c", "arn:aws:ecr:r:1:a:b/c"));
}

TEST(ArnPattern, StarMatchesAnEmptyField) {
  EXPECT_TRUE(arn("arn:aws:iam:*:1:role/x", "arn:aws:iam::1:role/x"));
  EXPECT_FALSE(arn("arn:aws:iam:?:1:role/x", "arn:aws:iam::1:role/x"));
}

TEST(ArnPattern, ResourceKeepsItsCase) {
  EXPECT_FALSE(arn("arn:aws:ecr:r:1:repository/A", "arn:aws:ecr:r:1:repository/a"));
}

TEST(ArnPattern, LoneStarMatchesWhatIsNoArn) {
  EXPECT_TRUE(arn("*", "*"));
  EXPECT_TRUE(arn("*", ""));
  EXPECT_FALSE(arn("arn:aws:ecr:*:*:*", "*"));
}

TEST(ArnPattern, MissingFieldsAreStars) {
  EXPECT_TRUE(arn("arn:aws:ecr", "arn:aws:ecr:r:1:repository/a"));
  EXPECT_FALSE(arn("arn:aws:s3", "arn:aws:ecr:r:1:repository/a"));
}

TEST(ActionMatch, IgnoresCase) {
  EXPECT_TRUE(action_matches("ECR:get*", "ecr:GetAuthorizationToken"));
  EXPECT_TRUE(action_matches("ecr:?ut*", "ecr:PutImage"));
  EXPECT_FALSE(action_matches("ecr:Get", "ecr:GetAuthorizationToken"));
  EXPECT_FALSE(action_matches("ecr:Get* ", "ecr:GetAuthorizationToken"));
}

TEST(Decode, GivesBackEveryTextAndEveryBrokenByte) {
  for (const std::string_view text :
       {"plain", "é€😀", "\xff\xfe", "\xc3", "a\xe2\x82", "\xf5\x80\x80\x80", "\xc0\xaf",
        "\xed\xb2\x80", "\xe0\x80\xaf", "\xf0\x80\x80\xaf"}) {
    EXPECT_EQ(encode_utf8(decode(text)), text);
  }
}

TEST(Decode, CountsCharactersNotBytes) {
  EXPECT_EQ(decode("é€😀").size(), 3u);
  EXPECT_EQ(decode("\xff\xff").size(), 2u);
  EXPECT_EQ(decode(std::string_view("\0a", 2)).size(), 2u);
}

TEST(Decode, NeverMakesAWildcardOfBytes) {
  // 0x110000 and 0x110001 are the wildcards; as UTF-8 they would be F4 90 80 80 and F4 90 80 81.
  for (const std::string_view forged : {"\xf4\x90\x80\x80", "\xf4\x90\x80\x81"}) {
    for (const char32_t c : decode(forged)) EXPECT_LT(c, any_character);
    EXPECT_FALSE(matches_text(Matching::exact, forged, "anything"));
    EXPECT_FALSE(glob(forged, "a"));
  }
}

TEST(Decode, TellsABrokenByteFromTheCharacterOfThatNumber) {
  EXPECT_NE(decode("\xe9"), decode("é"));
  EXPECT_FALSE(matches_text(Matching::exact, "\xe9", "é"));
}

TEST(Template, WithoutVariablesIsOnePiece) {
  const auto parsed = parse_template("a*b", Matching::glob, true);
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->pieces.size(), 1u);
  EXPECT_EQ(parsed->pieces[0].symbols, make_pattern("a*b", Matching::glob).symbols);
  EXPECT_FALSE(parsed->has_variables());
}

TEST(Template, OfAnOldDocumentIsPlainText) {
  const auto parsed = parse_template("${aws:username}${", Matching::glob, false);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->has_variables());
  ASSERT_EQ(parsed->pieces.size(), 1u);
  EXPECT_EQ(encode_utf8(parsed->pieces[0].symbols), "${aws:username}${");
}

TEST(Template, SplitsAtItsVariables) {
  const auto parsed = parse_template("a/${aws:username}/*", Matching::glob, true);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(parsed->has_variables());
  ASSERT_EQ(parsed->pieces.size(), 3u);
  EXPECT_EQ(parsed->pieces[1].variable, "aws:username");
  EXPECT_EQ(parsed->pieces[1].otherwise, std::nullopt);
  EXPECT_EQ(parsed->pieces[2].symbols, (Symbols{U'/', any_sequence}));
}

TEST(Template, ReadsADefault) {
  const auto parsed =
      parse_template("${aws:PrincipalTag/team, 'company wide'}", Matching::glob, true);
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->pieces.size(), 1u);
  EXPECT_EQ(parsed->pieces[0].variable, "aws:PrincipalTag/team");
  EXPECT_EQ(parsed->pieces[0].otherwise, "company wide");
}

TEST(Template, EscapedWildcardsAreLiteral) {
  const auto parsed = parse_template("${*}${?}${$}", Matching::glob, true);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->has_variables());
  Symbols joined;
  for (const auto& piece : parsed->pieces) joined += piece.symbols;
  EXPECT_EQ(joined, (Symbols{U'*', U'?', U'$'}));
}

TEST(Template, DollarOrBraceAloneIsText) {
  for (const char* text : {"$", "a}b", "{x}", "$a{b}"}) {
    const auto parsed = parse_template(text, Matching::glob, true);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_FALSE(parsed->has_variables()) << text;
  }
}

TEST(Template, RefusesWhatIsNotClosedNamedOrQuoted) {
  for (const char* text : {"${", "a${aws:username", "${}", "${ }", "${,'x'}", "${a, b}", "${a, 'b}",
                           "${a,}", "${a, '}"}) {
    EXPECT_FALSE(parse_template(text, Matching::glob, true).has_value()) << text;
  }
}

TEST(SplitFields, KeepsTheRestInTheLastField) {
  EXPECT_EQ(split_fields(std::string_view("a:b:c:d"), 3),
            (std::vector<std::string_view>{"a", "b", "c:d"}));
  EXPECT_EQ(split_fields(std::string_view(""), 6), (std::vector<std::string_view>{""}));
  EXPECT_EQ(split_fields(std::string_view("::"), 6), (std::vector<std::string_view>{"", "", ""}));
}

bool reaching(std::string_view pattern, std::string_view value) {
  return matches_text(Matching::arn_reaching, pattern, value);
}

// AWS's page on the Resource element: a `*` that is the last character of a segment can expand
// beyond the colon.
TEST(ArnReaching, AStarThatEndsASegmentTakesColons) {
  const std::string_view repository = "arn:aws:ecr:eu-west-1:111122223333:repository/app";
  EXPECT_TRUE(reaching("arn:aws:ecr:*:repository/*", repository));
  EXPECT_TRUE(reaching("arn:aws:ecr:*:repository/app", repository));
  EXPECT_TRUE(reaching("arn:*:repository/*", repository));
  EXPECT_TRUE(reaching("arn:aws:e*:repository/app", repository));
  EXPECT_FALSE(reaching("arn:aws:ecr:*:repository/other", repository));
  EXPECT_FALSE(reaching("arn:aws:s*:repository/app", repository));
}

TEST(ArnReaching, AStarInsideASegmentDoesNot) {
  const std::string_view repository = "arn:aws:ecr:eu-west-1:111122223333:repository/app";
  EXPECT_FALSE(reaching("arn:aws:ecr:e*1:repository/app", repository));
  EXPECT_FALSE(reaching("arn:aws:ecr:?:repository/app", repository));
}

TEST(ArnReaching, TakesAllThatFieldByFieldDoes) {
  for (const std::string_view pattern :
       {"*", "arn:aws:ecr", "arn:aws:ecr:*", "arn:aws:ecr:*:*:repository/a*", "arn:*:ecr:*:1:x"}) {
    for (const std::string_view value :
         {"arn:aws:ecr:eu-west-1:1:x", "arn:aws:ecr:::repository/app", "arn:aws:s3:::x", "a:b"}) {
      if (arn(pattern, value)) {
        EXPECT_TRUE(reaching(pattern, value)) << pattern << " " << value;
      }
    }
  }
}

TEST(ArnReaching, AddsNothingWhereColonsMeetOneByOne) {
  const auto can = [](std::string_view pattern) {
    return can_reach_beyond(make_pattern(pattern, Matching::arn).symbols, 5);
  };
  EXPECT_TRUE(can("arn:aws:ecr:*:repository/*"));
  EXPECT_FALSE(can("arn:aws:ecr:*:*:repository/*"));
  EXPECT_FALSE(can("arn:aws:ecr:*"));
  EXPECT_FALSE(can("*"));
}

TEST(Literal, MatchesItsOwnTextOnly) {
  EXPECT_TRUE(is_literal(make_pattern("*", Matching::exact)));
  EXPECT_TRUE(is_literal(make_pattern("a", Matching::glob)));
  EXPECT_TRUE(is_literal(make_pattern("arn:aws:ecr:r:1:x", Matching::arn)));
  EXPECT_FALSE(is_literal(make_pattern("arn:aws:ecr", Matching::arn)));
  EXPECT_FALSE(is_literal(make_pattern("a*", Matching::glob)));
  EXPECT_FALSE(is_literal(make_pattern("a", Matching::exact_ignore_case)));
}

}  // namespace
}  // namespace auditor::pattern_test
