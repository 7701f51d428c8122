#include "evaluator/account/subject_view.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "evaluator/account/affected_subjects.h"
#include "tests/evaluator/account/account_facts.h"

namespace auditor::account_view_test {
namespace {

using enum Attribute;

const AccountKey account{"aws", "111122223333"};
constexpr std::string_view admin = "arn:aws:iam::aws:policy/AdministratorAccess";

AccountState state_of(const std::vector<Fact>& facts) {
  AccountState state;
  state.merge(facts);
  return state;
}

std::string list(const SubjectView& view) {
  std::string text = view.subject.arn.substr(view.subject.arn.rfind(':') + 1);
  text += view.latent ? " latent:" : ":";
  for (const HeldDocument& held : view.documents) {
    text += " " + std::string(to_string(held.kind)) + "/" + held.name;
    if (!held.version.empty()) text += "@" + held.version;
    if (!held.group.empty()) text += "<" + held.group;
    if (held.document) text += "=" + held.document->text;
  }
  if (view.boundary) {
    text += view.boundary->unknown_because.empty() ? " bounded by " : " unknown boundary ";
    text += view.boundary->policy.name;
  }
  for (const std::string& doubt : view.doubts) text += " ?" + doubt;
  return text;
}

// What is seen of an entity, in short: "role/r: inline/p=text".
std::string shown(const std::vector<Fact>& facts, const EntityKey& key,
                  const Stamp* as_of = nullptr) {
  const AccountState state = state_of(facts);
  const auto view = view_of(account, state, key, as_of);
  return view ? list(*view) : "none";
}

Fact with(EntityKey key, const At& at, std::string text = "text") {
  return document(std::move(key), inline_policy, at, "p", std::move(text));
}

struct Case {
  std::string name;
  std::vector<Fact> facts;
  EntityKey key;
  std::string expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& test : cases) EXPECT_EQ(shown(test.facts, test.key), test.expected) << test.name;
}

TEST(AccountView, WhatCreationsAndDeletionsWipe) {
  const EntityKey r = role("r");
  check({
      {"never seen", {}, r, "none"},
      {"created", {set(r, created, {5})}, r, "role/r:"},
      {"known by a document", {with(r, {5})}, r, "role/r: inline/p=text"},
      {"known by a removal", {cleared(r, inline_policy, {5}, "p")}, r, "role/r:"},
      {"known by its deletion", {set(r, deleted, {5})}, r, "none"},
      {"older than the creation", {with(r, {4}), set(r, created, {5})}, r, "role/r:"},
      {"in the second of the creation, with a smaller id",
       {with(r, {5, "a"}), set(r, created, {5, "b"})},
       r,
       "role/r: inline/p=text"},
      {"deleted with a smaller id",
       {with(r, {5, "c"}), set(r, deleted, {5, "b"})},
       r,
       "role/r: inline/p=text"},
      {"deleted with a greater id", {with(r, {5, "a"}), set(r, deleted, {5, "b"})}, r, "none"},
      {"deleted and created in one second",
       {with(r, {5, "a"}), set(r, created, {5, "b"}), set(r, deleted, {5, "c"})},
       r,
       "role/r: inline/p=text"},
      {"deleted later", {set(r, created, {5}), with(r, {5}), set(r, deleted, {6})}, r, "none"},
      {"deleted, then known again",
       {set(r, deleted, {5}), with(r, {6})},
       r,
       "role/r: inline/p=text"},
  });
}

TEST(AccountView, NewestOfARegisterCounts) {
  const EntityKey r = role("r");
  const std::string aws(admin);
  check({
      {"replaced", {with(r, {5}, "old"), with(r, {6}, "new")}, r, "role/r: inline/p=new"},
      {"detached", {set(r, attached, {5}, aws), cleared(r, attached, {6}, aws)}, r, "role/r:"},
      {"attached again",
       {cleared(r, attached, {5}, aws), set(r, attached, {6}, aws)},
       r,
       "role/r: aws-managed/AdministratorAccess"},
      {"a doubt beside the document",
       {with(r, {5}), set(r, inline_doubt, {6}, "p", "not JSON")},
       r,
       "role/r: inline/p=text ?inline policy p: not JSON"},
      {"a doubt that was answered",
       {with(r, {7}), set(r, inline_doubt, {6}, "p", "not JSON")},
       r,
       "role/r: inline/p=text"},
      {"a doubt whose policy was deleted",
       {set(r, inline_doubt, {6}, "p", "not JSON"), cleared(r, inline_policy, {7}, "p")},
       r,
       "role/r:"},
  });
}

TEST(AccountView, AnAddendumTakesTheOriginalsPlace) {
  Fact corrected = with(role("r"), {5}, "corrected");
  corrected.entry.stamp.revision = 1;
  check({
      {"first", {corrected, with(role("r"), {5})}, role("r"), "role/r: inline/p=corrected"},
      {"last", {with(role("r"), {5}), corrected}, role("r"), "role/r: inline/p=corrected"},
      {"replaced since", {corrected, with(role("r"), {6})}, role("r"), "role/r: inline/p=text"},
  });
}

Fact version_of(const std::string& name, const At& at, const std::string& text) {
  return document(customer_policy("p"), version, at, name, text);
}

Fact set_default(const At& at, const std::string& name) {
  return set(customer_policy("p"), default_version, at, {}, name);
}

TEST(AccountView, ManagedPoliciesHaveADefaultVersion) {
  const EntityKey r = role("r");
  const Fact has = set(r, attached, {1}, arn_of_policy("P"));
  const std::string never = "?the document of arn:aws:iam::111122223333:policy/P was never seen";
  const std::string unseen_v2 =
      "?the document of version v2 of arn:aws:iam::111122223333:policy/P was never seen";
  check({
      {"never seen", {has}, r, "role/r: " + never},
      {"seen",
       {has, version_of("v1", {1}, "one"), set_default({1}, "v1")},
       r,
       "role/r: managed/P@v1=one"},
      {"another version, not the default",
       {has, version_of("v1", {1}, "one"), set_default({1}, "v1"), version_of("v2", {2}, "two")},
       r,
       "role/r: managed/P@v1=one"},
      {"made the default",
       {has, version_of("v1", {1}, "one"), version_of("v2", {2}, "two"), set_default({1}, "v1"),
        set_default({3}, "v2")},
       r,
       "role/r: managed/P@v2=two"},
      {"a default that was never seen",
       {has, version_of("v1", {1}, "one"), set_default({1}, "v1"), set_default({3}, "v2")},
       r,
       "role/r: managed/P@v1=one " + unseen_v2},
      {"an unreadable default",
       {has, version_of("v1", {1}, "one"), set_default({1}, "v1"),
        set(customer_policy("p"), version_doubt, {2}, "v2", "too long"), set_default({2}, "v2")},
       r,
       "role/r: managed/P@v1=one ?version v2 of arn:aws:iam::111122223333:policy/P: too long"},
      {"policy deleted",
       {has, version_of("v1", {1}, "one"), set_default({1}, "v1"),
        set(customer_policy("p"), deleted, {4})},
       r,
       "role/r:"},
      {"policy created again",
       {has, set(customer_policy("p"), created, {4}), version_of("v1", {4}, "one"),
        set_default({4}, "v1")},
       r,
       "role/r:"},
  });
}

TEST(AccountView, PoliciesAreLatentWhileNobodyHasThem) {
  const EntityKey p = customer_policy("p");
  const Fact made = set(p, created, {1}, {}, arn_of_policy("P"));
  const Fact one = version_of("v1", {1}, "one");
  const Fact chosen = set_default({1}, "v1");
  const std::string latent = "policy/P latent: managed/P@v1=one";
  const Fact has = set(role("r"), attached, {2}, arn_of_policy("P"));
  check({
      {"nobody", {made, one, chosen}, p, latent},
      {"a role", {made, one, chosen, has}, p, "none"},
      {"a role that was deleted",
       {made, one, chosen, has, set(role("r"), deleted, {3})},
       p,
       latent},
      {"a role that was created again",
       {made, one, chosen, has, set(role("r"), created, {3})},
       p,
       latent},
      {"detached",
       {made, one, chosen, has, cleared(role("r"), attached, {3}, arn_of_policy("P"))},
       p,
       latent},
      {"as a boundary",
       {made, one, chosen, set(role("r"), boundary, {2}, {}, arn_of_policy("P"))},
       p,
       "none"},
      {"an empty group",
       {made, one, chosen, set(group("g"), attached, {2}, arn_of_policy("P"))},
       p,
       "none"},
      {"a user that was renamed",
       {made, one, chosen, set(user("a"), attached, {2}, arn_of_policy("P")),
        set(user("a"), renamed_to, {3}, {}, "b"), set(user("b"), renamed_from, {3}, {}, "a")},
       p,
       "none"},
      {"deleted", {made, one, chosen, set(p, deleted, {2})}, p, "none"},
      {"nothing is known of it", {made}, p, "none"},
  });
}

TEST(AccountView, BoundariesBoundOnlyWhenKnown) {
  const EntityKey r = role("r");
  const Fact bounded = set(r, boundary, {2}, {}, arn_of_policy("P"));
  const Fact one = version_of("v1", {1}, "one");
  const Fact chosen = set_default({1}, "v1");
  check({
      {"known", {bounded, one, chosen}, r, "role/r: bounded by P"},
      {"removed", {bounded, one, chosen, cleared(r, boundary, {3})}, r, "role/r:"},
      {"never seen", {bounded}, r, "role/r: unknown boundary P"},
      {"its policy was deleted",
       {bounded, one, chosen, set(customer_policy("p"), deleted, {3})},
       r,
       "role/r: unknown boundary P"},
      {"AWS's",
       {set(r, boundary, {2}, {}, std::string(admin))},
       r,
       "role/r: bounded by AdministratorAccess"},
      {"unreadable",
       {bounded, one, chosen, set(r, boundary_doubt, {3}, {}, "omitted")},
       r,
       "role/r: unknown boundary "},
  });
}

TEST(AccountView, UsersHaveTheirGroupsDocuments) {
  const EntityKey u = user("u");
  const EntityKey g = group("g");
  const Fact in_group = set(u, member_of, {2}, "g");
  const Fact groups = with(g, {1});
  const auto renamed = [](const EntityKey& from, const EntityKey& to, const At& at) {
    return std::vector{set(from, renamed_to, at, {}, to.name),
                       set(to, renamed_from, at, {}, from.name)};
  };
  const auto plus = [](std::vector<Fact> facts, const std::vector<Fact>& more) {
    facts.insert(facts.end(), more.begin(), more.end());
    return facts;
  };
  const std::vector<Fact> both{in_group, groups};
  check({
      {"member", both, u, "user/u: inline/p<g=text"},
      {"left", plus(both, {cleared(u, member_of, {3}, "g")}), u, "user/u:"},
      {"group deleted", plus(both, {set(g, deleted, {3})}), u, "user/u:"},
      {"group created again", plus(both, {set(g, created, {3}), with(g, {3})}), u, "user/u:"},
      {"group renamed", plus(both, renamed(g, group("h"), {3})), u, "user/u: inline/p<h=text"},
      {"group renamed, another one created under its name",
       plus(plus(both, renamed(g, group("h"), {3})), {set(g, created, {4}), with(g, {4}, "other")}),
       u, "user/u: inline/p<h=text"},
      {"group renamed, then deleted",
       plus(plus(both, renamed(g, group("h"), {3})), {set(group("h"), deleted, {4})}), u,
       "user/u:"},
      {"group renamed back",
       plus(plus(both, renamed(g, group("h"), {3})), renamed(group("h"), g, {4})), u,
       "user/u: inline/p<g=text"},
      {"user renamed", plus(both, renamed(u, user("v"), {3})), user("v"),
       "user/v: inline/p<g=text"},
      {"the old name", plus(both, renamed(u, user("v"), {3})), u, "none"},
      {"a group with a member has no finding", both, g, "none"},
      {"a group without", {groups}, g, "group/g latent: inline/p=text"},
      {"a group that the last one left", plus(both, {set(u, deleted, {3})}), g,
       "group/g latent: inline/p=text"},
      {"a renamed group keeps its members", plus(both, renamed(g, group("h"), {3})), group("h"),
       "none"},
      {"a renamed member", plus(both, renamed(u, user("v"), {3})), g, "none"},
  });
}

TEST(AccountView, RenamesTakeDocumentsAlong) {
  const EntityKey a = user("a");
  const EntityKey b = user("b");
  const Fact to_b = set(a, renamed_to, {5, "m"}, {}, "b");
  const Fact from_a = set(b, renamed_from, {5, "m"}, {}, "a");
  check({
      {"from the old name", {with(a, {4}), to_b, from_a}, b, "user/b: inline/p=text"},
      {"replaced under the new name",
       {with(a, {4}), to_b, from_a, with(b, {6}, "new")},
       b,
       "user/b: inline/p=new"},
      {"removed under the new name",
       {with(a, {4}), to_b, from_a, cleared(b, inline_policy, {6}, "p")},
       b,
       "user/b:"},
      {"who had the name before keeps nothing",
       {with(b, {4}, "before"), to_b, from_a},
       b,
       "user/b:"},
      {"a later user of the old name",
       {with(a, {4}), to_b, from_a, with(a, {6}, "later")},
       a,
       "user/a: inline/p=later"},
      {"not the later user's documents",
       {with(a, {4}), to_b, from_a, with(a, {6}, "later")},
       b,
       "user/b: inline/p=text"},
      {"what was wiped before the rename",
       {with(a, {3}), set(a, created, {4}), to_b, from_a},
       b,
       "user/b:"},
      {"in the second of the rename",
       {with(a, {5, "z"}), to_b, from_a},
       b,
       "user/b: inline/p=text"},
      {"deleted under the new name", {with(a, {4}), to_b, from_a, set(b, deleted, {6})}, b, "none"},
  });
}

TEST(AccountView, RenameChainsAreBounded) {
  std::vector<Fact> facts{with(user("u0"), {0})};
  for (int i = 0; i < 40; ++i) {
    const std::string from = "u" + std::to_string(i);
    const std::string to = "u" + std::to_string(i + 1);
    facts.push_back(set(user(from), renamed_to, {i + 1}, {}, to));
    facts.push_back(set(user(to), renamed_from, {i + 1}, {}, from));
  }
  EXPECT_EQ(shown(facts, user("u16")), "none") << "it is called u40 now";
  EXPECT_EQ(shown(facts, user("u40")), "user/u40:") << "too long a chain";
  facts.erase(facts.begin() + 1 + 2 * 16, facts.end());
  EXPECT_EQ(shown(facts, user("u16")), "user/u16: inline/p=text");
}

TEST(AccountView, ShowsArnsAsEventsWroteThem) {
  const auto arn = [](const std::vector<Fact>& facts, const EntityKey& key) {
    const AccountState state = state_of(facts);
    const auto view = view_of(account, state, key);
    return view ? view->subject.arn : "none";
  };
  const std::string start = "arn:aws:iam::111122223333:";
  const EntityKey r = role("deployer");
  EXPECT_EQ(arn({with(r, {1})}, r), start + "role/deployer");
  EXPECT_EQ(arn({set(r, created, {1}, {}, start + "role/team/Deployer")}, r),
            start + "role/team/Deployer");
  EXPECT_EQ(arn({set(r, Attribute::arn, {1}, {}, start + "role/team/Deployer")}, r),
            start + "role/team/Deployer");
  EXPECT_EQ(arn({set(r, created, {1}, {}, start + "role/Deployer"),
                 set(r, Attribute::arn, {2}, {}, start + "role/deployer")},
                r),
            start + "role/Deployer");
  EXPECT_EQ(arn({set(r, spelling, {1}, {}, "DePloyer")}, r), start + "role/DePloyer");

  const EntityKey old = user("old");
  const EntityKey young = user("young");
  const std::vector<Fact> renamed{set(old, created, {1}, {}, start + "user/team/Old"),
                                  set(old, renamed_to, {2}, {}, "young"),
                                  set(young, renamed_from, {2}, {}, "old")};
  EXPECT_EQ(arn(renamed, young), start + "user/team/young");
  std::vector<Fact> spelled = renamed;
  spelled.push_back(set(young, spelling, {2}, {}, "Young"));
  EXPECT_EQ(arn(spelled, young), start + "user/team/Young");
  spelled.push_back(set(young, Attribute::arn, {3}, {}, start + "user/else/Young"));
  EXPECT_EQ(arn(spelled, young), start + "user/else/Young");

  EXPECT_EQ(arn({with(role("awsserviceroleforecs"), {1})}, role("awsserviceroleforecs")), "none");
  EXPECT_EQ(arn({set(r, created, {1}, {}, start + "role/aws-service-role/x/Deployer")}, r), "none");
}

TEST(AccountView, TagsAreConstantsOnceTheCreationWasSeen) {
  const auto tags = [](const std::vector<Fact>& facts, const EntityKey& key) -> std::string {
    const AccountState state = state_of(facts);
    const auto view = view_of(account, state, key);
    if (!view) return "none";
    if (!view->tags) return "free";
    std::string text;
    for (const auto& [tag, value] : *view->tags) text += tag + "=" + value + " ";
    return text;
  };
  const EntityKey u = user("u");
  const EntityKey repo = repository("team/app");
  const std::string arn_of_repository = "arn:aws:ecr:eu-central-1:111122223333:repository/team/app";
  const auto tagged = [](const EntityKey& key, const At& at) {
    return set(key, tag, at, "owner", "me");
  };
  EXPECT_EQ(tags({tagged(u, {1})}, u), "free");
  EXPECT_EQ(tags({set(u, created, {1}), tagged(u, {1})}, u), "owner=me ");
  EXPECT_EQ(tags({set(u, created, {1}), tagged(u, {1}), cleared(u, tag, {2}, "owner")}, u), "");
  EXPECT_EQ(tags({set(u, created, {1}), tagged(u, {1}), set(u, renamed_to, {2}, {}, "v"),
                  set(user("v"), renamed_from, {2}, {}, "u")},
                 user("v")),
            "owner=me ");
  EXPECT_EQ(tags({set(role("r"), created, {1}), tagged(role("r"), {1})}, role("r")), "free");
  EXPECT_EQ(tags({set(repo, created, {1}, {}, arn_of_repository), tagged(repo, {1})}, repo),
            "owner=me ");
  EXPECT_EQ(tags({set(repo, created, {1}), tagged(repo, {1})}, repo), "free")
      << "the creation did not say which tags it has";
  EXPECT_EQ(tags({set(repo, created, {1}, {}, "service"), tagged(repo, {1})}, repo), "free");
  EXPECT_EQ(tags({tagged(repo, {1})}, repo), "free");
}

EntityKey registry() { return {EntityKind::registry, "eu-central-1", {}}; }
EntityKey template_of(std::string prefix) {
  return {EntityKind::template_, "eu-central-1", std::move(prefix)};
}

TEST(AccountView, RepositoriesAreJudgedWithTheirRegistry) {
  const EntityKey repo = repository("team/app");
  const Fact own = document(repo, Attribute::policy, {1}, {}, "own");
  const Fact all = document(registry(), Attribute::policy, {2}, {}, "all");
  check({
      {"both", {own, all}, repo, "repository/team/app: repository/team/app=own registry/=all"},
      {"its policy deleted",
       {own, all, cleared(repo, Attribute::policy, {3})},
       repo,
       "repository/team/app: registry/=all"},
      {"deleted", {own, all, set(repo, deleted, {3})}, repo, "none"},
      {"the registry alone", {own, all}, registry(), "registry: registry/=all"},
      {"unreadable",
       {all, set(registry(), policy_doubt, {3}, {}, "no JSON"), own},
       repo,
       "repository/team/app: repository/team/app=own registry/=all ?registry policy: no JSON"},
  });
  const AccountState state =
      state_of({own, set(registry(), scope, {1}, {}, "V1"), set(repository("b"), created, {1})});
  const auto view = view_of(account, state, repo);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->registry_scope_v1);
  EXPECT_EQ(view->subject.arn, "arn:aws:ecr:eu-central-1:111122223333:repository/team/app");
  EXPECT_EQ(view->subject.region, "eu-central-1");
}

