// Tested by subject_view_test.cpp.
#include "evaluator/account/affected_subjects.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "evaluator/account/lineage.h"

namespace auditor {
namespace {

// What holds something else, or is held by it, under all names that renames join.
class AffectedSubjects {
 public:
  explicit AffectedSubjects(const AccountState& state) : state_(state) {}

  void add(const EntityKey& entity) {
    for (const EntityKey& name : related_names(state_, entity)) {
      entities_.insert(name);
      add_named(name);
      add_namers(name);
      if (const Entity* known = state_.find(name)) add_policies(*known);
    }
    if (entity.kind == EntityKind::registry) add_repositories(entity.region, {}, false);
    if (entity.kind == EntityKind::template_) {
      add_repositories(entity.region, entity.name == "ROOT" ? "" : entity.name + "/", true);
    }
  }

  std::vector<EntityKey> sorted() && { return {entities_.begin(), entities_.end()}; }

 private:
  void insert_names(const EntityKey& entity) {
    for (EntityKey& name : related_names(state_, entity)) entities_.insert(std::move(name));
  }

  // Groups that it is in.
  void add_named(const EntityKey& name) {
    const Entity* entity = state_.find(name);
    if (!entity) return;
    for (const Entry& membership : entity->of(Attribute::member_of)) {
      insert_names({EntityKind::group, {}, membership.name});
    }
  }

  // Policies that it has, and whose finding of their own depends on that.
  void add_policies(const Entity& entity) {
    for (const Entry& attached : entity.of(Attribute::attached)) add_policy(attached.name);
    for (const Entry& boundary : entity.of(Attribute::boundary)) add_policy(boundary.value);
  }

  void add_policy(const std::string& arn) {
    if (auto policy = policy_key(arn)) entities_.insert(std::move(*policy));
  }

  // Holders of a policy and members of groups that hold it; members of a group.
  void add_namers(const EntityKey& name) {
    for (const EntityKey& namer : state_.named_by(name)) {
      for (const EntityKey& present : related_names(state_, namer)) {
        const bool is_new = entities_.insert(present).second;
        if (is_new && present.kind == EntityKind::group) add_namers(present);
      }
    }
  }

  void add_repositories(const std::string& region, const std::string& below, bool of_service) {
    const auto& entities = state_.entities();
    for (auto at = entities.lower_bound({EntityKind::repository, region, below});
         at != entities.end() && at->first.kind == EntityKind::repository &&
         at->first.region == region && at->first.name.starts_with(below);
         ++at) {
      const Entry* created = at->second.newest(Attribute::created);
      if (!of_service || (created && created->value == "service")) entities_.insert(at->first);
    }
  }

  const AccountState& state_;
  std::set<EntityKey> entities_;
};

// The attribute whose entries answer a doubt, or are of the same kind.
Attribute answered_by(Attribute attribute) {
  switch (attribute) {
    case Attribute::inline_doubt:
      return Attribute::inline_policy;
    case Attribute::boundary_doubt:
      return Attribute::boundary;
    case Attribute::version_doubt:
      return Attribute::version;
    case Attribute::policy_doubt:
      return Attribute::policy;
    case Attribute::doubt:
      return Attribute::seeded;
    default:
      return attribute;
  }
}

// Looks for what ended one entry.
class Ending {
 public:
  Ending(const AccountState& state, const EntityKey& entity, const Entry& entry)
      : state_(state), entity_(entity), entry_(entry) {}

  std::optional<Fact> first() {
    if (!is_in_effect()) {
      const Fate fate = fate_of(state_, entity_, entry_.stamp);
      for (const Fate::Name& name : fate.names) add_superseding(name);
      if (fate.end) add(fate.end->entity, fate.end->entry);
    }
    if (entry_.attribute == Attribute::attached) {
      if (const auto policy = policy_key(entry_.name)) add_end_of_policy(*policy);
    } else if (entry_.attribute == Attribute::member_of) {
      const Fate group = fate_of(state_, {EntityKind::group, {}, entry_.name}, entry_.stamp);
      if (group.end) add(group.end->entity, group.end->entry);
    }
    return std::move(first_);
  }

 private:
  bool ends_it(const Entry& other) const {
    if (other.stamp <= entry_.stamp) return false;
    // The document of an older default version stays in effect until that of a newer one is known.
    if (entry_.attribute != Attribute::default_version) return true;
    const Entry* version =
        Lineage(state_, entity_, nullptr).newest(Attribute::version, other.value);
    return version && version->is_set;
  }

  // Under one of the names that the entity can have now.
  bool is_in_effect() const {
    return std::ranges::any_of(related_names(state_, entity_), [&](const EntityKey& name) {
      const Lineage lineage(state_, name, nullptr);
      const bool has = std::ranges::any_of(lineage.segments(), [&](const Segment& segment) {
        return *segment.key == entity_ && segment.has(entry_);
      });
      return has && !is_superseded(lineage);
    });
  }

  bool is_superseded(const Lineage& lineage) const {
    if (entry_.attribute == Attribute::default_version) {
      return std::ranges::any_of(lineage.all(entry_.attribute),
                                 [&](const Entry* other) { return ends_it(*other); });
    }
    return std::ranges::any_of(attributes(), [&](Attribute attribute) {
      const Entry* newest = lineage.newest(attribute, name_in(attribute));
      return newest && ends_it(*newest);
    });
  }

  std::vector<Attribute> attributes() const {
    if (answered_by(entry_.attribute) == entry_.attribute) return {entry_.attribute};
    return {entry_.attribute, answered_by(entry_.attribute)};
  }

  std::string_view name_in(Attribute attribute) const {
    return attribute == Attribute::seeded ? std::string_view() : entry_.name.view();
  }

  void add_superseding(const Fate::Name& name) {
    const Entity* entity = state_.find(name.key);
    if (!entity) return;
    for (const Attribute attribute : attributes()) {
      for (const Entry& other : entity->of(attribute, name_in(attribute))) {
        if (other.stamp.time.seconds() <= name.until && ends_it(other)) add(name.key, other);
      }
    }
  }

  void add_end_of_policy(const EntityKey& policy) {
    const Entity* entity = state_.find(policy);
    if (!entity || !marks_of(*entity, nullptr).wipes(entry_.stamp)) return;
    const Fate fate = fate_of(state_, policy, entry_.stamp);
    if (fate.end) add(policy, fate.end->entry);
  }

  void add(const EntityKey& entity, const Entry& entry) {
    if (!first_ || entry.stamp < first_->entry.stamp) first_ = Fact{entity, entry, {}};
  }

  const AccountState& state_;
  const EntityKey& entity_;
  const Entry& entry_;
  std::optional<Fact> first_;
};

}  // namespace

std::vector<EntityKey> affected_by(const AccountState& state, const EntityKey& entity) {
  AffectedSubjects affected(state);
  affected.add(entity);
  return std::move(affected).sorted();
}

std::vector<EntityKey> affected_by(const AccountState& state, std::span<const Fact> facts) {
  AffectedSubjects affected(state);
  for (const Fact& fact : facts) affected.add(fact.entity);
  return std::move(affected).sorted();
}

std::optional<Fact> undone_by(const AccountState& state, const EntityKey& entity,
                              const Entry& entry) {
  return Ending(state, entity, entry).first();
}

}  // namespace auditor
