// Which path a role, user or group is known to have.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluator/account/subject_view.h"
#include "tests/evaluator/account/account_facts.h"

namespace auditor::known_path_test {
namespace {

using enum Attribute;

const AccountKey account{"aws", "111122223333"};

AccountState state_of(const std::vector<Fact>& facts) {
  AccountState state;
  state.merge(facts);
  return state;
}

// The ARN behind the account, and whether its path is known.
std::string named(const std::vector<Fact>& facts, const EntityKey& key) {
  const auto view = view_of(account, state_of(facts), key);
  if (!view) return "none";
  const std::string start = "arn:aws:iam::111122223333:";
  EXPECT_TRUE(view->subject.arn.starts_with(start)) << view->subject.arn;
  return view->subject.arn.substr(start.size()) + (view->subject.path_is_known ? "" : " ?");
}

TEST(KnownPath, IsWhatAnEventTold) {
  const EntityKey r = role("r");
  const EntityKey u = user("u");
  const std::string arn_of_u = "arn:aws:iam::111122223333:user/";
  const auto told = [&](const At& at, const std::string& path) {
    return set(u, arn, at, {}, arn_of_u + path + "u");
  };
  EXPECT_EQ(named({set(r, inline_policy, {1}, "p")}, r), "role/r ?") << "known by name only";
  EXPECT_EQ(named({set(r, created, {1})}, r), "role/r ?") << "its creation did not tell it";
  EXPECT_EQ(named({set(r, created, {1}, {}, "arn:aws:iam::111122223333:role/r")}, r), "role/r");
  EXPECT_EQ(named({set(r, inline_policy, {1}, "p"),
                   set(r, arn, {0}, {}, "arn:aws:iam::111122223333:role/:role/r")},
                  r),
            "role/:role/r");
  EXPECT_EQ(
      named({set(r, created, {2}), set(r, arn, {1}, {}, "arn:aws:iam::111122223333:role/x/r")}, r),
      "role/r ?")
      << "of the role that was there before";
  EXPECT_EQ(named({told({1}, "x/")}, u), "user/x/u");
  EXPECT_EQ(named({told({1}, "x/"), cleared(u, arn, {2})}, u), "user/u ?");
  EXPECT_EQ(named({told({3}, "x/"), cleared(u, arn, {2})}, u), "user/x/u");
  EXPECT_EQ(named({told({1}, "x/"), set(u, renamed_to, {2}, {}, "v"),
                   set(user("v"), renamed_from, {2}, {}, "u")},
                  user("v")),
            "user/x/v");
  EXPECT_EQ(named({told({1}, "x/"), cleared(u, arn, {2}), set(u, renamed_to, {3}, {}, "v"),
                   set(user("v"), renamed_from, {3}, {}, "u")},
                  user("v")),
            "user/v ?");
  EXPECT_EQ(named({told({1}, "x/"), set(u, renamed_to, {2}, {}, "v"),
                   set(user("v"), renamed_from, {2}, {}, "u"), cleared(user("v"), arn, {2})},
                  user("v")),
            "user/v ?");
  EXPECT_EQ(named({set(group("g"), inline_policy, {1}, "p")}, group("g")), "group/g ?");
  EXPECT_EQ(
      named({set(customer_policy("p"), default_version, {1}, {}, "v1")}, customer_policy("p")),
      "policy/p")
      << "its key has it";
}

}  // namespace
}  // namespace auditor::known_path_test