TEST(AccountView, ServiceCreatedRepositoriesTakeTheLongestTemplate) {
  const EntityKey repo = repository("prod/app/x");
  const Fact made = set(repo, created, {5}, {}, "service");
  const auto policy_in = [](const std::string& prefix, const At& at, const std::string& text) {
    return document(template_of(prefix), Attribute::policy, at, {}, text);
  };
  const Fact root = policy_in("ROOT", {1}, "root");
  const Fact prod = policy_in("prod", {2}, "prod");
  const std::string start = "repository/prod/app/x:";
  check({
      {"ROOT", {made, root}, repo, start + " template/ROOT=root"},
      {"the longest", {made, root, prod}, repo, start + " template/prod=prod"},
      {"not a part of a name", {made, policy_in("pro", {1}, "pro")}, repo, start},
      {"as it was then",
       {made, prod, policy_in("prod", {6}, "later")},
       repo,
       start + " template/prod=prod"},
      {"not yet there", {made, policy_in("prod", {6}, "later")}, repo, start},
      {"already deleted",
       {made, root, prod, set(template_of("prod"), deleted, {3})},
       repo,
       start + " template/ROOT=root"},
      {"deleted since",
       {made, root, prod, set(template_of("prod"), deleted, {9})},
       repo,
       start + " template/prod=prod"},
      {"until a policy is set",
       {made, prod, document(repo, Attribute::policy, {6}, {}, "own")},
       repo,
       start + " repository/prod/app/x=own"},
      {"or deleted", {made, prod, cleared(repo, Attribute::policy, {6})}, repo, start},
      {"created by somebody", {set(repo, created, {5}), prod}, repo, start},
      {"the template itself",
       {prod},
       template_of("prod"),
       "repository-creation-template/prod latent: template/prod=prod"},
  });
  std::vector<Fact> many{made};
  for (int i = 0; i < 8; ++i) many.push_back(policy_in("prod", {6 + i}, "later"));
  EXPECT_NE(shown(many, repo).find("no longer known"), std::string::npos);
}

