// What a change means for the subjects that it can affect: the same subjects before it and after.
#pragma once

#include <map>
#include <span>
#include <string>

#include "evaluator/account/subject_view.h"
#include "evaluator/events/change.h"

namespace auditor {

// Subjects at one moment, by ARN.
using Views = std::map<std::string, SubjectView>;

// Of the entities that are subjects. `as_of`: see view_of().
Views views_of(const AccountKey& account, const AccountState& state,
               std::span<const EntityKey> entities, const Stamp* as_of = nullptr);

struct MergeEffect {
  bool is_changed = false;  // false: the facts were known, or say nothing; both views are the same
  Views before, after;
};

// What merging the facts would do. `state` is as it was afterwards.
MergeEffect effect_of_merge(const AccountChange& change, AccountState& state);

}  // namespace auditor
