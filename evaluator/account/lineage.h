// Which entries of the memory are still in effect for the entity that has a name now.
//
// A creation or deletion wipes what is older; a rename takes what a user or group has to another
// name. So what a user has now may stand under several names, under each in a span of time: its
// lineage.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "evaluator/account/account_state.h"

namespace auditor {

inline constexpr int rename_chain_max = 16;

// The latest beginning and end of what has a key's name, among the marks that a reader looks at.
struct Marks {
  const Entry* birth = nullptr;  // created, renamed_from
  const Entry* end = nullptr;    // deleted, renamed_to

  // Of a deletion and a creation in one second the creation wins.
  bool born_last() const { return birth && (!end || birth->stamp.time >= end->stamp.time); }
  bool wipes(const Stamp& stamp) const;
};

// The marks of an entity with stamps up to `as_of` (null: all), of events before `before` (null:
// all).
Marks marks_of(const Entity& entity, const Stamp* as_of, const Stamp* before = nullptr);

// What stood under one name.
struct Segment {
  const EntityKey* key = nullptr;
  const Entity* entity = nullptr;
  Marks marks;
  const Stamp* as_of = nullptr;  // null: now
  const Stamp* left = nullptr;   // when a rename took it to the next name; null: it has it still
  std::int64_t until = std::numeric_limits<std::int64_t>::max();  // seconds since 1970

  bool has(const Entry& entry) const;
};

// Valid until the next change of the state.
class Lineage {
 public:
  Lineage(const AccountState& state, const EntityKey& key, const Stamp* as_of);

  // True when an entry proves that the entity is there.
  bool exists() const;
  // What is in effect of an attribute; null when nothing was said. It may be one that is not set.
  const Entry* newest(Attribute attribute, std::string_view name = {}) const;
  // The same of each name of an attribute, sorted by name.
  std::vector<const Entry*> newest_of(Attribute attribute) const;
  // All entries in effect of an attribute, of whatever name, newest first.
  std::vector<const Entry*> all(Attribute attribute) const;
  // The newest that has a value, of the name that it has now only; of creations the newest.
  const Entry* newest_of_present_name(Attribute attribute) const;
  // The one that says last which ARN it has: of its present name, else of an older one. It may be
  // one that is not set (Attribute::arn); null: none says it.
  const Entry* newest_arn() const;
  // The creation that it began with; null when that was not seen.
  const Entry* creation() const;
  // The newest entry in effect; null when it does not exist.
  const Entry* latest() const;

  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;  // the present name first
};

// What became of the entity that had the name `key` at `since`.
struct Fate {
  struct Name {
    EntityKey key;
    std::int64_t until;  // it had the name up to this second
  };
  std::vector<Name> names;  // that it went through, at least one; the last one is its present name
  std::optional<Fact> end;  // what ended it: its deletion, or the creation of another one
};

// Follows the entity through at most rename_chain_max renames. Marks after `as_of` (null: none) are
// not looked at.
Fate fate_of(const AccountState& state, const EntityKey& key, const Stamp& since,
             const Stamp* as_of = nullptr);

// `key`, and the names that renames join to it, sorted. A superset of those that mean one entity.
std::vector<EntityKey> related_names(const AccountState& state, const EntityKey& key);

}  // namespace auditor
