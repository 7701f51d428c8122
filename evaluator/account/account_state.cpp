#include "evaluator/account/account_state.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "evaluator/policy/arn.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

using Entries = std::vector<Entry>;

constexpr std::size_t grows_by_one_up_to = 8;

struct ByRegister {
  bool operator()(const Entry& entry, Attribute attribute) const {
    return entry.attribute < attribute;
  }
  bool operator()(Attribute attribute, const Entry& entry) const {
    return attribute < entry.attribute;
  }
};

using RegisterName = std::pair<Attribute, std::string_view>;

struct ByRegisterName {
  bool operator()(const Entry& entry, const RegisterName& at) const {
    return RegisterName(entry.attribute, entry.name.view()) < at;
  }
  bool operator()(const RegisterName& at, const Entry& entry) const {
    return at < RegisterName(entry.attribute, entry.name.view());
  }
};

bool stands_before(const Entry& a, const Entry& b) {
  return std::tie(a.attribute, a.name, a.stamp) < std::tie(b.attribute, b.name, b.stamp);
}

bool same_place(const Entry& a, const Entry& b) {
  return a.attribute == b.attribute && a.name == b.name && a.stamp == b.stamp;
}

bool fact_before(const Fact& a, const Fact& b) {
  return a.entity != b.entity ? a.entity < b.entity : stands_before(a.entry, b.entry);
}

// Where the entry of this attribute, name and stamp is, or would be.
Entries::iterator place_of(Entries& entries, const Entry& entry) {
  return std::ranges::lower_bound(entries, entry, stands_before);
}

std::vector<const EntityKey*>::iterator place_of(std::vector<const EntityKey*>& keys,
                                                 const EntityKey& key) {
  return std::ranges::lower_bound(keys, key, {},
                                  [](const EntityKey* at) -> const EntityKey& { return *at; });
}

bool is_mark(Attribute attribute) {
  return attribute == Attribute::created || attribute == Attribute::deleted ||
         attribute == Attribute::renamed_to || attribute == Attribute::renamed_from;
}

// A rename that arrives late may take the entries of a user or group to another name, and a
// repository may turn out to be created under a template of the past: what creations and deletions
// wipe is kept for them.
bool forgets_what_is_wiped(EntityKind kind) {
  return kind != EntityKind::user && kind != EntityKind::group && kind != EntityKind::template_;
}

// Where an entry names a policy by its ARN; null: nowhere.
SharedText Entry::* policy_arn_in(Attribute attribute) {
  if (attribute == Attribute::attached) return &Entry::name;
  return attribute == Attribute::boundary ? &Entry::value : nullptr;
}

// The entity that an entry names, for the index.
std::optional<EntityKey> named_thing(const Entry& entry) {
  switch (entry.attribute) {
    case Attribute::attached:
      return policy_key(entry.name);
    case Attribute::boundary:
      return policy_key(entry.value);
    case Attribute::member_of:
      return EntityKey{EntityKind::group, {}, entry.name};
    default:
      return std::nullopt;
  }
}

// Forgets entries of one entity, and remembers which.
class Pruning {
 public:
  Pruning(const EntityKey& key, Entity& entity, std::vector<Fact>& removed)
      : key_(key), entity_(entity), removed_(removed) {}

  void after(const Entry& merged) {
    if (is_mark(merged.attribute)) {
      forget_wiped();
      forget_superseded_everywhere();
    } else if (merged.attribute == Attribute::seeded) {
      forget_superseded(merged.attribute, merged.name);
      forget_settled_doubts();
    } else {
      forget_wiped();
      if (merged.attribute == Attribute::doubt) forget_settled_doubts();
      forget_superseded(merged.attribute, merged.name);
    }
    forget_excess();
  }

