#include "tests/model/replayed_account.h"

#include <algorithm>

namespace auditor {
namespace {

using enum Attribute;

std::string before_name(const std::string& arn) { return arn.substr(0, arn.rfind('/') + 1); }

std::string name_part(const std::string& text) { return text.substr(text.rfind('/') + 1); }

bool is_principal_or_group(EntityKind kind) {
  return kind == EntityKind::role || kind == EntityKind::user || kind == EntityKind::group;
}

HeldDocument held_document(DocumentKind kind, std::string name, std::string arn,
                           std::string version, std::shared_ptr<const KeptDocument> document) {
  HeldDocument result;
  result.kind = kind;
  result.name = std::move(name);
  result.arn = std::move(arn);
  result.version = std::move(version);
  result.document = std::move(document);
  return result;
}

}  // namespace

ReplayedAccount::ObjectPointer ReplayedAccount::at(const EntityKey& key) {
  ObjectPointer& object = entities_[key];
  if (!object) object = std::make_shared<Object>();
  return object;
}

ReplayedAccount::ObjectPointer ReplayedAccount::find(const EntityKey& key) const {
  const auto found = entities_.find(key);
  return found == entities_.end() ? nullptr : found->second;
}

void ReplayedAccount::end(const EntityKey& key) {
  if (const ObjectPointer object = find(key)) object->has_ended = true;
  entities_.erase(key);
}

void ReplayedAccount::rename(const EntityKey& from, const EntityKey& to) {
  end(to);
  const ObjectPointer object = at(from);
  entities_.erase(from);
  object->is_known = true;
  object->name_at_creation.clear();
  object->name_taught.clear();
  object->name_spelled.clear();
  entities_[to] = object;
}

// Not set: it was moved to a path that is not understood.
void ReplayedAccount::teach(Object& object, const Entry& entry) {
  if (!entry.is_set) return object.up_to_name.clear();
  object.up_to_name = before_name(entry.value);
  object.name_taught = name_part(entry.value);
}

void ReplayedAccount::create(const Fact& fact) {
  end(fact.entity);
  const ObjectPointer object = at(fact.entity);
  object->is_known = true;
  object->creation_seen = true;
  object->by_service = fact.entry.value == "service";
  object->tags_are_told =
      fact.entity.kind == EntityKind::user || (!fact.entry.value.empty() && !object->by_service);
  if (object->by_service) {
    take_template(fact.entity, *object);
  } else if (!fact.entry.value.empty()) {
    object->name_at_creation = name_part(fact.entry.value);
    object->up_to_name = before_name(fact.entry.value);
  }
}

void ReplayedAccount::take_template(const EntityKey& repository, Object& object) const {
  std::size_t longest = 0;
  for (const auto& [key, candidate] : entities_) {
    if (key.kind != EntityKind::template_ || !candidate->is_known) continue;
    if (key.name != "ROOT" && !repository.name.starts_with(key.name + "/")) continue;
    const std::size_t length = key.name == "ROOT" ? 1 : 1 + key.name.size();
    if (length < longest) continue;
    longest = length;
    const auto policy = candidate->documents.find("");
    object.from_template = policy == candidate->documents.end() ? Slot{} : policy->second;
    object.template_prefix = key.name;
  }
}

void ReplayedAccount::happen(const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    const bool is_mark = fact.entry.attribute == renamed_to || fact.entry.attribute == created;
    if (!is_mark || !begun_.emplace(fact.entry.stamp.event_id, fact.entity).second) continue;
    EntityKey to = fact.entity;
    to.name = fact.entry.value;
    if (fact.entry.attribute == renamed_to) rename(fact.entity, to);
    if (fact.entry.attribute == created) create(fact);
  }
  for (const Fact& fact : facts) change(fact);
}

