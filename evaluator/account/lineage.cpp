// What an entity has now is read from the entries that were written under its name, and for users
// and groups under the names that it had before. Here is decided which of them still count.
//
// A name is not an entity. A role can be deleted and another one created under its name; a user can
// be renamed, and somebody else can get the old name. So each name has marks: its newest birth (a
// creation, or the arrival of a rename) and its newest end (a deletion, or the departure of a
// rename). They wipe entries, as Marks::wipes says:
//
//  - a birth wipes what is of an earlier second: it was another entity's;
//  - an end that no birth followed wipes what has a smaller stamp; a departure wipes all of its
//    second too, since that went along under the new name;
//  - of an end and a birth in one second the birth wins. CloudTrail's times are whole seconds, so
//    which came first is not known; to take the entity for gone would be to stop looking at it.
//
// The lineage starts at the present name. Was its birth a rename, it goes on at the name before, up
// to the second of the rename and with the marks of the events before it; and so on, at most
// rename_chain_max times. Of the entries that are left, the newest of an attribute and name is in
// effect, under whichever name it was written.
//
// Why this is right in every order of events: nothing is decided when an entry arrives. What an
// entry means follows from its stamp and from the entries that are there, and what is there is a
// function of the set of all that ever arrived (account_state.h). A deletion is an entry as well,
// so one that overtakes the creation which it ended finds nothing to delete, and still wipes that
// creation when it comes. An entry that comes twice is one entry.
//
// An example, with the minutes of the stamps, in any order of arrival:
//
//   1 CreateUser ann   2 AttachUserPolicy ann P   3 UpdateUser ann -> bob   4 CreateUser ann
//   5 DetachUserPolicy bob P
//
// The lineage of bob is {bob since 3, ann until 3}. Before 5 he has P: the attachment of 2 is ann's
// of that time, and the creation of 4 is not among the marks before the rename, so it does not wipe
// it. With 5 the newest entry of (attached, P) is bob's own and is not set: he has it no longer.
// The lineage of ann is {ann since 4}: its birth is a creation, so it ends there, and 2 is wiped.
//
// Counter-examples, each a reading that looks as good and is wrong:
//
//  - Copying what ann has to bob when the rename arrives. If 2 is delivered after 3, as CloudTrail
//    may do, then ann holds P for ever and bob never does.
//  - Clearing what ann has when the creation of 4 arrives. If it arrives before 3, P is lost.
//  - Following the name alone, newest entry first. The attachment of 2 is the newest of its kind
//    that ann ever had, so the new ann would be told to hold a policy that nobody gave her.
//
// What lies beyond: entries that a reader can never see again are forgotten, which bounds the
// memory and with it this promise (versions_kept); and a lineage looks back from a name. Where an
// entity went since is fate_of(), which follows renames forward from a stamp.
//
// Tested by subject_view_test.cpp.
#include "evaluator/account/lineage.h"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace auditor {
namespace {

constexpr std::size_t related_names_max = 256;

bool is_birth(Attribute attribute) {
  return attribute == Attribute::created || attribute == Attribute::renamed_from;
}

bool is_end(Attribute attribute) {
  return attribute == Attribute::deleted || attribute == Attribute::renamed_to;
}

bool can_be_renamed(EntityKind kind) {
  return kind == EntityKind::user || kind == EntityKind::group;
}

// The newer of two entries; null counts as older than any.
const Entry* newer(const Entry* a, const Entry* b) {
  if (!a || !b) return a ? a : b;
  return a->stamp < b->stamp ? b : a;
}

const Entry* older(const Entry* a, const Entry* b) {
  if (!a || !b) return a ? a : b;
  return b->stamp < a->stamp ? b : a;
}

// The newest entry that a predicate accepts, of entries that are sorted by stamp.
template <typename Accept>
const Entry* newest_that(std::span<const Entry> entries, Accept accept) {
  for (const Entry& entry : std::views::reverse(entries)) {
    if (accept(entry)) return &entry;
  }
  return nullptr;
}

// An addendum takes the place of its event, so it comes neither before nor after it.
bool is_earlier_event(const Stamp& a, const Stamp& b) {
  return std::tie(a.time, a.event_id) < std::tie(b.time, b.event_id);
}

// Whether something began under the name in a second: then a deletion in it ended what was older.
bool began_in_second(const Entity& entity, EventTime second, const Stamp* as_of) {
  return std::ranges::any_of(
      std::array{Attribute::created, Attribute::renamed_from}, [&](Attribute attribute) {
        return std::ranges::any_of(entity.of(attribute), [&](const Entry& birth) {
          return birth.stamp.time == second && (!as_of || birth.stamp <= *as_of);
        });
      });
}

template <typename Accept>
const Entry* oldest_that(std::span<const Entry> entries, Accept accept) {
  const auto found = std::ranges::find_if(entries, accept);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

bool Marks::wipes(const Stamp& stamp) const {
  if (birth && stamp.time < birth->stamp.time) return true;
  if (!end || born_last()) return false;
  return end->attribute == Attribute::renamed_to ? stamp.time <= end->stamp.time
                                                 : stamp < end->stamp;
}

Marks marks_of(const Entity& entity, const Stamp* as_of, const Stamp* before) {
  const auto in_bounds = [&](const Entry& entry) {
    return (!as_of || entry.stamp <= *as_of) && (!before || is_earlier_event(entry.stamp, *before));
  };
  const auto newest = [&](Attribute attribute) {
    return newest_that(entity.of(attribute), in_bounds);
  };
  return {newer(newest(Attribute::created), newest(Attribute::renamed_from)),
          newer(newest(Attribute::deleted), newest(Attribute::renamed_to))};
}

bool Segment::has(const Entry& entry) const {
  const bool is_of_next =
      left && is_birth(entry.attribute) && !is_earlier_event(entry.stamp, *left);
  return (!as_of || entry.stamp <= *as_of) && entry.stamp.time.seconds() <= until && !is_of_next &&
         !marks.wipes(entry.stamp);
}

Lineage::Lineage(const AccountState& state, const EntityKey& key, const Stamp* as_of) {
  const auto& entities = state.entities();
  auto found = entities.find(key);
  Segment segment;
  segment.as_of = as_of;
  for (int renames = 0; found != entities.end() && renames <= rename_chain_max; ++renames) {
    segment.key = &found->first;
    segment.entity = &found->second;
    segment.marks = marks_of(found->second, as_of, segment.left);
    segments_.push_back(segment);
    const Entry* birth = segment.marks.birth;
    if (!segment.marks.born_last() || birth->attribute != Attribute::renamed_from) break;
    segment.left = &birth->stamp;
    segment.until = birth->stamp.time.seconds();
    found = entities.find({key.kind, key.region, birth->value});
  }
}

bool Lineage::exists() const {
  if (segments_.empty()) return false;
  const Segment& present = segments_.front();
  return std::ranges::any_of(present.entity->entries, [&](const Entry& entry) {
    return !is_end(entry.attribute) && present.has(entry);
  });
}

const Entry* Lineage::newest(Attribute attribute, std::string_view name) const {
  const Entry* newest = nullptr;
  for (const Segment& segment : segments_) {
    newest = newer(newest, newest_that(segment.entity->of(attribute, name),
                                       [&](const Entry& entry) { return segment.has(entry); }));
  }
  return newest;
}

std::vector<const Entry*> Lineage::newest_of(Attribute attribute) const {
  std::map<std::string_view, const Entry*> by_name;
  for (const Segment& segment : segments_) {
    for (const Entry& entry : segment.entity->of(attribute)) {
      if (!segment.has(entry)) continue;
      const Entry*& newest = by_name[entry.name];
      newest = newer(newest, &entry);
    }
  }
  std::vector<const Entry*> entries;
  for (const auto& [name, entry] : by_name) entries.push_back(entry);
  return entries;
}

std::vector<const Entry*> Lineage::all(Attribute attribute) const {
  std::vector<const Entry*> entries;
  for (const Segment& segment : segments_) {
    for (const Entry& entry : segment.entity->of(attribute)) {
      if (segment.has(entry)) entries.push_back(&entry);
    }
  }
  std::ranges::sort(entries, [](const Entry* a, const Entry* b) {
    return std::tie(b->stamp, b->name) < std::tie(a->stamp, a->name);
  });
  return entries;
}

const Entry* Lineage::newest_of_present_name(Attribute attribute) const {
  if (segments_.empty()) return nullptr;
  const Segment& present = segments_.front();
  return newest_that(present.entity->of(attribute), [&](const Entry& entry) {
    return (attribute == Attribute::created || !entry.value.empty()) && present.has(entry);
  });
}

const Entry* Lineage::newest_arn() const {
  // WHY of creations the newest alone: which of several in one second came last is chance, and what
  // it did not tell is not known.
  const auto newest_in = [](std::span<const Segment> segments) {
    const Entry* told = nullptr;
    for (const Segment& segment : segments) {
      const auto in_effect = [&](const Entry& entry) { return segment.has(entry); };
      const Entry* created = newest_that(segment.entity->of(Attribute::created), in_effect);
      if (created && !created->value.empty()) told = newer(told, created);
      told = newer(told, newest_that(segment.entity->of(Attribute::arn), in_effect));
    }
    return told;
  };
  if (segments_.empty()) return nullptr;
  const Entry* told = newest_in(std::span(segments_).first(1));
  return told ? told : newest_in(segments_);
}

const Entry* Lineage::creation() const {
  if (segments_.empty()) return nullptr;
  const Marks& first = segments_.back().marks;
  return first.born_last() && first.birth->attribute == Attribute::created ? first.birth : nullptr;
}

const Entry* Lineage::latest() const {
  const Entry* latest = nullptr;
  for (const Segment& segment : segments_) {
    for (const Entry& entry : segment.entity->entries) {
      if (!is_end(entry.attribute) && segment.has(entry)) latest = newer(latest, &entry);
    }
  }
  return latest;
}

Fate fate_of(const AccountState& state, const EntityKey& key, const Stamp& since,
             const Stamp* as_of) {
  Fate fate{{{key, std::numeric_limits<std::int64_t>::max()}}, std::nullopt};
  Stamp from = since;
  for (int renames = 0; renames < rename_chain_max; ++renames) {
    const EntityKey name = fate.names.back().key;
    const Entity* entity = state.find(name);
    if (!entity) break;
    const auto first = [&](Attribute attribute, auto counts) {
      return oldest_that(entity->of(attribute), [&](const Entry& entry) {
        return (!as_of || entry.stamp <= *as_of) && counts(entry.stamp);
      });
    };
    const auto is_later = [&](const Stamp& stamp) {
      return stamp > from && !began_in_second(*entity, stamp.time, as_of);
    };
    const auto is_of_later_second = [&](const Stamp& stamp) { return stamp.time > from.time; };
    const Entry* end = older(first(Attribute::deleted, is_later),
                             older(first(Attribute::created, is_of_later_second),
                                   first(Attribute::renamed_from, is_of_later_second)));
    const Entry* rename = first(Attribute::renamed_to, [&](const Stamp& stamp) {
      return renames == 0 ? stamp.time >= from.time : is_earlier_event(from, stamp);
    });
    if (!rename || (end && end->stamp < rename->stamp)) {
      if (end) fate.end = Fact{name, *end, {}};
      break;
    }
    fate.names.back().until = rename->stamp.time.seconds();
    fate.names.push_back(
        {{key.kind, key.region, rename->value}, std::numeric_limits<std::int64_t>::max()});
    from = rename->stamp;
  }
  return fate;
}

std::vector<EntityKey> related_names(const AccountState& state, const EntityKey& key) {
  if (!can_be_renamed(key.kind)) return {key};
  std::set<EntityKey> names{key};
  std::vector<EntityKey> open{key};
  while (!open.empty() && names.size() < related_names_max) {
    const EntityKey name = std::move(open.back());
    open.pop_back();
    const Entity* entity = state.find(name);
    if (!entity) continue;
    for (const Attribute attribute : {Attribute::renamed_to, Attribute::renamed_from}) {
      for (const Entry& rename : entity->of(attribute)) {
        const EntityKey other{key.kind, key.region, rename.value};
        if (names.insert(other).second) open.push_back(other);
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace auditor