 private:
  template <typename Forgettable>
  void forget(std::size_t first, std::size_t last, Forgettable forgettable) {
    auto& entries = entity_.entries;
    std::size_t kept = first;
    for (std::size_t i = first; i < last; ++i) {
      if (forgettable(entries[i])) {
        removed_.push_back({key_, std::move(entries[i]), {}});
      } else {
        if (kept != i) entries[kept] = std::move(entries[i]);
        ++kept;
      }
    }
    entries.erase(at(kept), at(last));
  }

  Entries::iterator at(std::size_t index) {
    return entity_.entries.begin() + static_cast<std::ptrdiff_t>(index);
  }

  std::pair<std::size_t, std::size_t> range(std::span<const Entry> entries) const {
    const auto first = static_cast<std::size_t>(entries.data() - entity_.entries.data());
    return {first, first + entries.size()};
  }

  // INVARIANT: only what is older in whole seconds is forgotten. A creation in the second of a
  // deletion may still arrive, and would bring back the entries of that second.
  void forget_wiped() {
    if (!forgets_what_is_wiped(key_.kind)) return;
    std::int64_t since = std::numeric_limits<std::int64_t>::min();
    for (const Attribute attribute : {Attribute::created, Attribute::deleted}) {
      if (const Entry* mark = entity_.newest(attribute))
        since = std::max(since, mark->stamp.time.seconds());
    }
    const auto wiped = [&](const Entry& entry) { return entry.stamp.time.seconds() < since; };
    if (std::ranges::any_of(entity_.entries, wiped)) forget(0, entity_.entries.size(), wiped);
  }

  void forget_settled_doubts() {
    const Entry* seeded = entity_.newest(Attribute::seeded);
    if (!seeded) return;
    const Stamp settled = seeded->stamp;
    const auto [first, last] = range(entity_.of(Attribute::doubt));
    forget(first, last, [&](const Entry& doubt) { return doubt.stamp < settled; });
  }

  void forget_superseded_everywhere() {
    for (std::size_t i = 0; i < entity_.entries.size();) {
      const Attribute attribute = entity_.entries[i].attribute;
      const SharedText name = entity_.entries[i].name;
      forget_superseded(attribute, name);
      i = range(entity_.of(attribute, name)).second;
    }
  }

  void forget_superseded(Attribute attribute, std::string_view name) {
    const auto [first, last] = range(entity_.of(attribute, name));
    const std::size_t count = last - first;
    const std::size_t keep = keeps_versions(key_.kind, attribute) ? versions_kept : 1;
    if (count <= keep) return;
    std::set<Stamp> moved;  // the newest before each rename
    if (keep > 1 && attribute != Attribute::renamed_to)
      moved = newest_before_renames(attribute, name);
    forget(first, last - keep, [&](const Entry& entry) { return !moved.contains(entry.stamp); });
  }

  std::set<Stamp> newest_before_renames(Attribute attribute, std::string_view name) const {
    std::set<Stamp> newest;
    const auto versions = entity_.of(attribute, name);
    for (const Entry& rename : entity_.of(Attribute::renamed_to)) {
      const auto end = std::ranges::upper_bound(
          versions, rename.stamp.time, {}, [](const Entry& entry) { return entry.stamp.time; });
      if (end != versions.begin()) newest.insert(std::prev(end)->stamp);
    }
    return newest;
  }

  void forget_excess() {
    auto& entries = entity_.entries;
    const auto notes = std::ranges::partition_point(
        entries, [](const Entry& entry) { return !is_note(entry.attribute); });
    const auto merged = static_cast<std::size_t>(notes - entries.begin());
    if (merged <= entries_of_entity_max) return;
    const std::span<const Entry> candidates(entries.data(), merged);
    const auto goes_first = [](const Entry& a, const Entry& b) {
      return a.is_set != b.is_set ? !a.is_set : a.stamp < b.stamp;
    };
    const Entry victim = *std::ranges::min_element(candidates, goes_first);
    const auto index = static_cast<std::size_t>(place_of(entries, victim) - entries.begin());
    forget(index, index + 1, [](const Entry&) { return true; });
  }