TEST(AccountView, AccountsAreInDoubtUntilSeeded) {
  const EntityKey key{EntityKind::account, {}, {}};
  const Fact doubt_1 = set(key, doubt, {5}, "e1", "something changed");
  Fact nothing_wrong = cleared(key, doubt, {5}, "e1");
  nothing_wrong.entry.stamp.revision = 1;
  check({
      {"in doubt", {doubt_1}, key, "root: ?something changed"},
      {"seeded", {doubt_1, set(key, seeded, {6})}, key, "none"},
      {"seeded before", {doubt_1, set(key, seeded, {4})}, key, "root: ?something changed"},
      {"corrected", {doubt_1, nothing_wrong}, key, "none"},
  });
}

TEST(AccountView, ReadsThePast) {
  const EntityKey u = user("u");
  const std::vector<Fact> facts{with(u, {1}, "one"), set(u, attached, {2}, std::string(admin)),
                                with(u, {3}, "three"), set(u, deleted, {4})};
  const auto at = [&](std::int64_t time) {
    const Stamp as_of = stamp(time, "e");
    return shown(facts, u, &as_of);
  };
  EXPECT_EQ(at(0), "none");
  EXPECT_EQ(at(1), "user/u: inline/p=one");
  EXPECT_EQ(at(2), "user/u: inline/p=one aws-managed/AdministratorAccess");
  EXPECT_EQ(at(3), "user/u: inline/p=three aws-managed/AdministratorAccess");
  EXPECT_EQ(at(4), "none");
}

