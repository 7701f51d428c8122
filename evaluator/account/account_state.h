// The memory of one account: a set of entries that can be merged, undone and read.
//
// What is kept is a function of the set of entries that were ever inserted, so neither order nor
// repetition changes it (up to `versions_kept` below). No Kafka, no JSON: sinks/state_record writes
// entries, subject_view reads what they mean.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "evaluator/account/fact.h"

namespace auditor {

// Of one attribute of a user, group, policy default or template, whose older values can matter
// again: a rename that arrives late moves them, a repository created earlier takes them. Besides
// these the newest before each known rename is kept. All other attributes keep their newest entry
// only.
inline constexpr std::size_t versions_kept = 8;
// Entries of one entity; past it the oldest that are not set are forgotten, then the oldest.
inline constexpr std::size_t entries_of_entity_max = 10'000;

// What is known of one entity, sorted by (attribute, name, stamp).
struct Entity {
  std::vector<Entry> entries;

  // The entries of one attribute, oldest first. Valid until the next change.
  std::span<const Entry> of(Attribute attribute, std::string_view name) const;
  std::span<const Entry> of(Attribute attribute) const;  // all names
  const Entry* newest(Attribute attribute, std::string_view name = {}) const;
};

// What a change did, so that it can be written and undone.
struct StateChange {
  std::vector<Fact> written;  // new or replaced; documents with their text, for the topic
  std::vector<Fact> removed;  // as they were; no text
};

class AccountState {
 public:
  AccountState() = default;
  AccountState(const AccountState& other);
  AccountState(AccountState&& other) noexcept = default;
  AccountState& operator=(AccountState other) noexcept;
  ~AccountState() = default;

  // Merges facts, then forgets what can never matter again. An entry whose stamp, attribute and
  // name are there already changes nothing; nor does one that is superseded or wiped for good.
  StateChange merge(std::span<const Fact> facts);

  // For what the auditor notes for itself (judged, open, use): replaces whatever the attribute
  // holds; `is_set` false removes it.
  StateChange put(const Fact& fact);

  // Takes a change back. Changes are undone in reverse order.
  void rollback(const StateChange& change);

  // From the topic of the state: an entry as it was. In any order, nothing is forgotten; what has
  // its attribute, name and stamp is replaced.
  void restore(Fact fact);

  const Entity* find(const EntityKey& key) const;
  const std::map<EntityKey, Entity>& entities() const { return entities_; }

  // Entities that have named it once: who was attached a policy (key of a policy, or the full ARN
  // of an AWS managed one is not kept) or bounded by it; who was a member of a group. A superset:
  // ask the view whether they still are.
  std::vector<EntityKey> named_by(const EntityKey& policy_or_group) const;

  bool empty() const { return entities_.empty(); }

 private:
  bool insert(const EntityKey& key, Entry entry);  // false: its place is taken
  void erase(const Fact& fact);
  void name(const EntityKey& namer, Entry& entry);
  void unname(const Fact& removed);

  std::map<EntityKey, Entity> entities_;
  // The keys are those of entities_, sorted.
  std::map<EntityKey, std::vector<const EntityKey*>> named_by_;
  std::unordered_set<SharedText> policy_arns_;  // the same few are attached again and again
};

// True when `kind` keeps older versions of the attribute.
bool keeps_versions(EntityKind kind, Attribute attribute);

// The key of the customer managed policy of an ARN ("arn:aws:iam::111122223333:policy/team/p" ->
// policy "team/p"); nullopt for AWS managed and invalid ones.
std::optional<EntityKey> policy_key(std::string_view policy_arn);

}  // namespace auditor