  const EntityKey& key_;
  Entity& entity_;
  std::vector<Fact>& removed_;
};

// What was written and forgotten again by one change is no change.
void drop_what_came_and_went(StateChange& change) {
  if (change.written.empty() || change.removed.empty()) return;
  const auto sorted_places = [](const std::vector<Fact>& facts) {
    std::vector<const Fact*> places;
    for (const Fact& fact : facts) places.push_back(&fact);
    std::ranges::sort(places, [](auto* a, auto* b) { return fact_before(*a, *b); });
    return places;
  };
  const auto written = sorted_places(change.written);
  const auto removed = sorted_places(change.removed);
  std::vector<const Fact*> both;
  std::ranges::set_intersection(written, removed, std::back_inserter(both),
                                [](auto* a, auto* b) { return fact_before(*a, *b); });
  if (both.empty()) return;
  std::vector<Fact> gone;
  for (const Fact* fact : both) gone.push_back({fact->entity, fact->entry, {}});
  const auto came_and_went = [&](const Fact& fact) {
    return std::ranges::binary_search(gone, fact, fact_before);
  };
  std::erase_if(change.written, came_and_went);
  std::erase_if(change.removed, came_and_went);
}

}  // namespace

std::span<const Entry> Entity::of(Attribute attribute, std::string_view name) const {
  const auto [first, last] = std::equal_range(entries.begin(), entries.end(),
                                              RegisterName(attribute, name), ByRegisterName{});
  return {first, last};
}

std::span<const Entry> Entity::of(Attribute attribute) const {
  const auto [first, last] =
      std::equal_range(entries.begin(), entries.end(), attribute, ByRegister{});
  return {first, last};
}

const Entry* Entity::newest(Attribute attribute, std::string_view name) const {
  const auto entries_of_attribute = of(attribute, name);
  return entries_of_attribute.empty() ? nullptr : &entries_of_attribute.back();
}

AccountState::AccountState(const AccountState& other)
    : entities_(other.entities_), policy_arns_(other.policy_arns_) {
  for (auto& [key, entity] : entities_) {
    for (Entry& entry : entity.entries) name(key, entry);
  }
}

AccountState& AccountState::operator=(AccountState other) noexcept {
  entities_.swap(other.entities_);
  named_by_.swap(other.named_by_);
  policy_arns_.swap(other.policy_arns_);
  return *this;
}

StateChange AccountState::merge(std::span<const Fact> facts) {
  StateChange change;
  for (const Fact& fact : facts) {
    if (!insert(fact.entity, fact.entry)) continue;
    change.written.push_back(fact);
    const auto entity = entities_.find(fact.entity);
    const std::size_t kept = change.removed.size();
    Pruning(entity->first, entity->second, change.removed).after(fact.entry);
    for (std::size_t i = kept; i < change.removed.size(); ++i) unname(change.removed[i]);
    if (entity->second.entries.empty()) entities_.erase(entity);
  }
  drop_what_came_and_went(change);
  return change;
}

StateChange AccountState::put(const Fact& fact) {
  StateChange change;
  if (const Entity* entity = find(fact.entity)) {
    for (const Entry& entry : entity->of(fact.entry.attribute, fact.entry.name)) {
      change.removed.push_back({fact.entity, entry, {}});
    }
  }
  if (fact.entry.is_set) change.written.push_back(fact);
  for (const Fact& old : change.removed) erase(old);
  for (const Fact& note : change.written) insert(note.entity, note.entry);
  return change;
}

void AccountState::rollback(const StateChange& change) {
  for (const Fact& fact : change.written) erase(fact);
  for (const Fact& fact : change.removed) insert(fact.entity, fact.entry);
}

void AccountState::restore(Fact fact) {
  if (insert(fact.entity, fact.entry)) return;
  erase(fact);
  insert(fact.entity, std::move(fact.entry));
}