void ReplayedAccount::change(const Fact& fact) {
  const Entry& entry = fact.entry;
  if (entry.attribute == deleted) return end(fact.entity);
  if (entry.attribute == renamed_to || entry.attribute == renamed_from ||
      entry.attribute == created)
    return;
  Object& object = *at(fact.entity);
  object.is_known = true;
  switch (entry.attribute) {
    case arn:
      return teach(object, entry);
    case spelling:
      object.name_spelled = entry.value;
      return;
    case inline_policy:
    case version:
    case Attribute::policy:
      object.documents[entry.name] = {};
      object.from_template.reset();
      if (entry.is_set) object.documents[entry.name].text = entry.document;
      return;
    case inline_doubt:
    case version_doubt:
    case policy_doubt:
      object.documents[entry.name].is_doubted = true;
      object.from_template.reset();
      return;
    case attached:
      object.attached.erase(entry.name);
      if (!entry.is_set) return;
      object.attached[entry.name] =
          policy_key(entry.name) ? at(*policy_key(entry.name)) : std::make_shared<Object>();
      return;
    case attached_doubt:
      object.attached_unknown[""] = true;
      return;
    case boundary:
      object.boundary.reset();
      object.boundary_is_doubted = false;
      if (!entry.is_set) return;
      object.boundary.emplace(entry.value, policy_key(entry.value) ? at(*policy_key(entry.value))
                                                                   : std::make_shared<Object>());
      return;
    case boundary_doubt:
      object.boundary_is_doubted = true;
      return;
    case member_of: {
      const ObjectPointer group = at({EntityKind::group, "", entry.name});
      object.groups.erase(group);
      if (entry.is_set) object.groups.insert(group);
      return;
    }
    case tag:
      object.tags.erase(entry.name);
      if (entry.is_set) object.tags[entry.name] = entry.value;
      return;
    case default_version:
      object.defaults.push_back(entry.value);
      return;
    case scope:
      object.scope_v1 = entry.value == "V1";
      return;
    case doubt:
      object.account_doubts.erase(entry.name);
      if (entry.is_set) object.account_doubts.insert(entry.name);
      return;
    case seeded:
      object.account_doubts.clear();
      return;
    default:
      return;
  }
}

void ReplayedAccount::add_slot(const Slot& slot, DocumentKind kind, const std::string& name,
                               SubjectView& view) {
  if (slot.text) view.documents.push_back(held_document(kind, name, "", "", *slot.text));
  if (slot.is_doubted) view.doubts.push_back(name);
}

// The version that was made the default last, of those whose document is known.
void ReplayedAccount::add_policy(const Object& policy, const std::string& arn, SubjectView& view) {
  for (auto choice = policy.defaults.rbegin(); choice != policy.defaults.rend(); ++choice) {
    const auto found = policy.documents.find(*choice);
    if (found == policy.documents.end() || !found->second.text) continue;
    view.documents.push_back(
        held_document(DocumentKind::managed, name_part(arn), arn, *choice, *found->second.text));
    if (*choice != policy.defaults.back() || found->second.is_doubted) view.doubts.push_back(arn);
    return;
  }
  view.doubts.push_back(arn);
}

void ReplayedAccount::add_documents(const Object& holder, SubjectView& view) {
  for (const auto& [name, slot] : holder.documents)
    add_slot(slot, DocumentKind::inline_, name, view);
  for (const auto& [arn, policy] : holder.attached) {
    if (policy->has_ended) continue;
    if (policy_key(arn)) {
      add_policy(*policy, arn, view);
    } else {
      view.documents.push_back(
          held_document(DocumentKind::aws_managed, name_part(arn), arn, "", nullptr));
    }
  }
  if (!holder.attached_unknown.empty()) view.doubts.emplace_back("attached");
}

bool ReplayedAccount::is_used(const ObjectPointer& policy) const {
  return std::ranges::any_of(entities_, [&](const auto& entry) {
    const Object& holder = *entry.second;
    return (holder.boundary && holder.boundary->second == policy) ||
           std::ranges::any_of(holder.attached,
                               [&](const auto& held) { return held.second == policy; });
  });
}

bool ReplayedAccount::has_member(const ObjectPointer& group) const {
  return std::ranges::any_of(
      entities_, [&](const auto& entry) { return entry.second->groups.contains(group); });
}

