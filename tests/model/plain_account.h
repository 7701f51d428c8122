// The memory of an account, slow and obviously right: every fact ever given is kept, and what they
// mean together is worked out anew, from the whole list, for each question.
//
// Nothing is shared with evaluator/account/account_state and evaluator/account/subject_view but the
// data they pass on. Each rule is a sentence of the order of events: what a creation or deletion
// wipes, where a rename takes entities, when an attachment has ended.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/account/subject_view.h"

namespace auditor {

class PlainAccount {
 public:
  explicit PlainAccount(AccountKey account) : account_(std::move(account)) {}

  // A fact that was given before changes nothing.
  void give(std::span<const Fact> facts);

  // Everything that a fact was ever about, and the account.
  std::set<EntityKey> entities() const;

  // What evaluator/account/subject_view's view_of() is to say; `as_of` of the result is not filled
  // in. The texts of doubts are not the same either: only whether there are any.
  std::optional<SubjectView> view(const EntityKey& entity) const;

 private:
  // A fact that still counts, and how many renames of the entity ago it was written.
  struct Kept {
    const Fact* fact;
    int renames_ago;
  };
  struct Effective {
    const Entry* document = nullptr;  // null: not known
    std::string version;
    bool is_doubtful = false;
  };

  const Entry* newest_mark(const EntityKey& entity, std::initializer_list<Attribute> marks,
                           const Stamp* until, const Stamp* before) const;
  // Oldest first. `until`: only facts up to that stamp. `is_whole`: whether the creation was seen.
  std::vector<Kept> kept(const EntityKey& entity, const Stamp* until = nullptr,
                         bool* is_whole = nullptr) const;
  bool exists(const EntityKey& entity) const;
  bool policy_ended_since(const EntityKey& policy, const Stamp& since) const;
  Effective effective(const EntityKey& policy) const;
  std::optional<std::string> group_now(std::string group, const Stamp& since) const;
  std::set<std::string> groups_of(const std::vector<Kept>& user) const;
  bool has_member(const EntityKey& group) const;
  bool is_used(const EntityKey& policy) const;

  void add_documents(const std::vector<Kept>& holder, SubjectView& view) const;
  void add_boundary(const std::vector<Kept>& holder, SubjectView& view) const;
  void add_policy_of(const std::vector<Kept>& entity, DocumentKind kind, const std::string& name,
                     SubjectView& view) const;
  void add_template(const EntityKey& repository, const Stamp& created, SubjectView& view) const;

  void name(const EntityKey& entity, const std::vector<Kept>& kept, Subject& subject) const;
  std::optional<SubjectView> principal(const EntityKey& entity) const;
  std::optional<SubjectView> policy(const EntityKey& entity) const;
  std::optional<SubjectView> repository(const EntityKey& entity) const;
  std::optional<SubjectView> registry_or_template(const EntityKey& entity) const;
  std::optional<SubjectView> account() const;

  AccountKey account_;
  std::vector<Fact> facts_;  // by stamp, then as given
};

// A view in words, by which two of them are compared: documents sorted, those that cannot matter
// left out, of doubts only whether there are any.
std::string in_words(const std::optional<SubjectView>& view);

}  // namespace auditor
