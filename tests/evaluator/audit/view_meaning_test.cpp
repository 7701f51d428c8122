// A field that the cache's key or the comparison forgets is a stale verdict, so each is changed in
// turn. That the list of fields is whole, the compiler holds: it takes the structs apart by name.
#include "evaluator/audit/view_meaning.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/evaluator/account/instants.h"

namespace auditor::view_meaning_test {
namespace {

std::shared_ptr<const KeptDocument> kept(std::string text) {
  return std::make_shared<const KeptDocument>(KeptDocument{std::move(text), {true, {}}});
}

SubjectView some_view() {
  SubjectView view;
  view.subject = {EntityKind::user, "arn:aws:iam::111122223333:user/ann", "111122223333", ""};
  HeldDocument held;
  held.name = "p";
  held.document = kept("{}");
  view.documents = {held, held};
  view.boundary = HeldBoundary{held, {}};
  view.doubts = {"a doubt"};
  view.tags.emplace()["team"] = "a";
  return view;
}

using Change = std::function<void(SubjectView& view)>;

const std::vector<std::pair<const char*, Change>>& changes() {
  static const std::vector<std::pair<const char*, Change>> all{
      {"type", [](SubjectView& view) { view.subject.type = EntityKind::role; }},
      {"arn", [](SubjectView& view) { view.subject.arn += "a"; }},
      {"account", [](SubjectView& view) { view.subject.account = "444455556666"; }},
      {"region", [](SubjectView& view) { view.subject.region = "eu-west-1"; }},
      {"path", [](SubjectView& view) { view.subject.path_is_known = false; }},
      {"latent", [](SubjectView& view) { view.latent = true; }},
      {"fewer documents", [](SubjectView& view) { view.documents.pop_back(); }},
      {"kind", [](SubjectView& view) { view.documents[1].kind = DocumentKind::managed; }},
      {"name", [](SubjectView& view) { view.documents[1].name = "q"; }},
      {"policy ARN", [](SubjectView& view) { view.documents[1].arn = "arn"; }},
      {"version", [](SubjectView& view) { view.documents[1].version = "v2"; }},
      {"text", [](SubjectView& view) { view.documents[1].document = kept("{ }"); }},
      {"no text", [](SubjectView& view) { view.documents[1].document = nullptr; }},
      {"no boundary", [](SubjectView& view) { view.boundary.reset(); }},
      {"boundary", [](SubjectView& view) { view.boundary->policy.name = "q"; }},
      {"unknown boundary", [](SubjectView& view) { view.boundary->unknown_because = "gone"; }},
      {"doubt", [](SubjectView& view) { view.doubts[0] = "another"; }},
      {"more doubts", [](SubjectView& view) { view.doubts.emplace_back(); }},
      {"tag", [](SubjectView& view) { view.tags->at("team") = "b"; }},
      {"no tags", [](SubjectView& view) { view.tags->clear(); }},
      {"free tags", [](SubjectView& view) { view.tags.reset(); }},
      {"scope", [](SubjectView& view) { view.registry_scope_v1 = true; }},
  };
  return all;
}

TEST(ViewMeaning, EachFieldMakesAnotherMeaning) {
  const SubjectView view = some_view();
  for (const auto& [what, change] : changes()) {
    SubjectView other = view;
    change(other);
    EXPECT_NE(bytes_of_meaning(view), bytes_of_meaning(other)) << what;
    EXPECT_FALSE(same_meaning(view, other)) << what;
    EXPECT_TRUE(same_meaning(other, other)) << what;
  }
}

TEST(ViewMeaning, NeitherAgeNorGroupIsPartOfIt) {
  const SubjectView view = some_view();
  SubjectView other = view;
  other.as_of = stamp(7, "e");
  other.documents[0].group = "ops";
  other.documents[1].document = kept("{}");  // another copy of the same text
  EXPECT_EQ(bytes_of_meaning(view), bytes_of_meaning(other));
  EXPECT_TRUE(same_meaning(view, other));
}

TEST(ViewMeaning, WhatEndsOneFieldCannotBeginTheNext) {
  SubjectView one = some_view();
  SubjectView other = one;
  one.doubts = {"a", "b"};
  other.doubts = {"ab"};
  EXPECT_NE(bytes_of_meaning(one), bytes_of_meaning(other));
  one.documents[0].name = "pq";
  other = one;
  one.documents[0].arn = "r";
  other.documents[0].name = "pqr";
  EXPECT_NE(bytes_of_meaning(one), bytes_of_meaning(other));
}

}  // namespace
}  // namespace auditor::view_meaning_test