std::optional<SubjectView> ReplayedAccount::view(const AccountKey& account,
                                                 const EntityKey& entity) const {
  const ObjectPointer object = find(entity);
  if (!object || !object->is_known) return std::nullopt;
  SubjectView view;
  const std::string iam = "arn:" + account.partition + ":iam::" + account.account + ":";
  const std::string ecr =
      "arn:" + account.partition + ":ecr:" + entity.region + ":" + account.account + ":";
  const bool is_policy = entity.kind == EntityKind::permission_set;
  const EntityKind type = is_policy ? EntityKind::policy : entity.kind;
  view.subject = {.type = type, .arn = {}, .account = account.account, .region = entity.region};
  std::string& arn = view.subject.arn;
  if (is_principal_or_group(entity.kind) || entity.kind == EntityKind::policy) {
    const std::string no_path = iam + std::string(to_string(entity.kind)) + "/";
    view.subject.path_is_known = entity.kind == EntityKind::policy || !object->up_to_name.empty();
    arn = object->up_to_name.empty() ? no_path : object->up_to_name;
    arn += !object->name_at_creation.empty() ? object->name_at_creation
           : !object->name_taught.empty()    ? object->name_taught
           : !object->name_spelled.empty()   ? object->name_spelled
           : object->up_to_name.empty()      ? entity.name
                                             : name_part(entity.name);
  }
  if (is_principal_or_group(entity.kind)) {
    add_documents(*object, view);
    for (const ObjectPointer& group : object->groups) {
      if (!group->has_ended) add_documents(*group, view);
    }
    if (object->boundary_is_doubted) {
      view.boundary = HeldBoundary{{}, "unreadable"};
    } else if (object->boundary) {
      const auto& [bound, policy] = *object->boundary;
      SubjectView bounded;
      if (policy_key(bound)) {
        add_policy(*policy, bound, bounded);
      } else {
        bounded.documents.push_back(
            held_document(DocumentKind::aws_managed, name_part(bound), bound, "", nullptr));
      }
      view.boundary.emplace();
      if (policy->has_ended || bounded.documents.empty()) {
        view.boundary->unknown_because = "not known";
      } else {
        view.boundary->policy = bounded.documents.front();
        view.doubts.insert(view.doubts.end(), bounded.doubts.begin(), bounded.doubts.end());
      }
    }
    if (entity.kind == EntityKind::user && object->tags_are_told) view.tags = object->tags;
    view.latent = entity.kind == EntityKind::group;
    if (view.latent && has_member(object)) return std::nullopt;
    return view;
  }
  const auto slot = object->documents.find("");
  const Slot own = slot == object->documents.end() ? Slot{} : slot->second;
  switch (entity.kind) {
    case EntityKind::policy: {
      const bool is_told_of =
          !object->defaults.empty() || std::ranges::any_of(object->documents, [](const auto& one) {
            return one.second.is_doubted;
          });
      if (is_used(object) || !is_told_of) return std::nullopt;
      add_policy(*object, arn, view);
      view.latent = true;
      return view;
    }
    case EntityKind::repository: {
      arn = ecr + "repository/" + entity.name;
      add_slot(own, DocumentKind::repository, entity.name, view);
      if (object->from_template) {
        add_slot(*object->from_template, DocumentKind::template_, object->template_prefix, view);
      }
      if (const ObjectPointer registry = find({EntityKind::registry, entity.region, ""})) {
        const auto all = registry->documents.find("");
        if (all != registry->documents.end())
          add_slot(all->second, DocumentKind::registry, "", view);
        view.registry_scope_v1 = registry->scope_v1;
      }
      if (object->tags_are_told) view.tags = object->tags;
      return view;
    }
    case EntityKind::registry:
      arn = ecr + "registry";
      add_slot(own, DocumentKind::registry, "", view);
      view.registry_scope_v1 = object->scope_v1;
      return view;
    case EntityKind::template_:
      arn = ecr + "repository-creation-template/" + entity.name;
      add_slot(own, DocumentKind::template_, entity.name, view);
      view.latent = true;
      return view;
    default:
      arn = iam + "root";
      view.doubts.assign(object->account_doubts.begin(), object->account_doubts.end());
      if (view.doubts.empty()) return std::nullopt;
      return view;
  }
}

}  // namespace auditor
