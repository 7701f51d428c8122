#include "evaluator/solver/theory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace auditor::theory_test {
namespace {

using Domain = Variable::Domain;
using Kind = Choice::Kind;

Predicate glob(std::vector<std::string> patterns) {
  TextTest test;
  for (const std::string& pattern : patterns) {
    test.patterns.push_back(make_pattern(pattern, Matching::glob));
  }
  return {.test = std::move(test)};
}

Predicate order(Relation relation, std::vector<double> values, ValueType type = ValueType::number) {
  return {.test = OrderTest{.type = type, .relation = relation, .values = std::move(values)}};
}

Predicate blocks(std::vector<std::string> texts) {
  AddressTest test;
  for (const std::string& text : texts) test.blocks.push_back(*read_address_block(text));
  return {.test = std::move(test)};
}

Predicate truth(bool value) {
  return {.test = BoolTest{.accepts_true = value, .accepts_false = !value}};
}

Variable variable(Domain domain, std::vector<std::string> plain, bool can_be_absent = true) {
  Variable made;
  made.name = "key";
  made.domain = domain;
  made.plain = std::move(plain);
  made.can_be_absent = can_be_absent;
  return made;
}

Constraint present(bool positive = true) {
  return {.ask = Ask::present, .predicate = nullptr, .positive = positive};
}
Constraint inside(const Predicate& predicate, bool positive = true) {
  return {.ask = Ask::inside, .predicate = &predicate, .positive = positive};
}
Constraint outside(const Predicate& predicate, bool positive = true) {
  return {.ask = Ask::outside, .predicate = &predicate, .positive = positive};
}

Choice choose_value(const Variable& variable, const std::vector<Constraint>& constraints) {
  Budget budget;
  Choice choice = choose(variable, constraints, budget);
  if (choice.kind == Kind::found) {
    for (const Constraint& constraint : constraints) {
      EXPECT_TRUE(satisfies(choice.value, constraint));
    }
  }
  return choice;
}

TEST(Satisfies, SaysOfAnAbsentValueThatNothingIsInsideOrOutside) {
  const Predicate a = glob({"a"});
  EXPECT_FALSE(satisfies(std::nullopt, present()));
  EXPECT_TRUE(satisfies(std::nullopt, present(false)));
  EXPECT_FALSE(satisfies(std::nullopt, inside(a)));
  EXPECT_TRUE(satisfies(std::nullopt, inside(a, false)));
  EXPECT_FALSE(satisfies(std::nullopt, outside(a)));
  EXPECT_TRUE(satisfies(std::nullopt, outside(a, false)));
}

TEST(Satisfies, AsksForSomeElementOfASet) {
  const Predicate a = glob({"a"});
  const Value both{{"a", "b"}};
  EXPECT_TRUE(satisfies(both, inside(a)));
  EXPECT_TRUE(satisfies(both, outside(a)));
  EXPECT_FALSE(satisfies(both, inside(a, false)));
  EXPECT_FALSE(satisfies(Value{{"a"}}, outside(a)));
}

TEST(Choose, AbsentIsThePlainestValue) {
  const Predicate a = glob({"a"});
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}), {}).value, std::nullopt);
  const Choice choice = choose_value(variable(Domain::text, {"any"}), {inside(a, false)});
  EXPECT_EQ(choice.kind, Kind::found);
  EXPECT_EQ(choice.value, std::nullopt);
}

TEST(Choose, TakesThePlainValueWhereItPasses) {
  const Predicate any = glob({"an*"});
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}), {inside(any)}).value, (Value{{"any"}}));
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}), {present()}).value, (Value{{"any"}}));
}

TEST(Choose, KnowsWhatMustOrCannotBeThere) {
  Variable never = variable(Domain::choice, {});
  never.can_be_present = false;
  EXPECT_EQ(choose_value(never, {present()}).kind, Kind::none);
  EXPECT_EQ(choose_value(never, {present(false)}).kind, Kind::found);
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}, false), {present(false)}).kind,
            Kind::none);
}