TEST(AccountView, SaysWhatItRestsOn) {
  const auto as_of = [](const std::vector<Fact>& facts, const EntityKey& key) {
    const AccountState state = state_of(facts);
    const auto view = view_of(account, state, key);
    return view ? view->as_of->time.seconds() : -1;
  };
  const Fact in_group = set(user("u"), member_of, {2}, "g");
  EXPECT_EQ(as_of({in_group}, user("u")), 2);
  EXPECT_EQ(as_of({in_group, with(group("g"), {3})}, user("u")), 3);
  EXPECT_EQ(as_of({set(role("r"), attached, {2}, arn_of_policy("P")), set_default({7}, "v1"),
                   version_of("v1", {6}, "one"), version_of("v9", {9}, "other")},
                  role("r")),
            7);
  EXPECT_EQ(
      as_of({set(customer_policy("p"), version_doubt, {4}, "v2", "no JSON")}, customer_policy("p")),
      4);
  EXPECT_EQ(as_of({set(repository("r"), created, {2}),
                   document(registry(), Attribute::policy, {8}, {}, "all")},
                  repository("r")),
            8);
}

TEST(TouchedBy, HoldersMembersAndWhatTheyHave) {
  const AccountState state = state_of({
      set(role("r"), attached, {1}, arn_of_policy("P")),
      set(group("g"), attached, {1}, arn_of_policy("P")),
      set(user("u"), member_of, {1}, "g"),
      set(user("u"), boundary, {1}, {}, arn_of_policy("Q")),
      set(user("u"), renamed_to, {2}, {}, "v"),
      set(user("v"), renamed_from, {2}, {}, "u"),
      set(role("other"), created, {1}),
  });
  using Keys = std::vector<EntityKey>;
  EXPECT_EQ(affected_by(state, customer_policy("p")),
            (Keys{role("r"), user("u"), user("v"), group("g"), customer_policy("p")}));
  EXPECT_EQ(affected_by(state, user("v")),
            (Keys{user("u"), user("v"), group("g"), customer_policy("q")}));
  EXPECT_EQ(affected_by(state, group("g")),
            (Keys{user("u"), user("v"), group("g"), customer_policy("p")}));
  EXPECT_EQ(affected_by(state, role("r")), (Keys{role("r"), customer_policy("p")}));
  EXPECT_EQ(affected_by(state, role("unknown")), Keys{role("unknown")});
}

