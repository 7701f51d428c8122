#include "evaluator/account/account_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "evaluator/account/subject_view.h"
#include "tests/evaluator/account/account_facts.h"

namespace auditor::account_state_test {
namespace {

const AccountKey account{"aws", "111122223333"};

AccountState merged(const std::vector<Fact>& facts) {
  AccountState state;
  for (const Fact& fact : facts) state.merge({&fact, 1});
  return state;
}

std::string text_of(const SubjectView& view) {
  std::string text = view.subject.arn + (view.latent ? " latent" : "") + "\n";
  for (const HeldDocument& held : view.documents) {
    text += " " + std::string(to_string(held.kind)) + " " + held.name + " " + held.arn + " " +
            held.version + " " + held.group + " " + (held.document ? held.document->text : "-") +
            "\n";
  }
  if (view.boundary) {
    text += " boundary " + view.boundary->policy.arn + view.boundary->unknown_because + "\n";
  }
  for (const std::string& doubt : view.doubts) text += " ? " + doubt + "\n";
  if (view.tags) {
    for (const auto& [key, value] : *view.tags) text += " tag " + key + "=" + value + "\n";
  }
  return text + " as of " + std::to_string(view.as_of->time.seconds()) +
         std::string(view.as_of->event_id);
}

std::string views_of(const AccountState& state) {
  std::string text;
  for (const auto& [key, entity] : state.entities()) {
    const auto view = view_of(account, state, key);
    text += view ? text_of(*view) + "\n" : "none\n";
  }
  return text;
}

// Facts over two names of each kind; every stamp is used once, seconds are shared.
class RandomFacts {
 public:
  explicit RandomFacts(std::uint32_t seed) : random_(seed) {}

  std::vector<Fact> take(std::size_t count) {
    std::vector<Fact> facts;
    for (std::size_t i = 0; i < count; ++i) {
      const At at{pick(4), std::string(1, static_cast<char>('a' + (i * 7 + 3) % 26))};
      facts.push_back(one(at));
    }
    return facts;
  }

  std::mt19937& random() { return random_; }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::string name() { return pick(2) == 0 ? "x" : "y"; }

  EntityKey holder() {
    switch (pick(3)) {
      case 0:
        return role(name());
      case 1:
        return group(name());
      default:
        return user(name());
    }
  }

  Fact one(const At& at) {
    switch (pick(14)) {
      case 0:
        return set(holder(), Attribute::created, at);
      case 1:
        return set(holder(), Attribute::deleted, at);
      case 2:
        return set(customer_policy(name()), pick(2) == 0 ? Attribute::created : Attribute::deleted,
                   at);
      case 3:
        return set(holder(), Attribute::attached, at, arn_of_policy(name()));
      case 4:
        return cleared(holder(), Attribute::attached, at, arn_of_policy(name()));
      case 5:
        return document(holder(), Attribute::inline_policy, at, name(), "text " + at.id);
      case 6:
        return cleared(holder(), Attribute::inline_policy, at, name());
      case 7:
        return set(holder(), Attribute::inline_doubt, at, name(), "doubt " + at.id);
      case 8:
        return set(user("x"), Attribute::renamed_to, at, {}, "y");
      case 9:
        return set(user("y"), Attribute::renamed_from, at, {}, "x");
      case 10:
        return set(user(name()), Attribute::member_of, at, name());
      case 11:
        return set(customer_policy(name()), Attribute::default_version, at, {},
                   pick(2) == 0 ? "v1" : "v2");
      case 12:
        return document(customer_policy(name()), Attribute::version, at, pick(2) == 0 ? "v1" : "v2",
                        "text " + at.id);
      default:
        return set(holder(), Attribute::boundary, at, {}, arn_of_policy(name()));
    }
  }