const Entity* AccountState::find(const EntityKey& key) const {
  const auto entity = entities_.find(key);
  return entity == entities_.end() ? nullptr : &entity->second;
}

std::vector<EntityKey> AccountState::named_by(const EntityKey& policy_or_group) const {
  const auto names = named_by_.find(policy_or_group);
  if (names == named_by_.end()) return {};
  std::vector<EntityKey> namers;
  for (const EntityKey* namer : names->second) namers.push_back(*namer);
  return namers;
}

bool AccountState::insert(const EntityKey& key, Entry entry) {
  const auto entity = entities_.try_emplace(key).first;
  auto& entries = entity->second.entries;
  const auto place = place_of(entries, entry);
  if (place != entries.end() && same_place(*place, entry)) return false;
  name(entity->first, entry);
  const auto index = place - entries.begin();
  // Most entities have a few entries for as long as they live, and there are very many of them.
  if (entries.size() == entries.capacity() && entries.size() < grows_by_one_up_to) {
    entries.reserve(entries.size() + 1);
  }
  entries.insert(entries.begin() + index, std::move(entry));
  return true;
}

void AccountState::erase(const Fact& fact) {
  const auto entity = entities_.find(fact.entity);
  if (entity == entities_.end()) return;
  auto& entries = entity->second.entries;
  const auto place = place_of(entries, fact.entry);
  if (place == entries.end() || !same_place(*place, fact.entry)) return;
  entries.erase(place);
  unname(fact);
  if (entries.empty()) entities_.erase(entity);
}

void AccountState::name(const EntityKey& namer, Entry& entry) {
  if (const auto arn = policy_arn_in(entry.attribute)) {
    entry.*arn = *policy_arns_.insert(entry.*arn).first;
  }
  const auto named = named_thing(entry);
  if (!named) return;
  auto& namers = named_by_[*named];
  const auto place = place_of(namers, namer);
  if (place == namers.end() || **place != namer) namers.insert(place, &namer);
}

void AccountState::unname(const Fact& removed) {
  if (const auto arn = policy_arn_in(removed.entry.attribute)) {
    const auto shared = policy_arns_.find(removed.entry.*arn);
    // The set and what was removed hold it. One too few in the set does no harm.
    if (shared != policy_arns_.end() && shared->owners() <= 2) policy_arns_.erase(shared);
  }
  const auto named = named_thing(removed.entry);
  if (!named) return;
  if (const Entity* entity = find(removed.entity)) {
    for (const Attribute attribute :
         {Attribute::attached, Attribute::boundary, Attribute::member_of}) {
      for (const Entry& entry : entity->of(attribute)) {
        if (named_thing(entry) == named) return;
      }
    }
  }
  const auto names = named_by_.find(*named);
  if (names == named_by_.end()) return;
  const auto place = place_of(names->second, removed.entity);
  if (place != names->second.end() && **place == removed.entity) names->second.erase(place);
  if (names->second.empty()) named_by_.erase(names);
}

bool keeps_versions(EntityKind kind, Attribute attribute) {
  switch (kind) {
    case EntityKind::user:
    case EntityKind::group:
      return true;
    case EntityKind::policy:
      return attribute == Attribute::default_version;
    case EntityKind::template_:
      return is_mark(attribute) || attribute == Attribute::policy ||
             attribute == Attribute::policy_doubt;
    default:
      return false;
  }
}

std::optional<EntityKey> policy_key(std::string_view policy_arn) {
  if (is_aws_managed_policy(policy_arn) || !is_managed_policy_arn(policy_arn)) return std::nullopt;
  const auto arn = split_arn(policy_arn);
  if (!arn) return std::nullopt;
  const std::string_view name = arn->resource.substr(std::string_view("policy/").size());
  return EntityKey{EntityKind::policy, {}, to_lower(name)};
}

}  // namespace auditor