TEST(TouchedBy, RepositoriesOfARegistryAndBelowATemplate) {
  const AccountState state = state_of({
      set(repository("prod/a"), created, {1}, {}, "service"),
      set(repository("prod/b"), created, {1}),
      set(repository("product"), created, {1}, {}, "service"),
      set({EntityKind::repository, "us-east-1", "prod/a"}, created, {1}, {}, "service"),
  });
  using Keys = std::vector<EntityKey>;
  EXPECT_EQ(affected_by(state, registry()),
            (Keys{repository("prod/a"), repository("prod/b"), repository("product"), registry()}));
  EXPECT_EQ(affected_by(state, template_of("prod")),
            (Keys{repository("prod/a"), template_of("prod")}));
  EXPECT_EQ(affected_by(state, template_of("ROOT")),
            (Keys{repository("prod/a"), repository("product"), template_of("ROOT")}));
}

// The time of what undid an entry; -1: it is in effect.
std::int64_t undone_at(const std::vector<Fact>& facts, const Fact& late) {
  const auto by = undone_by(state_of(facts), late.entity, late.entry);
  return by ? by->entry.stamp.time.seconds() : -1;
}

TEST(UndoneBy, NamesTheFirstThatEndedIt) {
  const EntityKey r = role("r");
  const Fact late = set(r, attached, {5}, arn_of_policy("P"));
  const Fact off = cleared(r, attached, {7}, arn_of_policy("P"));
  EXPECT_EQ(undone_at({}, late), -1);
  EXPECT_EQ(undone_at({late}, late), -1);
  EXPECT_EQ(undone_at({late, off}, late), 7);
  EXPECT_EQ(undone_at({cleared(r, attached, {4}, arn_of_policy("P"))}, late), -1);
  EXPECT_EQ(undone_at({off, set(r, deleted, {6})}, late), 6);
  EXPECT_EQ(undone_at({off, set(r, created, {6})}, late), 6);
  EXPECT_EQ(undone_at({set(r, created, {5, "z"})}, late), -1);
  EXPECT_EQ(undone_at({off, set(customer_policy("p"), deleted, {6})}, late), 6);
  EXPECT_EQ(undone_at({set(customer_policy("p"), created, {9})}, late), 9);
}