  std::mt19937 random_;
};

TEST(AccountState, NeitherOrderNorRepetitionMatters) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    RandomFacts random(seed);
    const std::vector<Fact> facts = random.take(2 + seed % 11);
    const AccountState expected = merged(facts);
    for (int shuffle = 0; shuffle < 12; ++shuffle) {
      std::vector<Fact> shuffled = facts;
      shuffled.push_back(facts[static_cast<std::size_t>(shuffle) % facts.size()]);
      std::ranges::shuffle(shuffled, random.random());
      const AccountState state = merged(shuffled);
      ASSERT_EQ(text_of(state), text_of(expected)) << "seed " << seed;
      ASSERT_EQ(views_of(state), views_of(expected)) << "seed " << seed;
    }
    AccountState at_once;
    at_once.merge(facts);
    ASSERT_EQ(text_of(at_once), text_of(expected)) << "seed " << seed;
  }
}

TEST(AccountState, EveryOrderOfFiveFactsGivesOneState) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const std::vector<Fact> facts = RandomFacts(seed).take(5);
    const std::string expected = text_of(merged(facts));
    std::vector<std::size_t> order(facts.size());
    std::iota(order.begin(), order.end(), 0U);
    do {
      std::vector<Fact> permuted;
      for (const std::size_t i : order) permuted.push_back(facts[i]);
      ASSERT_EQ(text_of(merged(permuted)), expected) << "seed " << seed;
    } while (std::ranges::next_permutation(order).found);
  }
}

// What is forgotten must not matter: a memory that forgets nothing reads the same.
TEST(AccountState, WhatIsForgottenDoesNotMatter) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const std::vector<Fact> facts = RandomFacts(seed).take(2 + seed % 11);
    AccountState raw;
    for (const Fact& fact : facts) raw.restore(fact);
    const AccountState state = merged(facts);
    for (const auto& [key, entity] : raw.entities()) {
      const auto kept = view_of(account, state, key);
      const auto all = view_of(account, raw, key);
      ASSERT_EQ(kept ? text_of(*kept) : "none", all ? text_of(*all) : "none") << "seed " << seed;
    }
  }
}

TEST(AccountState, UndoesChangesExactly) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const std::vector<Fact> facts = RandomFacts(seed).take(12);
    AccountState state;
    std::vector<std::string> before;
    std::vector<StateChange> changes;
    for (std::size_t i = 0; i < facts.size(); i += 3) {
      before.push_back(text_of(state) + views_of(state));
      changes.push_back(state.merge(std::span(facts).subspan(i, 3)));
    }
    for (std::size_t i = changes.size(); i-- > 0;) {
      state.rollback(changes[i]);
      ASSERT_EQ(text_of(state) + views_of(state), before[i]) << "seed " << seed;
    }
    EXPECT_TRUE(state.empty());
  }
}

// The topic holds what the changes say: applied to what was there, they give what is there.
TEST(AccountState, SaysExactlyWhatChanged) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const std::vector<Fact> facts = RandomFacts(seed).take(12);
    AccountState state;
    AccountState copy;
    for (std::size_t i = 0; i < facts.size(); i += 3) {
      const StateChange change = state.merge(std::span(facts).subspan(i, 3));
      copy.rollback({.written = change.removed, .removed = change.written});
      ASSERT_EQ(text_of(copy), text_of(state)) << "seed " << seed;
    }
  }
}

TEST(AccountState, KeepsTheNewestOfARegisterOnly) {
  AccountState state;
  const std::vector<Fact> facts{
      document(role("x"), Attribute::inline_policy, {1}, "p", "old"),
      document(role("x"), Attribute::inline_policy, {2}, "p", "new"),
  };
  state.merge({&facts[0], 1});
  const StateChange change = state.merge({&facts[1], 1});
  ASSERT_EQ(change.written.size(), 1U);
  EXPECT_EQ(change.written[0].document_text, "new");
  ASSERT_EQ(change.removed.size(), 1U);
  EXPECT_EQ(change.removed[0].entry.stamp.time.seconds(), 1);
  const StateChange late = state.merge({&facts[0], 1});
  EXPECT_TRUE(late.written.empty() && late.removed.empty());
}

TEST(AccountState, KeepsVersionsWhereARenameMayComeLate) {
  AccountState state;
  for (int i = 0; i < 20; ++i) {
    const Fact fact = document(user("x"), Attribute::inline_policy, {i}, "p", "text");
    state.merge({&fact, 1});
    if (i == 3) {
      const Fact rename = set(user("x"), Attribute::renamed_to, {3, "z"}, {}, "y");
      state.merge({&rename, 1});
    }
  }
  const auto kept = state.find(user("x"))->of(Attribute::inline_policy, "p");
  ASSERT_EQ(kept.size(), versions_kept + 1);
  EXPECT_EQ(kept.front().stamp.time.seconds(), 3) << "the newest before the rename";
  EXPECT_EQ(kept[1].stamp.time.seconds(), 12);
}

