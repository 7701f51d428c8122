#include "evaluator/solver/language.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/aws/partitions.h"
#include "evaluator/policy/pattern.h"
#include "evaluator/solver/lazy_automaton.h"
#include "evaluator/solver/string_search.h"
#include "evaluator/symbolic/name_grammar.h"

namespace auditor::language_test {
namespace {

// Every text over `alphabet` of at most `length` characters, shortest first.
std::vector<std::string> all_texts(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> texts{""};
  for (std::size_t begin = 0, n = 0; n < length; ++n) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

// The definition of a glob, as slow as it is plain.
bool naive_glob(std::string_view pattern, std::string_view value) {
  if (pattern.empty()) return value.empty();
  if (pattern.front() == '*') {
    return naive_glob(pattern.substr(1), value) ||
           (!value.empty() && naive_glob(pattern, value.substr(1)));
  }
  return !value.empty() && (pattern.front() == '?' || pattern.front() == value.front()) &&
         naive_glob(pattern.substr(1), value.substr(1));
}

Language glob(std::string_view pattern) {
  return Language::pattern(make_pattern(pattern, Matching::glob));
}

Language arn(std::string_view pattern) {
  return Language::pattern(make_pattern(pattern, Matching::arn));
}

StringSearch search(const std::vector<Language>& inside, const std::vector<Language>& outside) {
  std::vector<Membership> memberships;
  for (const Language& language : inside) memberships.push_back({&language, true});
  for (const Language& language : outside) memberships.push_back({&language, false});
  Budget budget;
  return shortest_common_string(memberships, budget);
}

TEST(ShortestCommonString, PaysForEveryCharacterThatIsNamed) {
  std::u32string names;
  for (char32_t c = 0x4E00; c < 0x4E00 + 1'500; ++c) names.push_back(c);
  const Language language = Language::text(encode_utf8(names));
  const Membership memberships[] = {{.language = &language, .inside = true}};
  Budget budget;
  int searches = 0;
  while (!shortest_common_string(memberships, budget).bound_hit) ++searches;
  EXPECT_LT(searches, 4);  // each of them is some milliseconds of work
  EXPECT_EQ(budget.left, 0u);
}

TEST(ShortestCommonString, FindsACharacterThatNobodyNamesWhateverIsNamed) {
  const Language ascii = Language::one_of(CharSet::between('\0', '\x7f'));
  const auto found = search({glob("?")}, {ascii, glob("ü"), glob("ý")}).found;
  EXPECT_EQ(found, "þ");
}

TEST(Language, ContainsWhatTheGlobMatchesForAllSmallGlobs) {
  const auto values = all_texts("ab", 5);
  for (const std::string& pattern : all_texts("ab*?", 4)) {
    const Language language = glob(pattern);
    const Pattern plain = make_pattern(pattern, Matching::glob);
    for (const std::string& value : values) {
      const bool expected = naive_glob(pattern, value);
      ASSERT_EQ(accepts(language, std::string_view(value)), expected) << pattern << " " << value;
      ASSERT_EQ(matches(plain, std::string_view(value)), expected) << pattern << " " << value;
      ASSERT_EQ(action_matches(pattern, value), expected) << pattern << " " << value;
    }
  }
}

// A second way to the shortest common string: sets of pattern positions as bits, kept whole, so
// without any of the engine's shortcuts.
class PositionSets {
 public:
  explicit PositionSets(std::string pattern) : pattern_(std::move(pattern)) {}

  unsigned start() const { return close(1U); }
  bool accepts(unsigned set) const { return (set >> pattern_.size() & 1U) != 0; }
  unsigned step(unsigned set, char c) const {
    unsigned next = 0;
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      if ((set >> i & 1U) == 0) continue;
      if (pattern_[i] == '*') next |= 1U << i;
      if (pattern_[i] == '?' || pattern_[i] == c) next |= 1U << (i + 1);
    }
    return close(next);
  }

 private:
  unsigned close(unsigned set) const {
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      if ((set >> i & 1U) != 0 && pattern_[i] == '*') set |= 1U << (i + 1);
    }
    return set;
  }

  std::string pattern_;
};

struct Signed {
  std::string pattern;
  bool inside;
};

std::optional<std::size_t> shortest_length(const std::vector<Signed>& asked) {
  std::vector<PositionSets> automata;
  std::vector<unsigned> start;
  for (const Signed& one : asked) {
    automata.emplace_back(one.pattern);
    start.push_back(automata.back().start());
  }
  std::set<std::vector<unsigned>> seen{start};
  std::vector<std::vector<unsigned>> level{start};
  for (std::size_t length = 0; !level.empty(); ++length) {
    std::vector<std::vector<unsigned>> next_level;
    for (const auto& state : level) {
      bool accepted = true;
      for (std::size_t i = 0; i < asked.size(); ++i) {
        accepted &= automata[i].accepts(state[i]) == asked[i].inside;
      }
      if (accepted) return length;
      for (const char c : std::string_view("abc")) {  // c: a letter that no pattern names
        std::vector<unsigned> next;
        for (std::size_t i = 0; i < asked.size(); ++i)
          next.push_back(automata[i].step(state[i], c));
        if (seen.insert(next).second) next_level.push_back(std::move(next));
      }
    }
    level = std::move(next_level);
  }
  return std::nullopt;
}

void check_product(const std::vector<Signed>& asked) {
  std::string shown;
  std::vector<Language> languages;
  languages.reserve(asked.size());
  std::vector<Membership> memberships;
  for (const Signed& one : asked) {
    shown += (one.inside ? " in " : " not in ") + one.pattern;
    languages.push_back(glob(one.pattern));
    memberships.push_back({&languages.back(), one.inside});
  }
  Budget budget;
  const StringSearch result = shortest_common_string(memberships, budget);
  ASSERT_FALSE(result.bound_hit) << shown;
  const auto expected = shortest_length(asked);
  ASSERT_EQ(result.found.has_value(), expected.has_value()) << shown;
  if (!expected) return;
  ASSERT_EQ(result.found->size(), *expected) << shown;
  for (const Signed& one : asked) {
    ASSERT_EQ(naive_glob(one.pattern, *result.found), one.inside) << shown << ": " << *result.found;
  }
}

TEST(ShortestCommonString, IsFoundExactlyWhenThereIsOneForAllPairsOfSmallGlobs) {
  const auto patterns = all_texts("ab*?", 3);
  for (const std::string& first : patterns) {
    for (const std::string& second : patterns) {
      if (first > second) continue;
      check_product({{first, true}, {second, true}});
      check_product({{first, true}, {second, false}});
      check_product({{second, true}, {first, false}});
      check_product({{first, false}, {second, false}});
    }
    if (HasFatalFailure()) return;
  }
}

TEST(ShortestCommonString, IsFoundExactlyWhenThereIsOneForTriples) {
  static constexpr std::array patterns{"",    "*",   "?",    "a*",   "*b",   "*a*",  "?*",
                                       "a*b", "*?b", "a?*b", "*ab*", "b*?a", "*b*a", "??*"};
  for (const auto* first : patterns) {
    for (const auto* second : patterns) {
      for (const auto* third : patterns) {
        check_product({{first, true}, {second, true}, {third, false}});
        check_product({{first, true}, {second, false}, {third, false}});
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(ShortestCommonString, OfNoMembershipsIsEmpty) { EXPECT_EQ(search({}, {}).found, ""); }

TEST(ShortestCommonString, PrefersLettersAndIsStable) {
  EXPECT_EQ(search({glob("?")}, {}).found, "a");
  EXPECT_EQ(search({glob("?")}, {glob("a")}).found, "b");
  EXPECT_EQ(search({glob("??")}, {glob("a*")}).found, search({glob("??")}, {glob("a*")}).found);
}

TEST(ShortestCommonString, LeavesAsciiWhenAsciiIsTakenAway) {
  const Language ascii = Language::one_of(CharSet::between('\0', '\x7f'));
  const StringSearch result = search({glob("?")}, {ascii});
  ASSERT_TRUE(result.found.has_value());
  EXPECT_EQ(decode(*result.found).size(), 1u);
  EXPECT_GE(decode(*result.found)[0], char32_t{0x80});
}

TEST(ShortestCommonString, TellsNonAsciiLiteralsApart) {
  EXPECT_EQ(search({glob("é*"), glob("*ü")}, {}).found, "éü");
  EXPECT_EQ(search({glob("é"), glob("ü")}, {}).found, std::nullopt);
  EXPECT_EQ(search({glob("é")}, {glob("?")}).found, std::nullopt);
}

TEST(ShortestCommonString, SaysWhenTheBudgetIsSpent) {
  const Language language = glob("*a*b*c*d");
  const Membership memberships[] = {{&language, true}};
  Budget budget{.left = 3};
  const StringSearch result = shortest_common_string(memberships, budget);
  EXPECT_TRUE(result.bound_hit);
  EXPECT_FALSE(result.found.has_value());
  EXPECT_EQ(budget.left, 0u);
}

TEST(ShortestCommonString, SpendsFromTheBudgetItIsGiven) {
  const Language language = glob("*a*b*c*d");
  const Membership memberships[] = {{&language, true}};
  Budget budget;
  EXPECT_EQ(shortest_common_string(memberships, budget).found, "abcd");
  EXPECT_LT(budget.left, verdict_work_max);
  EXPECT_GT(budget.left, verdict_work_max / 2);
}

// One `?` after a `*` doubles the states of a determinised automaton: the classic attack.
TEST(ShortestCommonString, EndsByABoundOnAPatternMadeToExplode) {
  const StringSearch result =
      search({glob("*a" + std::string(40, '?'))}, {glob("*b" + std::string(41, '?')), glob("*c*")});
  EXPECT_TRUE(result.found.has_value() || result.bound_hit);
  const StringSearch none = search(
      {glob("*a" + std::string(40, '?')), glob("*a" + std::string(39, '?') + "b")}, {glob("*b")});
  EXPECT_FALSE(none.found.has_value());
}

std::string repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(ShortestCommonString, StarsDominateSoThatALongGlobStaysWithinOneBudget) {
  constexpr int count = 2'000;
  const StringSearch result = search({glob(repeat("*a", count))}, {});
  EXPECT_FALSE(result.bound_hit);
  EXPECT_EQ(result.found, std::string(count, 'a'));
  EXPECT_EQ(search({glob(repeat("*ab", count / 2))}, {}).found, repeat("ab", count / 2));
}

TEST(ShortestCommonString, StarsDominateInAlternativesAndFieldsToo) {
  const Language either = Language::any_of({glob(repeat("*a", 300)), glob(repeat("*b", 300))});
  EXPECT_EQ(search({either}, {glob("*a*")}).found, std::string(300, 'b'));
  EXPECT_EQ(search({arn("arn:*:x:*:*:" + repeat("*a", 300))}, {}).found,
            "arn::x:::" + std::string(300, 'a'));
}

// A position before a `*` is dropped only where the `*` belongs to the same glob.
TEST(ShortestCommonString, DominationKeepsTheOtherAlternative) {
  for (const std::string& first : all_texts("a*?", 3)) {
    for (const std::string& second : all_texts("b*?", 3)) {
      const Language both = Language::any_of({glob(first), glob(second)});
      for (const std::string& value : all_texts("ab", 4)) {
        ASSERT_EQ(accepts(both, std::string_view(value)),
                  naive_glob(first, value) || naive_glob(second, value))
            << first << " or " << second << ": " << value;
      }
    }
  }
}

TEST(Language, ConcatenationIsEverySplit) {
  for (const std::string& first : all_texts("a*?", 2)) {
    for (const std::string& second : all_texts("b*?", 2)) {
      const Language joined = glob(first).then(glob(second));
      for (const std::string& value : all_texts("ab", 4)) {
        ASSERT_EQ(accepts(joined, std::string_view(value)), naive_glob(first + second, value))
            << first << second << ": " << value;
      }
    }
  }
}

TEST(Language, OptionalAddsTheEmptyTextAlsoBehindAStar) {
  const Language language = glob("a*b").optional().then(glob("?"));
  for (const std::string& value : all_texts("abc", 5)) {
    EXPECT_EQ(accepts(language, std::string_view(value)),
              naive_glob("?", value) || naive_glob("a*b?", value))
        << value;
  }
}

TEST(Language, StarRepeatsAnyNumberOfTimes) {
  const Language language = glob("ab").star();
  const std::regex expected("(ab)*");
  for (const std::string& value : all_texts("ab", 6)) {
    EXPECT_EQ(accepts(language, std::string_view(value)), std::regex_match(value, expected));
  }
}

TEST(Language, OfNoAlternativesIsEmpty) {
  const Language nothing = Language::any_of({});
  for (const char* value : {"", "a", "*"}) EXPECT_FALSE(accepts(nothing, std::string_view(value)));
  EXPECT_FALSE(search({nothing}, {}).found.has_value());
  EXPECT_EQ(search({}, {nothing}).found, "");
}

TEST(Language, ArnPatternsAgreeWithMatchesOnAllSmallArns) {
  std::vector<std::string> values;
  for (const char* account : {"", "1", "a", "1:2"}) {
    for (const char* resource : {"", "x", "x/y", "x:y", "X"}) {
      for (const char* service : {"ecr", "e", ""}) {
        values.push_back("arn:aws:" + std::string(service) + "::" + account + ":" + resource);
      }
    }
  }
  values.insert(values.end(), {"", "*", "arn", "arn:aws:ecr", "arn:aws:ecr::1", ":::::", "::::::"});
  std::vector<std::string> patterns{
      "*",     "**",     "?",           "",    "arn:*",         "a:b", "arn:aws:ecr:*",
      ":::::", "arn*:x", "*:*:*:*:*:*", "*:*", "arn:aws:ecr::1"};
  for (const char* service : {"ecr", "e*", "*", "e?r", "*:"}) {
    for (const char* account : {"1", "*", "?", ""}) {
      for (const char* resource : {"x", "*", "x*", "x/?", "*y", "?", ""}) {
        patterns.push_back("arn:aws:" + std::string(service) + "::" + account + ":" + resource);
      }
    }
  }
  for (const std::string& pattern : patterns) {
    const Language language = arn(pattern);
    const Pattern plain = make_pattern(pattern, Matching::arn);
    for (const std::string& value : values) {
      EXPECT_EQ(accepts(language, std::string_view(value)), matches(plain, std::string_view(value)))
          << pattern << " " << value;
    }
  }
}

TEST(Language, IgnoresCaseOfAsciiLettersOnly) {
  const Language language = Language::pattern(make_pattern("Ab*", Matching::exact_ignore_case));
  for (const char* value : {"ab*", "AB*", "aB*"})
    EXPECT_TRUE(accepts(language, std::string_view(value)));
  for (const char* value : {"ab", "abc", "abc*"})
    EXPECT_FALSE(accepts(language, std::string_view(value)));
  const Language accent = Language::pattern(make_pattern("É", Matching::exact_ignore_case));
  EXPECT_TRUE(accepts(accent, std::string_view("É")));
  EXPECT_FALSE(accepts(accent, std::string_view("é")));
}

TEST(Language, QuestionMarkIsOneCharacterWhateverItsBytes) {
  const Language one = glob("?");
  for (const char* value : {"é", "€", "😀", "\xff"}) {
    EXPECT_TRUE(accepts(one, std::string_view(value))) << value;
  }
  EXPECT_FALSE(accepts(one, std::string_view("éa")));
  EXPECT_FALSE(accepts(glob("??"), std::string_view("é")));
}

TEST(Language, HoldsTextsWithANullCharacter) {
  const std::string_view value("a\0b", 3);
  EXPECT_TRUE(accepts(Language::text(value), value));
  EXPECT_TRUE(accepts(glob("a?b"), value));
  EXPECT_FALSE(accepts(Language::text("a"), value));
}

TEST(CharSet, AllButLeavesOneOut) {
  const CharSet set = CharSet::all_but(U':');
  EXPECT_FALSE(set.contains(U':'));
  EXPECT_TRUE(set.contains(U';'));
  EXPECT_TRUE(set.contains(U'\0'));
  EXPECT_TRUE(set.contains(U'é'));
}

TEST(RepositoryNames, AreThoseOfTheEcrServiceModel) {
  const std::regex valid("(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*");
  const Language names = repository_names();
  std::size_t count = 0;
  for (const std::string& text : all_texts("a0.-_/", 6)) {
    const bool expected = std::regex_match(text, valid);
    ASSERT_EQ(accepts(names, std::string_view(text)), expected) << text;
    count += expected ? 1 : 0;
  }
  EXPECT_GT(count, 1'000u);
}

TEST(RepositoryNames, HoldNoUpperCaseColonOrWildcard) {
  const Language names = repository_names();
  for (const char* text : {"A", "a:b", "a*", "?", "ä", "a b", "a//b", "/a", "a/", "a__b"}) {
    EXPECT_FALSE(accepts(names, std::string_view(text))) << text;
  }
}

TEST(Language, TextsAreTheListAndNothingElse) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::set<std::string> texts;
    for (int i = static_cast<int>(random() % 8); i > 0; --i) {
      std::string text;
      for (int k = static_cast<int>(random() % 4); k > 0; --k) text += "ab:"[random() % 3];
      texts.insert(text);
    }
    std::vector<Symbols> symbols;
    for (const std::string& text : texts) symbols.push_back(decode(text));
    const Language language = Language::any_text(symbols);
    for (const std::string& text : all_texts("ab:", 4)) {
      ASSERT_EQ(accepts(language, std::string_view(text)), texts.contains(text)) << text;
    }
  }
}

TEST(Language, AReachingArnIsWhatItsPatternMatches) {
  const std::vector<std::string> patterns{
      "*",     "a*:b",   "a*:*b",  "*:x:*",     "a?*:b",       "arn:*:x",      "*a*:b*:c",
      "a:b*c", "a*b:c*", "a*:b:*", "*:*:*:*:*", "*:*:*:*:*:*", "a:*:b:c:d:e*", "a*:?:*?*"};
  for (const std::string& text : patterns) {
    const Pattern pattern = make_pattern(text, Matching::arn_reaching);
    const Language language = Language::pattern(pattern);
    for (const std::string& value : all_texts("abx:", 6)) {
      ASSERT_EQ(accepts(language, std::string_view(value)),
                matches(pattern, std::string_view(value)))
          << text << " " << value;
    }
    for (const char* value : {"a:b:c:d:e:f", "a:bb:b:c:d:e", "arn:a:b:c:d:x", "a:x:b:c:d:ex"}) {
      ASSERT_EQ(accepts(language, std::string_view(value)),
                matches(pattern, std::string_view(value)))
          << text << " " << value;
    }
  }
}

TEST(Regions, AreAForm) {
  const std::regex valid("[a-z]+(-[a-z0-9]+)+");
  const Language names = regions();
  for (const std::string& text : all_texts("a0-", 6)) {
    ASSERT_EQ(accepts(names, std::string_view(text)), std::regex_match(text, valid)) << text;
  }
  for (const PartitionRow& partition : partitions()) {
    for (const std::string_view region : partition.regions) EXPECT_TRUE(accepts(names, region));
    EXPECT_TRUE(accepts(partition_names(), partition.name));
    EXPECT_TRUE(accepts(service_names(true), "lambda" + std::string(partition.service_suffix)));
  }
  EXPECT_TRUE(accepts(partition_names(), std::string_view("aws-of-tomorrow")));
  EXPECT_FALSE(accepts(partition_names(), std::string_view("awsx")));
}

TEST(ServiceNames, OfAnUnknownSuffixAreNamesButNotDocumented) {
  EXPECT_TRUE(accepts(service_names(false), std::string_view("ec2.example.org")));
  EXPECT_FALSE(accepts(service_names(true), std::string_view("ec2.example.org")));
  EXPECT_TRUE(accepts(service_names(true), std::string_view("codedeploy.eu-west-1.amazonaws.com")));
  EXPECT_FALSE(accepts(service_names(false), std::string_view("ec2")));
}

TEST(IamPaths, HoldEveryPrintableCharacter) {
  for (char c = '!'; c <= '~'; ++c) {
    const std::string arn = "arn:aws:iam::111122223333:role/x" + std::string(1, c) + "/dev";
    EXPECT_TRUE(accepts(iam_arns("aws", "111122223333", "role"), std::string_view(arn))) << arn;
  }
}

}  // namespace
}  // namespace auditor::language_test