TEST(Choose, PresentAndAbsentAtOnceIsNothing) {
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}), {present(), present(false)}).kind,
            Kind::none);
}

TEST(Choose, OfAChoiceTriesItsValuesOnly) {
  const Predicate is_true = truth(true);
  const Predicate other = glob({"maybe"});
  const Variable mfa = variable(Domain::choice, {"false", "true"});
  EXPECT_EQ(choose_value(mfa, {inside(is_true)}).value, (Value{{"true"}}));
  EXPECT_EQ(choose_value(mfa, {outside(is_true)}).value, (Value{{"false"}}));
  EXPECT_EQ(choose_value(mfa, {inside(other)}).kind, Kind::none);
  EXPECT_EQ(choose_value(mfa, {present(), inside(is_true, false), outside(is_true, false)}).kind,
            Kind::none);
}

TEST(Choose, KeepsTextWithinItsLawfulLanguage) {
  Variable digits = variable(Domain::text, {});
  digits.valid = [] {
    const CharSet digit = CharSet::between('0', '9');
    return Language::one_of(digit).then(Language::repeated(digit));
  };
  const Predicate ends = glob({"*7"});
  const Predicate letter = glob({"*a*"});
  EXPECT_EQ(choose_value(digits, {inside(ends)}).value, (Value{{"7"}}));
  EXPECT_EQ(choose_value(digits, {inside(letter)}).kind, Kind::none);
}

TEST(Choose, PrefersReadableTextAndFallsBackToLawfulText) {
  Variable both = variable(Domain::text, {});
  both.valid = [] { return Language::any_of({Language::text("b"), Language::text("readable")}); };
  both.readable = {[] { return Language::text("readable"); }};
  const Predicate any = glob({"*"});
  const Predicate short_one = glob({"?"});
  EXPECT_EQ(choose_value(both, {inside(any)}).value, (Value{{"readable"}}));
  EXPECT_EQ(choose_value(both, {inside(short_one)}).value, (Value{{"b"}}));
}

constexpr std::array order_comparisons{Relation::equals, Relation::less, Relation::less_equals,
                                       Relation::greater, Relation::greater_equals};

// Constants are whole numbers from 0 to 3: quarters from -1 to 4 tell every cell apart.
TEST(Choose, IsCompleteForNumbers) {
  std::mt19937 random(1);
  const auto pick = [&](unsigned n) { return static_cast<int>(random() % n); };
  std::size_t found = 0;
  std::size_t none = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::deque<Predicate> predicates;
    std::vector<Constraint> constraints{present()};
    for (int i = 1 + pick(4); i > 0; --i) {
      std::vector<double> values{static_cast<double>(pick(4))};
      if (pick(2) == 0) values.push_back(pick(4));
      predicates.push_back(order(order_comparisons[static_cast<std::size_t>(pick(5))], values));
      constraints.push_back(pick(2) == 0 ? inside(predicates.back()) : outside(predicates.back()));
    }
    bool exists = false;
    for (double value = -1; value <= 4 && !exists; value += 0.25) {
      exists = std::ranges::all_of(constraints, [&](const Constraint& constraint) {
        return satisfies(Value{{write_number(value)}}, constraint);
      });
    }
    const Choice choice = choose_value(variable(Domain::instant, {"2"}), constraints);
    ASSERT_EQ(choice.kind, exists ? Kind::found : Kind::none) << "round " << round;
    ++(exists ? found : none);
  }
  EXPECT_GT(found, 500u);
  EXPECT_GT(none, 500u);
}