TEST(AccountState, ForgetsTheOldestThatAreNotSetFirst) {
  AccountState state;
  const int count = static_cast<int>(entries_of_entity_max);
  for (int i = 0; i < count; ++i) {
    Fact fact = set(repository("r"), Attribute::tag, {i}, "tag" + std::to_string(i));
    fact.entry.is_set = i != 7 && i != 9;
    state.merge({&fact, 1});
  }
  for (int i = 0; i < 3; ++i) {
    const Fact fact = set(repository("r"), Attribute::tag, {count + i}, "more" + std::to_string(i));
    const StateChange change = state.merge({&fact, 1});
    ASSERT_EQ(change.removed.size(), 1U);
    EXPECT_EQ(change.removed[0].entry.stamp.time.seconds(),
              std::vector({7, 9, 0})[static_cast<size_t>(i)]);
  }
  EXPECT_EQ(state.find(repository("r"))->entries.size(), entries_of_entity_max);
}

TEST(AccountState, PutReplacesWhateverTheRegisterHolds) {
  const EntityKey key{EntityKind::account, {}, {}};
  AccountState state;
  state.put(set(key, Attribute::open, {5}, "id", "five"));
  const StateChange change = state.put(set(key, Attribute::open, {3}, "id", "three"));
  EXPECT_EQ(change.removed.size(), 1U);
  ASSERT_EQ(state.find(key)->of(Attribute::open).size(), 1U);
  EXPECT_EQ(state.find(key)->newest(Attribute::open, "id")->value, "three");
  state.put(cleared(key, Attribute::open, {4}, "id"));
  EXPECT_TRUE(state.empty());
  state.rollback(change);
  EXPECT_EQ(state.find(key)->newest(Attribute::open, "id")->value, "five");
}

TEST(AccountState, ASeedSettlesTheDoubtsBeforeIt) {
  const EntityKey key{EntityKind::account, {}, {}};
  const AccountState state =
      merged({set(key, Attribute::doubt, {1}, "first", "what"),
              set(key, Attribute::doubt, {9}, "second", "what"), set(key, Attribute::seeded, {5})});
  ASSERT_EQ(state.find(key)->of(Attribute::doubt).size(), 1U);
  EXPECT_EQ(state.find(key)->of(Attribute::doubt)[0].name, "second");
}

TEST(AccountState, KnowsWhoNamedAPolicyOrGroup) {
  AccountState state;
  const std::vector<Fact> facts{
      set(role("r"), Attribute::attached, {1}, arn_of_policy("team/P")),
      set(role("b"), Attribute::boundary, {1}, {}, arn_of_policy("Team/p")),
      set(user("u"), Attribute::member_of, {1}, "g"),
      set(role("r"), Attribute::attached, {1}, "arn:aws:iam::aws:policy/AdministratorAccess"),
  };
  const StateChange change = state.merge(facts);
  EXPECT_EQ(state.named_by(customer_policy("team/p")), (std::vector{role("b"), role("r")}));
  EXPECT_EQ(state.named_by(group("g")), std::vector{user("u")});
  state.rollback(change);
  EXPECT_TRUE(state.named_by(customer_policy("team/p")).empty());
  EXPECT_TRUE(state.named_by(group("g")).empty());
}

TEST(AccountState, KeysPoliciesByPathAndNameInLowerCase) {
  EXPECT_EQ(policy_key("arn:aws:iam::111122223333:policy/Team/P"), customer_policy("team/p"));
  EXPECT_EQ(policy_key("arn:aws:iam::aws:policy/ReadOnlyAccess"), std::nullopt);
  EXPECT_EQ(policy_key("arn:aws:iam::111122223333:role/r"), std::nullopt);
  EXPECT_EQ(policy_key("no arn"), std::nullopt);
}

}  // namespace
}  // namespace auditor::account_state_test