TEST(UndoneBy, FollowsRenames) {
  const Fact late = with(user("u"), {1});
  const std::vector<Fact> renamed{set(user("u"), renamed_to, {3}, {}, "v"),
                                  set(user("v"), renamed_from, {3}, {}, "u")};
  EXPECT_EQ(undone_at(renamed, late), -1);
  auto facts = renamed;
  facts.push_back(cleared(user("v"), inline_policy, {5}, "p"));
  facts.push_back(cleared(user("u"), inline_policy, {4}, "p"));
  EXPECT_EQ(undone_at(facts, late), 5) << "at 4 another user had the name";
  facts.push_back(cleared(user("u"), inline_policy, {2}, "p"));
  EXPECT_EQ(undone_at(facts, late), 2);
  facts = renamed;
  facts.push_back(set(user("v"), deleted, {6}));
  EXPECT_EQ(undone_at(facts, late), 6);
}

TEST(UndoneBy, MembershipsVersionsAndDoubts) {
  const Fact joined = set(user("u"), member_of, {2}, "g");
  EXPECT_EQ(undone_at({set(group("g"), deleted, {3})}, joined), 3);
  EXPECT_EQ(undone_at({set(group("g"), renamed_to, {3}, {}, "h"),
                       set(group("h"), renamed_from, {3}, {}, "g"), set(group("h"), deleted, {4})},
                      joined),
            4);
  EXPECT_EQ(undone_at({set_default({5}, "v2")}, set_default({2}, "v1")), -1)
      << "the document of v2 was never seen";
  EXPECT_EQ(
      undone_at({set_default({5}, "v2"), version_of("v2", {4}, "two")}, set_default({2}, "v1")), 5);
  EXPECT_EQ(undone_at({with(role("r"), {5})}, set(role("r"), inline_doubt, {2}, "p", "why")), 5);
  const EntityKey whole{EntityKind::account, {}, {}};
  EXPECT_EQ(undone_at({set(whole, seeded, {5})}, set(whole, doubt, {2}, "e", "what")), 5);
}

}  // namespace
}  // namespace auditor::account_view_test
