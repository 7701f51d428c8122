#include "evaluator/solver/predicate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluator/solver/lazy_automaton.h"

namespace auditor::predicate_test {
namespace {

Predicate text(Projection projection, Matching matching, std::vector<std::string> patterns) {
  TextTest test{.projection = projection, .patterns = {}};
  for (const std::string& pattern : patterns)
    test.patterns.push_back(make_pattern(pattern, matching));
  return {.test = std::move(test)};
}

Predicate order(Relation relation, std::vector<double> values, ValueType type = ValueType::number) {
  return {.test = OrderTest{.type = type, .relation = relation, .values = std::move(values)}};
}

TEST(Projection, TakesThePartsOfAnArn) {
  constexpr auto repository = "arn:aws:ecr:eu-west-1:111122223333:repository/a:b";
  EXPECT_EQ(project(repository, Projection::arn_region), "eu-west-1");
  EXPECT_EQ(project(repository, Projection::arn_account), "111122223333");
  EXPECT_EQ(project(repository, Projection::whole), repository);
}

TEST(Projection, OfWhatIsNoArnIsNothing) {
  for (const char* value : {"", "*", "arn:aws:ecr:eu-west-1:1"}) {
    EXPECT_EQ(project(value, Projection::arn_region), std::nullopt) << value;
    EXPECT_EQ(project(value, Projection::arn_account), std::nullopt) << value;
    EXPECT_EQ(project(value, Projection::user_name), std::nullopt) << value;
  }
}

TEST(Projection, UserNameIsTheLastPartOfAUserArnOnly) {
  EXPECT_EQ(project("arn:aws:iam::1:user/team/a:b/alice", Projection::user_name), "alice");
  EXPECT_EQ(project("arn:aws:iam::1:user/alice", Projection::user_name), "alice");
  EXPECT_EQ(project("arn:aws:iam::1:role/alice", Projection::user_name), std::nullopt);
  EXPECT_EQ(project("arn:aws:iam::1:root", Projection::user_name), std::nullopt);
}

TEST(Projection, OrganizationIsTheFirstPartOfThePath) {
  EXPECT_EQ(project("o-x/r-y/ou-y-z/", Projection::organization_id), "o-x");
}

TEST(Projection, EpochSecondsAreShownAsADate) {
  EXPECT_EQ(project("1767225600", Projection::iso_time), "2026-01-01T00:00:00Z");
  EXPECT_EQ(project("never", Projection::iso_time), std::nullopt);
}

// What holds() says of a value and what the language says must be one entity.
TEST(LanguageOf, AgreesWithHoldsForEveryProjection) {
  const std::vector<std::string> values{"",
                                        "*",
                                        "x",
                                        "arn:aws:ecr:eu-west-1:1:repository/a",
                                        "arn:aws:ecr::1:repository/a",
                                        "arn:aws:iam::1:user/x",
                                        "arn:aws:iam::1:user/x/y",
                                        "arn:aws:iam::1:user//y",
                                        "arn:aws:iam::1:user/a:user/x",
                                        "arn:aws:iam::1:user/",
                                        "arn:aws:iam::1:role/x",
                                        "o-x/r-y/",
                                        "o-x/r-y/ou-y-z/",
                                        "a:b:c:d:e",
                                        ":::::"};
  const std::vector<std::string> patterns{"",  "*",   "?",    "x",   "y",   "x/y", "1",
                                          "X", "o-*", "eu-*", "*:*", "*/*", "a:b", "o-x"};
  for (const auto projection : {Projection::whole, Projection::arn_region, Projection::arn_account,
                                Projection::user_name}) {
    for (const auto matching :
         {Matching::glob, Matching::arn, Matching::exact, Matching::exact_ignore_case}) {
      for (const std::string& pattern : patterns) {
        const Predicate predicate = text(projection, matching, {pattern});
        const Language language = language_of(std::get<TextTest>(predicate.test));
        for (const std::string& value : values) {
          EXPECT_EQ(accepts(language, std::string_view(value)), holds(predicate, value))
              << static_cast<int>(projection) << " " << static_cast<int>(matching) << " `"
              << pattern << "` of `" << value << "`";
        }
      }
    }
  }
}

TEST(LanguageOf, SeveralPatternsIsAnyOfThem) {
  const Predicate predicate = text(Projection::whole, Matching::glob, {"a*", "*b"});
  const Language language = language_of(std::get<TextTest>(predicate.test));
  for (const std::string value : {"", "a", "b", "ab", "ba", "c"}) {
    EXPECT_EQ(accepts(language, std::string_view(value)), holds(predicate, value)) << value;
  }
  EXPECT_FALSE(holds(text(Projection::whole, Matching::glob, {}), ""));
}

TEST(OrderTest, ComparesAsItsNameSays) {
  EXPECT_TRUE(holds(order(Relation::equals, {1}), "1.0"));
  EXPECT_FALSE(holds(order(Relation::less, {1}), "1"));
  EXPECT_TRUE(holds(order(Relation::less_equals, {1}), "1"));
  EXPECT_FALSE(holds(order(Relation::greater, {1}), "1"));
  EXPECT_TRUE(holds(order(Relation::greater_equals, {1}), "1"));
  EXPECT_TRUE(holds(order(Relation::less, {1767225601}, ValueType::date), "2026-01-01T00:00:00Z"));
  EXPECT_TRUE(holds(order(Relation::equals, {1767225600}, ValueType::date), "1767225600"));
}

TEST(OrderTest, AnyOfItsValuesIsEnough) {
  EXPECT_TRUE(holds(order(Relation::equals, {1, 2}), "2"));
  EXPECT_FALSE(holds(order(Relation::equals, {}), "2"));
}

TEST(OrderTest, FailsOnWhatItCannotRead) {
  for (const char* value : {"", "abc", "1e3", "2026-01-01"}) {
    EXPECT_FALSE(holds(order(Relation::greater_equals, {-1}), value)) << value;
  }
  EXPECT_FALSE(holds(order(Relation::greater, {0}, ValueType::date), "tomorrow"));
}

TEST(BoolTest, ReadsAnyCaseAndFailsOnOtherText) {
  const Predicate is_true{.test = BoolTest{.accepts_true = true, .accepts_false = false}};
  EXPECT_TRUE(holds(is_true, "True"));
  EXPECT_FALSE(holds(is_true, "false"));
  EXPECT_FALSE(holds(is_true, "1"));
  const Predicate either{.test = BoolTest{.accepts_true = true, .accepts_false = true}};
  EXPECT_FALSE(holds(either, "maybe"));
}

TEST(AddressTest, AnyOfItsBlocksIsEnough) {
  const Predicate predicate{.test = AddressTest{.blocks = {*read_address_block("10.0.0.0/8"),
                                                           *read_address_block("2001:db8::/32")}}};
  EXPECT_TRUE(holds(predicate, "10.1.2.3"));
  EXPECT_TRUE(holds(predicate, "2001:db8::1"));
  EXPECT_FALSE(holds(predicate, "11.0.0.0"));
  EXPECT_FALSE(holds(predicate, "host"));
}

}  // namespace
}  // namespace auditor::predicate_test
