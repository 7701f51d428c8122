// Properties of the memory of an account on random histories, against
// tests/evaluator/plain_account.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>

#include "evaluator/account/account_state.h"
#include "evaluator/account/affected_subjects.h"
#include "evaluator/account/subject_view.h"
#include "tests/model/history_property.h"
#include "tests/model/plain_account.h"
#include "tests/model/random_history.h"
#include "tests/model/replayed_account.h"

namespace auditor::account_property_test {
namespace {

std::string in_words(const EntityKey& entity) {
  return std::string(to_string(entity.kind)) + " " + entity.name;
}

std::string in_words(const AccountState& state) {
  std::string words;
  for (const auto& [key, entity] : state.entities()) {
    for (const Entry& entry : entity.entries) {
      words += "  " + auditor::in_words(Fact{key, entry, ""}) + " at " +
               std::to_string(entry.stamp.time.seconds()) + " " + entry.stamp.event_id + " " +
               std::to_string(entry.stamp.revision) + "\n";
    }
  }
  return words;
}

std::set<EntityKey> things_of(const History& history) {
  PlainAccount plain(history_account());
  for (const HistoryEvent& event : history) plain.give(event.facts);
  return plain.entities();
}

using Views = std::map<EntityKey, std::string>;

// With the stamps that they rest on, which the plain model does not know.
Views views_of(const AccountState& state, const std::set<EntityKey>& entities) {
  Views views;
  for (const EntityKey& entity : entities) {
    const std::optional<SubjectView> view = view_of(history_account(), state, entity);
    views[entity] = auditor::in_words(view);
    if (view) views[entity] += "  as of " + view->as_of->event_id + "\n";
  }
  return views;
}

std::optional<std::string> difference(const AccountState& one, const AccountState& other,
                                      const std::set<EntityKey>& entities) {
  if (in_words(one) != in_words(other)) {
    return "one state:\n" + in_words(one) + "the other:\n" + in_words(other);
  }
  const Views ones = views_of(one, entities), others = views_of(other, entities);
  for (const EntityKey& entity : entities) {
    if (ones.at(entity) == others.at(entity)) continue;
    return in_words(entity) + "\none view:\n" + ones.at(entity) + "the other:\n" +
           others.at(entity);
  }
  return std::nullopt;
}

AccountState state_of(const History& history) {
  AccountState state;
  for (const HistoryEvent& event : history) state.merge(event.facts);
  return state;
}

TEST(AccountProperty, OrderOfArrivalDoesNotMatter) {
  expect_never(
      [](const History& history) -> std::optional<std::string> {
        const std::set<EntityKey> entities = things_of(history);
        const AccountState state = state_of(history);
        History other = history;
        const auto by_stamp = [](const HistoryEvent& a, const HistoryEvent& b) {
          return a.stamp < b.stamp;
        };
        std::mt19937_64 random = random_for(history);
        std::ranges::sort(other, by_stamp);
        const bool is_small = history.size() <= 5;
        for (int i = 0; is_small || i < 20; ++i) {
          if (const auto wrong = difference(state, state_of(other), entities)) {
            return "as it arrived, and in the order\n" + auditor::in_words(other) + *wrong;
          }
          if (is_small && !std::ranges::next_permutation(other, by_stamp).found) break;
          if (!is_small) shuffle(other, random);
        }
        return std::nullopt;
      },
      5);
}

TEST(AccountProperty, RepetitionDoesNotMatter) {
  expect_never([](const History& history) -> std::optional<std::string> {
    History twice = history;
    twice.insert(twice.end(), history.begin(), history.end());
    std::mt19937_64 random = random_for(history);
    shuffle(twice, random);
    return difference(state_of(history), state_of(twice), things_of(history));
  });
}

TEST(AccountProperty, ViewsAreThoseOfThePlainModel) {
  expect_never([](const History& history) -> std::optional<std::string> {
    AccountState state;
    PlainAccount plain(history_account());
    for (const HistoryEvent& event : history) {
      state.merge(event.facts);
      plain.give(event.facts);
      for (const EntityKey& entity : plain.entities()) {
        const std::string expected = auditor::in_words(plain.view(entity));
        const std::string seen = auditor::in_words(view_of(history_account(), state, entity));
        if (seen == expected) continue;
        return in_words(entity) + " after " + event.stamp.event_id + ", the model:\n" + expected +
               "the view:\n" + seen;
      }
    }
    return std::nullopt;
  });
}

bool has_half_a_rename(const HistoryEvent& event) {
  const auto count = [&](Attribute attribute) {
    return std::ranges::count_if(event.facts,
                                 [&](const Fact& f) { return f.entry.attribute == attribute; });
  };
  return count(Attribute::renamed_to) != count(Attribute::renamed_from);
}

// Where no two events share a second there is no chance, and a second model that shares no rule
// with the first.
TEST(AccountProperty, ThePlainModelSeesWhatHappens) {
  expect_never([](const History& given) -> std::optional<std::string> {
    History history = spread_out(given);
    if (std::ranges::any_of(history, has_half_a_rename)) return std::nullopt;
    std::ranges::sort(history, {}, &HistoryEvent::stamp);
    PlainAccount plain(history_account());
    ReplayedAccount replayed;
    for (const HistoryEvent& event : history) {
      plain.give(event.facts);
      replayed.happen(event.facts);
      for (const EntityKey& entity : plain.entities()) {
        const std::string one = auditor::in_words(plain.view(entity));
        const std::string other = auditor::in_words(replayed.view(history_account(), entity));
        if (one == other) continue;
        return in_words(entity) + " after " + event.stamp.event_id + ", by rules:\n" + one +
               "by replay:\n" + other;
      }
    }
    return std::nullopt;
  });
}

TEST(AccountProperty, WhatChangesIsTouched) {
  expect_never([](const History& history) -> std::optional<std::string> {
    const std::set<EntityKey> entities = things_of(history);
    AccountState state;
    for (const HistoryEvent& event : history) {
      std::set<EntityKey> touched;
      const auto touch = [&] {
        for (const Fact& fact : event.facts) {
          for (const EntityKey& entity : affected_by(state, fact.entity)) touched.insert(entity);
        }
      };
      const Views before = views_of(state, entities);
      touch();
      state.merge(event.facts);
      touch();
      const Views after = views_of(state, entities);
      for (const EntityKey& entity : entities) {
        if (touched.contains(entity) || before.at(entity) == after.at(entity)) continue;
        return in_words(entity) + " is not touched by " + event.stamp.event_id + ", before:\n" +
               before.at(entity) + "after:\n" + after.at(entity);
      }
    }
    return std::nullopt;
  });
}

TEST(AccountProperty, UndoGivesBackWhatWas) {
  expect_never([](const History& history) -> std::optional<std::string> {
    const std::set<EntityKey> entities = things_of(history);
    AccountState state;
    std::vector<AccountState> before;
    std::vector<StateChange> changes;
    for (const HistoryEvent& event : history) {
      before.push_back(state);
      changes.push_back(state.merge(event.facts));
    }
    while (!changes.empty()) {
      state.rollback(changes.back());
      changes.pop_back();
      if (const auto wrong = difference(before.back(), state, entities)) {
        return "before event " + std::to_string(changes.size()) + " and after undoing it, " +
               *wrong;
      }
      before.pop_back();
    }
    return std::nullopt;
  });
}

TEST(AccountProperty, WhatWasWrittenRestoresTheState) {
  expect_never([](const History& history) -> std::optional<std::string> {
    AccountState state;
    std::map<std::tuple<EntityKey, Attribute, std::string, Stamp>, Fact> topic;
    const auto key = [](const Fact& fact) {
      return std::tuple(fact.entity, fact.entry.attribute, fact.entry.name, fact.entry.stamp);
    };
    for (const HistoryEvent& event : history) {
      const StateChange change = state.merge(event.facts);
      for (const Fact& fact : change.removed) topic.erase(key(fact));
      for (const Fact& fact : change.written) topic.insert_or_assign(key(fact), fact);
    }
    std::vector<Fact> facts;
    for (const auto& [_, fact] : topic) facts.push_back(fact);
    std::mt19937_64 random = random_for(history);
    shuffle(facts, random);
    AccountState restored;
    for (const Fact& fact : facts) restored.restore(fact);
    return difference(state, restored, things_of(history));
  });
}

}  // namespace
}  // namespace auditor::account_property_test