// Blocks over 10.0.0.0 to 10.0.0.7, the addresses around them, and the other family.
TEST(Choose, IsCompleteForAddresses) {
  std::vector<std::string> world{"9.255.255.255",
                                 "10.0.0.8",
                                 "0.0.0.0",
                                 "255.255.255.255",
                                 "::",
                                 "::1",
                                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  for (int i = 0; i < 8; ++i) world.push_back("10.0.0." + std::to_string(i));
  const std::vector<std::string> all{"10.0.0.0/29", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.2/31",
                                     "10.0.0.3",    "10.0.0.7",    "0.0.0.0/0",   "::/0",
                                     "::1",         "128.0.0.0/1", "0.0.0.0/1"};
  world.push_back("128.0.0.0");
  world.push_back("127.255.255.255");
  std::mt19937 random(2);
  std::size_t found = 0;
  std::size_t none = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::deque<Predicate> predicates;
    std::vector<Constraint> constraints{present()};
    for (std::size_t i = 1 + random() % 4; i > 0; --i) {
      std::vector<std::string> chosen;
      for (std::size_t k = 1 + random() % 3; k > 0; --k)
        chosen.push_back(all[random() % all.size()]);
      predicates.push_back(blocks(chosen));
      constraints.push_back(random() % 2 == 0 ? inside(predicates.back())
                                              : outside(predicates.back()));
    }
    const bool exists = std::ranges::any_of(world, [&](const std::string& address) {
      return std::ranges::all_of(constraints, [&](const Constraint& constraint) {
        return satisfies(Value{{address}}, constraint);
      });
    });
    const Choice choice = choose_value(variable(Domain::address, {"203.0.113.1"}), constraints);
    ASSERT_EQ(choice.kind, exists ? Kind::found : Kind::none) << "round " << round;
    ++(exists ? found : none);
  }
  EXPECT_GT(found, 500u);
  EXPECT_GT(none, 200u);
}

TEST(Choose, ACountIsNeverNegative) {
  const Predicate below_zero = order(Relation::less, {0});
  const Predicate below_one = order(Relation::less, {1});
  const Predicate zero = order(Relation::equals, {0});
  const Variable age = variable(Domain::amount, {"0"});
  EXPECT_EQ(choose_value(age, {inside(below_zero)}).kind, Kind::none);
  EXPECT_EQ(choose_value(age, {inside(below_one)}).value, (Value{{"0"}}));
  EXPECT_EQ(choose_value(age, {inside(below_one), outside(zero)}).value, (Value{{"0.5"}}));
}

TEST(Choose, DatesAndNumbersOfAnInstantMeet) {
  const Predicate after = order(Relation::greater, {1767225600}, ValueType::date);
  const Predicate before = order(Relation::less, {1767225602});
  const Choice choice =
      choose_value(variable(Domain::instant, {"0"}), {inside(after), inside(before)});
  ASSERT_EQ(choice.kind, Kind::found);
}

TEST(Choose, OneConstraintOfASetCanNeedTwoElements) {
  Variable set = variable(Domain::text, {"any"});
  set.is_set = true;
  const Predicate a = glob({"a"});
  const Predicate b = glob({"b"});
  const Choice choice = choose_value(set, {inside(a), inside(b)});
  ASSERT_EQ(choice.kind, Kind::found);
  EXPECT_EQ(choice.value->size(), 2u);
}

TEST(Choose, WhatNoElementMayBindsAllElementsOfASet) {
  Variable set = variable(Domain::text, {"any"});
  set.is_set = true;
  const Predicate a = glob({"a*"});
  const Predicate ab = glob({"ab"});
  const Predicate not_b = glob({"*b"});
  EXPECT_EQ(choose_value(set, {inside(ab), inside(a, false)}).kind, Kind::none);
  EXPECT_EQ(choose_value(set, {inside(ab), outside(a, false)}).kind, Kind::found);
  EXPECT_EQ(choose_value(set, {inside(a), outside(a)}).kind, Kind::found);
  EXPECT_EQ(choose_value(set, {present(), inside(not_b, false), outside(not_b, false)}).kind,
            Kind::none);
}

