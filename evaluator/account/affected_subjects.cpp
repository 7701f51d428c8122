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
class Touched {
 public:
  explicit Touched(const AccountState& state) : state_(state) {}

  void add(const ThingKey& thing) {
    for (const ThingKey& name : related_names(state_, thing)) {
      things_.insert(name);
      add_named(name);
      add_namers(name);
      if (const Thing* known = state_.find(name)) add_policies(*known);
    }
    if (thing.kind == ThingKind::registry) add_repositories(thing.region, {}, false);
    if (thing.kind == ThingKind::template_) {
      add_repositories(thing.region, thing.name == "ROOT" ? "" : thing.name + "/", true);
    }
  }

  std::vector<ThingKey> sorted() && { return {things_.begin(), things_.end()}; }

 private:
  void insert_names(const ThingKey& thing) {
    for (ThingKey& name : related_names(state_, thing)) things_.insert(std::move(name));
  }

  // Groups that it is in.
  void add_named(const ThingKey& name) {
    const Thing* thing = state_.find(name);
    if (!thing) return;
    for (const Entry& membership : thing->of(Register::member_of)) {
      insert_names({ThingKind::group, {}, membership.name});
    }
  }

  // Policies that it has, and whose finding of their own depends on that.
  void add_policies(const Thing& thing) {
    for (const Entry& attached : thing.of(Register::attached)) add_policy(attached.name);
    for (const Entry& boundary : thing.of(Register::boundary)) add_policy(boundary.value);
  }

  void add_policy(const std::string& arn) {
    if (auto policy = policy_key(arn)) things_.insert(std::move(*policy));
  }

  // Holders of a policy and members of groups that hold it; members of a group.
  void add_namers(const ThingKey& name) {
    for (const ThingKey& namer : state_.named_by(name)) {
      for (const ThingKey& present : related_names(state_, namer)) {
        const bool is_new = things_.insert(present).second;
        if (is_new && present.kind == ThingKind::group) add_namers(present);
      }
    }
  }

  void add_repositories(const std::string& region, const std::string& below, bool of_service) {
    const auto& things = state_.things();
    for (auto at = things.lower_bound({ThingKind::repository, region, below});
         at != things.end() && at->first.kind == ThingKind::repository &&
         at->first.region == region && at->first.name.starts_with(below);
         ++at) {
      const Entry* created = at->second.newest(Register::created);
      if (!of_service || (created && created->value == "service")) things_.insert(at->first);
    }
  }

  const AccountState& state_;
  std::set<ThingKey> things_;
};

// The register whose entries answer a doubt, or are of the same kind.
Register answered_by(Register reg) {
  switch (reg) {
    case Register::inline_doubt:
      return Register::inline_policy;
    case Register::boundary_doubt:
      return Register::boundary;
    case Register::version_doubt:
      return Register::version;
    case Register::policy_doubt:
      return Register::policy;
    case Register::doubt:
      return Register::seeded;
    default:
      return reg;
  }
}

// Looks for what ended one entry.
class Ending {
 public:
  Ending(const AccountState& state, const ThingKey& thing, const Entry& entry)
      : state_(state), thing_(thing), entry_(entry) {}

  std::optional<Fact> first() {
    if (!is_in_effect()) {
      const Fate fate = fate_of(state_, thing_, entry_.stamp);
      for (const Fate::Name& name : fate.names) add_superseding(name);
      if (fate.end) add(fate.end->thing, fate.end->entry);
    }
    if (entry_.reg == Register::attached) {
      if (const auto policy = policy_key(entry_.name)) add_end_of_policy(*policy);
    } else if (entry_.reg == Register::member_of) {
      const Fate group = fate_of(state_, {ThingKind::group, {}, entry_.name}, entry_.stamp);
      if (group.end) add(group.end->thing, group.end->entry);
    }
    return std::move(first_);
  }

 private:
  bool ends_it(const Entry& other) const {
    if (other.stamp <= entry_.stamp) return false;
    // The document of an older default version stays in effect until that of a newer one is known.
    if (entry_.reg != Register::default_version) return true;
    const Entry* version = Lineage(state_, thing_, nullptr).newest(Register::version, other.value);
    return version && version->is_set;
  }

  // Under one of the names that the thing can have now.
  bool is_in_effect() const {
    return std::ranges::any_of(related_names(state_, thing_), [&](const ThingKey& name) {
      const Lineage lineage(state_, name, nullptr);
      const bool has = std::ranges::any_of(lineage.segments(), [&](const Segment& segment) {
        return *segment.key == thing_ && segment.has(entry_);
      });
      return has && !is_superseded(lineage);
    });
  }

  bool is_superseded(const Lineage& lineage) const {
    if (entry_.reg == Register::default_version) {
      return std::ranges::any_of(lineage.all(entry_.reg),
                                 [&](const Entry* other) { return ends_it(*other); });
    }
    return std::ranges::any_of(registers(), [&](Register reg) {
      const Entry* newest = lineage.newest(reg, name_in(reg));
      return newest && ends_it(*newest);
    });
  }

  std::vector<Register> registers() const {
    if (answered_by(entry_.reg) == entry_.reg) return {entry_.reg};
    return {entry_.reg, answered_by(entry_.reg)};
  }

  std::string_view name_in(Register reg) const {
    return reg == Register::seeded ? std::string_view() : entry_.name.view();
  }

  void add_superseding(const Fate::Name& name) {
    const Thing* thing = state_.find(name.key);
    if (!thing) return;
    for (const Register reg : registers()) {
      for (const Entry& other : thing->of(reg, name_in(reg))) {
        if (other.stamp.time <= name.until && ends_it(other)) add(name.key, other);
      }
    }
  }

  void add_end_of_policy(const ThingKey& policy) {
    const Thing* thing = state_.find(policy);
    if (!thing || !marks_of(*thing, nullptr).wipes(entry_.stamp)) return;
    const Fate fate = fate_of(state_, policy, entry_.stamp);
    if (fate.end) add(policy, fate.end->entry);
  }

  void add(const ThingKey& thing, const Entry& entry) {
    if (!first_ || entry.stamp < first_->entry.stamp) first_ = Fact{thing, entry, {}};
  }

  const AccountState& state_;
  const ThingKey& thing_;
  const Entry& entry_;
  std::optional<Fact> first_;
};

}  // namespace

std::vector<ThingKey> touched_by(const AccountState& state, const ThingKey& thing) {
  Touched touched(state);
  touched.add(thing);
  return std::move(touched).sorted();
}

std::vector<ThingKey> touched_by(const AccountState& state, std::span<const Fact> facts) {
  Touched touched(state);
  for (const Fact& fact : facts) touched.add(fact.thing);
  return std::move(touched).sorted();
}

std::optional<Fact> undone_by(const AccountState& state, const ThingKey& thing,
                              const Entry& entry) {
  return Ending(state, thing, entry).first();
}

}  // namespace auditor