// Sets over {a, b, c}: every non-empty subset and absence, against choose().
TEST(Choose, IsCompleteForSets) {
  const std::deque<Predicate> tests{glob({"a"}), glob({"b"}), glob({"a", "b"}), glob({"?"}),
                                    glob({"c"})};
  Variable set = variable(Domain::choice, {"a", "b", "c"});
  set.is_set = true;
  std::vector<Value> values{std::nullopt};
  for (unsigned members = 1; members < 8; ++members) {
    std::vector<std::string> elements;
    for (unsigned i = 0; i < 3; ++i) {
      if ((members >> i & 1U) != 0) elements.push_back(set.plain[i]);
    }
    values.emplace_back(std::move(elements));
  }
  std::vector<Constraint> all{present(), present(false)};
  for (const Predicate& test : tests) {
    for (const bool positive : {true, false}) {
      all.push_back(inside(test, positive));
      all.push_back(outside(test, positive));
    }
  }
  for (const Constraint& first : all) {
    for (const Constraint& second : all) {
      for (const Constraint& third : all) {
        const std::vector<Constraint> constraints{first, second, third};
        const bool exists = std::ranges::any_of(values, [&](const Value& value) {
          return std::ranges::all_of(constraints,
                                     [&](const Constraint& c) { return satisfies(value, c); });
        });
        ASSERT_EQ(choose_value(set, constraints).kind, exists ? Kind::found : Kind::none);
      }
    }
  }
}

Predicate open_glob(const std::string& most, const std::string& least) {
  return open_predicate(Projection::whole, {make_pattern(most, Matching::glob)},
                        {make_pattern(least, Matching::glob)});
}

TEST(Choose, OneTestBothWaysIsNothingAlsoWhenItIsOpen) {
  const Predicate open = open_glob("*", "a");
  EXPECT_EQ(choose_value(variable(Domain::text, {"any"}), {inside(open), outside(open)}).kind,
            Kind::none);
}

TEST(Choose, AnOpenTestIsBoundedFromBothSides) {
  const Predicate open = open_glob("x*", "xa*");
  const auto chosen = [&](std::vector<Constraint> constraints) {
    Budget budget;
    return choose(variable(Domain::text, {}), constraints, budget);
  };
  const Predicate y = glob({"y*"});
  const Predicate xa = glob({"xab"});
  const Predicate xb = glob({"xbc"});
  EXPECT_EQ(chosen({inside(open), inside(y)}).kind, Kind::none);
  EXPECT_EQ(chosen({inside(open), inside(xb)}).kind, Kind::found);   // perhaps inside
  EXPECT_EQ(chosen({outside(open), inside(xb)}).kind, Kind::found);  // perhaps outside
  EXPECT_EQ(chosen({outside(open), inside(xa)}).kind, Kind::none);   // surely inside
}

TEST(Choose, TextAndNumberTogetherAreFoundOrUnknownNeverDenied) {
  const Predicate ends = glob({"*5?"});
  const Predicate large = order(Relation::greater, {1000});
  const Variable text = variable(Domain::text, {"any"});
  const Choice mixed = choose_value(text, {inside(ends), inside(large)});  // 1050 is one
  EXPECT_NE(mixed.kind, Kind::none);
  if (mixed.kind == Kind::unknown) {
    EXPECT_NE(mixed.reason.find("`key`"), std::string::npos) << mixed.reason;
  }
  const Predicate literal = glob({"1500"});
  EXPECT_EQ(choose_value(text, {inside(literal), inside(large)}).value, (Value{{"1500"}}));
}

TEST(Choose, SpentBudgetIsUnknownWithTheKeyNamed) {
  const Predicate pattern = glob({"x*y*z"});
  Budget budget{.left = 2};
  const Constraint constraints[] = {inside(pattern)};
  const Choice choice = choose(variable(Domain::text, {"any"}), constraints, budget);
  EXPECT_EQ(choice.kind, Kind::unknown);
  EXPECT_NE(choice.reason.find("`key`"), std::string::npos) << choice.reason;
}

TEST(Choose, TooManyConstantsAreUnknown) {
  std::vector<double> values;
  for (int i = 0; i < 30'000; ++i) values.push_back(i);
  const Predicate many = order(Relation::equals, values);
  const Predicate none = order(Relation::less, {-5});
  Budget budget;
  const Constraint constraints[] = {inside(many), inside(none)};
  EXPECT_EQ(choose(variable(Domain::instant, {"x"}), constraints, budget).kind, Kind::unknown);
}

Constraint at(Element element, Constraint constraint) {
  constraint.element = element;
  return constraint;
}

TEST(Choose, AListHasEndsAndElementsBetween) {
  Variable list = variable(Domain::text, {});
  list.is_set = true;
  const Predicate a = glob({"a"});
  const Predicate b = glob({"b"});
  const Predicate c = glob({"c"});
  EXPECT_EQ(
      choose_value(list, {at(Element::first, inside(a)), at(Element::last, inside(b)), inside(c)})
          .value,
      (Value{{"a", "c", "b"}}));
  EXPECT_EQ(choose_value(list, {at(Element::first, inside(a)), at(Element::last, inside(a))}).value,
            (Value{{"a"}}));
  // No element may be "a", so the first may not either.
  EXPECT_EQ(choose_value(list, {at(Element::first, inside(a)), inside(a, false)}).kind, Kind::none);
}

TEST(Satisfies, AnEndIsOneElement) {
  const Predicate a = glob({"a"});
  const Value list{{"a", "b"}};
  EXPECT_TRUE(satisfies(list, at(Element::first, inside(a))));
  EXPECT_FALSE(satisfies(list, at(Element::last, inside(a))));
  EXPECT_TRUE(satisfies(list, at(Element::last, outside(a))));
  EXPECT_FALSE(satisfies(std::nullopt, at(Element::last, outside(a))));
}

TEST(Choose, TriesEachOfAListOfTexts) {
  std::vector<Pattern> roles;
  std::vector<Pattern> all_but_one;
  for (int i = 0; i < 5'000; ++i) {
    roles.push_back(make_pattern("role/r" + std::to_string(i), Matching::exact));
    if (i != 4'321) all_but_one.push_back(roles.back());
  }
  const Predicate some = text_predicate(Projection::whole, roles);
  const Predicate most = text_predicate(Projection::whole, all_but_one);
  const Variable any = variable(Domain::text, {});
  EXPECT_EQ(choose_value(any, {inside(some)}).value, (Value{{"role/r0"}}));
  Budget much{.left = 100'000'000};
  const std::vector<Constraint> constraints{inside(some), outside(most)};
  EXPECT_EQ(choose(any, constraints, much).value, (Value{{"role/r4321"}}));
}

TEST(Choose, TakesTextsThatSomebodyWouldWrite) {
  const Variable any = variable(Domain::text, {"any"});
  const Predicate not_any = glob({"any"});
  EXPECT_EQ(choose_value(any, {outside(not_any)}).value, (Value{{"a"}}));  // not the empty text
  const Predicate number = order(Relation::equals, {1});
  EXPECT_EQ(choose_value(any, {outside(number)}).value, (Value{{"0"}}));
  const Predicate date = order(Relation::greater, {1767225600}, ValueType::date);
  EXPECT_EQ(choose_value(any, {inside(date)}).value, (Value{{"2026-01-02T00:00:00Z"}}));
  Predicate arn{.test = TextTest{.projection = Projection::whole,
                                 .patterns = {make_pattern("arn:aws:s3:::*", Matching::arn)}}};
  EXPECT_EQ(choose_value(any, {inside(arn)}).value, (Value{{"arn:aws:s3:::a"}}));
}

}  // namespace
}  // namespace auditor::theory_test
