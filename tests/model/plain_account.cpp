#include "tests/model/plain_account.h"

#include <algorithm>
#include <functional>
#include <map>

namespace auditor {
namespace {

using enum Attribute;

bool is_birth(Attribute attribute) { return attribute == created || attribute == renamed_from; }
bool is_end(Attribute attribute) { return attribute == deleted || attribute == renamed_to; }

bool is_same_second(const Stamp& a, const Stamp& b) { return a.time == b.time; }

// An addendum takes the place of its event, so it comes neither before nor after it.
bool is_earlier_event(const Stamp& a, const Stamp& b) {
  return std::pair(a.time, a.event_id) < std::pair(b.time, b.event_id);
}

bool is_same_entry(const Fact& a, const Fact& b) {
  return a.entity == b.entity && a.entry.attribute == b.entry.attribute &&
         a.entry.name == b.entry.name && a.entry.stamp == b.entry.stamp;
}

std::string after_last_slash(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

template <typename AllKept>
const Entry* newest(const AllKept& kept, Attribute attribute, const std::string& name = {}) {
  const Entry* found = nullptr;
  for (const auto& [fact, _] : kept) {
    if (fact->entry.attribute == attribute && fact->entry.name == name) found = &fact->entry;
  }
  return found;
}

template <typename AllKept>
std::set<std::string> names(const AllKept& kept, Attribute attribute) {
  std::set<std::string> found;
  for (const auto& [fact, _] : kept) {
    if (fact->entry.attribute == attribute) found.insert(fact->entry.name);
  }
  return found;
}

bool is_set(const Entry* entry) { return entry && entry->is_set; }

// Whether something unreadable came after what is known.
bool is_doubted(const Entry* doubt, const Entry* known) {
  return is_set(doubt) && (!known || doubt->stamp > known->stamp);
}

// What IAM calls the entity in an ARN.
std::string iam_word(EntityKind kind) { return std::string(to_string(kind)); }

std::string join(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += "  " + text + "\n";
  return all;
}

std::string document_words(const HeldDocument& held) {
  return std::string(to_string(held.kind)) + " " + held.arn + " " + held.name + " " + held.version +
         " " + (held.document ? held.document->text : "-");
}

HeldDocument held(DocumentKind kind, std::string name, std::string arn, std::string version,
                  std::shared_ptr<const KeptDocument> document) {
  HeldDocument result;
  result.kind = kind;
  result.name = std::move(name);
  result.arn = std::move(arn);
  result.version = std::move(version);
  result.document = std::move(document);
  return result;
}

}  // namespace

void PlainAccount::give(std::span<const Fact> facts) {
  for (const Fact& fact : facts) {
    const auto same = [&](const Fact& known) { return is_same_entry(known, fact); };
    if (std::ranges::none_of(facts_, same)) facts_.push_back(fact);
  }
  std::ranges::stable_sort(facts_, {}, [](const Fact& fact) { return fact.entry.stamp; });
}

std::set<EntityKey> PlainAccount::entities() const {
  std::set<EntityKey> all{EntityKey{EntityKind::account, "", ""}};
  for (const Fact& fact : facts_) all.insert(fact.entity);
  return all;
}

const Entry* PlainAccount::newest_mark(const EntityKey& entity,
                                       std::initializer_list<Attribute> marks, const Stamp* until,
                                       const Stamp* before) const {
  const Entry* found = nullptr;
  for (const Fact& fact : facts_) {
    const Entry& entry = fact.entry;
    if (fact.entity != entity || std::ranges::find(marks, entry.attribute) == marks.end()) continue;
    if (until && entry.stamp > *until) continue;
    if (before && !is_earlier_event(entry.stamp, *before)) continue;
    found = &entry;
  }
  return found;
}

// What is called by a name begins with the name's last creation, or is what was renamed to it: then
// it has what it had under its old name, up to the second of the rename. It holds nothing from
// before its creation's or rename's second, and nothing from before the last end of the name,
// unless the name began again in the second of that end. What was renamed away took all of that
// second with it.
std::vector<PlainAccount::Kept> PlainAccount::kept(const EntityKey& entity, const Stamp* until,
                                                   bool* is_whole) const {
  std::vector<Kept> all;
  EntityKey name = entity;
  const Entry* left_by = nullptr;  // the rename that ended the use of `name`
  for (int renames_ago = 0; renames_ago <= 16; ++renames_ago) {
    const Stamp* before = left_by ? &left_by->stamp : nullptr;
    const Entry* birth = newest_mark(name, {created, renamed_from}, until, before);
    const Entry* end = newest_mark(name, {deleted, renamed_to}, until, before);
    const bool is_reborn = birth && end && birth->stamp.time >= end->stamp.time;
    const auto is_wiped = [&](const Entry& entry) {
      if (birth && entry.stamp.time < birth->stamp.time) return true;
      if (!end || is_reborn) return false;
      return end->attribute == deleted ? entry.stamp < end->stamp
                                       : entry.stamp.time <= end->stamp.time;
    };
    for (const Fact& fact : facts_) {
      const Entry& entry = fact.entry;
      if (fact.entity != name || is_end(entry.attribute) || is_wiped(entry)) continue;
      if (until && entry.stamp > *until) continue;
      if (left_by && entry.stamp.time > left_by->stamp.time) continue;
      if (left_by && is_birth(entry.attribute) && !is_earlier_event(entry.stamp, left_by->stamp))
        continue;
      all.push_back({&fact, renames_ago});
    }
    if (is_whole) *is_whole = birth && birth->attribute == created && !is_wiped(*birth);
    if (!birth || birth->attribute != renamed_from || is_wiped(*birth)) break;
    left_by = birth;
    name.name = birth->value;
  }
  std::ranges::stable_sort(all, {}, [](const Kept& one) { return one.fact->entry.stamp; });
  return all;
}

bool PlainAccount::exists(const EntityKey& entity) const {
  return std::ranges::any_of(kept(entity), [](const Kept& one) { return one.renames_ago == 0; });
}

bool PlainAccount::policy_ended_since(const EntityKey& policy, const Stamp& since) const {
  const Entry* birth = newest_mark(policy, {created}, nullptr, nullptr);
  const Entry* end = newest_mark(policy, {deleted}, nullptr, nullptr);
  if (birth && since.time < birth->stamp.time) return true;
  const bool is_reborn = birth && end && birth->stamp.time >= end->stamp.time;
  return end && !is_reborn && since < end->stamp;
}

PlainAccount::Effective PlainAccount::effective(const EntityKey& policy) const {
  Effective result;
  const std::vector<Kept> all = kept(policy);
  std::vector<const Entry*> defaults;
  for (const Kept& one : all) {
    if (one.fact->entry.attribute == default_version) defaults.push_back(&one.fact->entry);
  }
  std::ranges::reverse(defaults);
  for (const Entry* choice : defaults) {
    if (!is_set(newest(all, version, choice->value))) continue;
    result.document = newest(all, version, choice->value);
    result.version = choice->value;
    break;
  }
  if (!result.document) {
    result.is_doubtful = true;
  } else {
    result.is_doubtful = defaults.front()->value != result.version ||
                         is_doubted(newest(all, version_doubt, result.version), result.document);
  }
  return result;
}

// A membership stays with the group that it was made in: through renames, until that group is
// deleted, or another begins under its name.
std::optional<std::string> PlainAccount::group_now(std::string group, const Stamp& since) const {
  Stamp after = since;
  bool was_renamed = false;
  for (int hops = 0; hops <= 16; ++hops) {
    const Entry* end = nullptr;
    for (const Fact& fact : facts_) {
      const Entry& entry = fact.entry;
      if (fact.entity != EntityKey{EntityKind::group, "", group}) continue;
      const bool began_in_that_second = std::ranges::any_of(facts_, [&](const Fact& other) {
        return other.entity == fact.entity && is_birth(other.entry.attribute) &&
               is_same_second(other.entry.stamp, entry.stamp);
      });
      const bool ends =
          (is_birth(entry.attribute) && entry.stamp.time > after.time) ||
          (entry.attribute == deleted && entry.stamp > after && !began_in_that_second) ||
          (entry.attribute == renamed_to &&
           (was_renamed ? is_earlier_event(after, entry.stamp) : entry.stamp.time >= after.time));
      if (ends && (!end || entry.stamp < end->stamp)) end = &entry;
    }
    if (!end) return group;
    if (end->attribute != renamed_to) return std::nullopt;
    group = end->value;
    after = end->stamp;
    was_renamed = true;
  }
  return std::nullopt;
}

// Whoever left a group under its new name is not in it, though he joined it under the old one.
std::set<std::string> PlainAccount::groups_of(const std::vector<Kept>& user) const {
  std::map<std::string, bool> is_member;
  for (const Kept& one : user) {
    const Entry& entry = one.fact->entry;
    if (entry.attribute != member_of) continue;
    if (const auto now = group_now(entry.name, entry.stamp)) is_member[*now] = entry.is_set;
  }
  std::set<std::string> groups;
  for (const auto& [group, is_in] : is_member) {
    if (is_in) groups.insert(group);
  }
  return groups;
}

bool PlainAccount::has_member(const EntityKey& group) const {
  return std::ranges::any_of(entities(), [&](const EntityKey& entity) {
    return entity.kind == EntityKind::user && exists(entity) &&
           groups_of(kept(entity)).contains(group.name);
  });
}

bool PlainAccount::is_used(const EntityKey& policy) const {
  for (const EntityKey& entity : entities()) {
    const bool can_hold = entity.kind == EntityKind::role || entity.kind == EntityKind::user ||
                          entity.kind == EntityKind::group;
    if (!can_hold || !exists(entity)) continue;
    const std::vector<Kept> holder = kept(entity);
    std::vector<std::pair<std::string, const Entry*>> uses;
    for (const std::string& arn : names(holder, attached)) {
      uses.emplace_back(arn, newest(holder, attached, arn));
    }
    if (const Entry* bound = newest(holder, boundary)) uses.emplace_back(bound->value, bound);
    for (const auto& [arn, use] : uses) {
      if (use->is_set && policy_key(arn) == policy && !policy_ended_since(policy, use->stamp)) {
        return true;
      }
    }
  }
  return false;
}

void PlainAccount::add_documents(const std::vector<Kept>& holder, SubjectView& view) const {
  std::set<std::string> inline_names = names(holder, inline_policy);
  inline_names.merge(names(holder, inline_doubt));
  for (const std::string& name : inline_names) {
    const Entry* known = newest(holder, inline_policy, name);
    if (is_set(known))
      view.documents.push_back(held(DocumentKind::inline_, name, "", "", known->document));
    if (is_doubted(newest(holder, inline_doubt, name), known)) view.doubts.push_back(name);
  }
  for (const std::string& arn : names(holder, attached)) {
    const Entry* attachment = newest(holder, attached, arn);
    if (!attachment->is_set) continue;
    const std::optional<EntityKey> key = policy_key(arn);
    if (!key) {
      view.documents.push_back(
          held(DocumentKind::aws_managed, after_last_slash(arn), arn, "", nullptr));
      continue;
    }
    if (policy_ended_since(*key, attachment->stamp)) continue;
    const Effective policy = effective(*key);
    if (policy.document) {
      view.documents.push_back(held(DocumentKind::managed, after_last_slash(arn), arn,
                                    policy.version, policy.document->document));
    }
    if (policy.is_doubtful) view.doubts.push_back(arn);
  }
  if (is_set(newest(holder, attached_doubt))) view.doubts.emplace_back("attachment");
}

// A boundary that is not known bounds nothing, whatever it was before.
void PlainAccount::add_boundary(const std::vector<Kept>& holder, SubjectView& view) const {
  const Entry* bound = newest(holder, boundary);
  const bool is_unreadable = is_doubted(newest(holder, boundary_doubt), bound);
  if (!is_set(bound) && !is_unreadable) return;
  view.boundary.emplace();
  const HeldBoundary unknown{{}, "not known"};
  if (is_unreadable) {
    view.boundary = unknown;
    return;
  }
  HeldDocument& named = view.boundary->policy;
  named =
      held(DocumentKind::aws_managed, after_last_slash(bound->value), bound->value, "", nullptr);
  const std::optional<EntityKey> key = policy_key(bound->value);
  if (!key) return;
  const Effective policy = effective(*key);
  if (!policy.document || policy_ended_since(*key, bound->stamp)) {
    view.boundary = unknown;
    return;
  }
  if (policy.is_doubtful) view.doubts.push_back(bound->value);
  named.kind = DocumentKind::managed;
  named.version = policy.version;
  named.document = policy.document->document;
}

// The path that was last told under the present name, else under an older one; the name as it was
// spelled by the creation, else by another ARN, else by itself. An ARN that is taken away leaves a
// path that is not known, which is shown as if there were none. Of several creations in one second
// the last one tells, or tells nothing.
void PlainAccount::name(const EntityKey& entity, const std::vector<Kept>& all,
                        Subject& subject) const {
  std::optional<std::string> told, told_before;
  std::map<Attribute, std::string> spelled;
  for (const auto& [fact, renames_ago] : all) {
    const Entry& entry = fact->entry;
    const bool is_replaced = std::ranges::any_of(all, [&](const Kept& other) {
      return entry.attribute == created && other.fact->entry.attribute == created &&
             other.renames_ago == renames_ago && entry.stamp < other.fact->entry.stamp;
    });
    if (is_replaced) continue;
    const bool is_arn = entry.attribute == created || entry.attribute == arn;
    if (renames_ago == 0 && (is_arn || entry.attribute == spelling) && !entry.value.empty()) {
      spelled[entry.attribute] = entry.value;
    }
    if (is_arn && (!entry.value.empty() || !entry.is_set)) {
      (renames_ago == 0 ? told : told_before) = entry.value;
    }
  }
  const std::string resource = iam_word(entity.kind) + "/";
  const std::string start = "arn:" + account_.partition + ":iam::" + account_.account + ":";
  std::string shown = entity.name;
  for (const Attribute attribute : {spelling, arn, created}) {
    if (spelled.contains(attribute)) {
      shown = spelled[attribute].substr(spelled[attribute].size() - entity.name.size());
    }
  }
  subject.arn = start + resource + shown;
  if (entity.kind == EntityKind::policy) return;
  const std::string last = told ? *told : told_before.value_or("");
  subject.path_is_known = !last.empty();
  if (last.empty()) return;
  const std::size_t path = (start + resource).size();
  subject.arn = start + resource + last.substr(path, last.rfind('/') + 1 - path) + shown;
}

std::optional<SubjectView> PlainAccount::principal(const EntityKey& entity) const {
  bool is_whole = false;
  const std::vector<Kept> all = kept(entity, nullptr, &is_whole);
  SubjectView view;
  view.subject = {.type = entity.kind, .arn = {}, .account = account_.account, .region = {}};
  name(entity, all, view.subject);
  add_documents(all, view);
  if (entity.kind == EntityKind::group) {
    if (has_member(entity)) return std::nullopt;
    view.latent = true;
    return view;
  }
  for (const std::string& group : groups_of(all)) {
    add_documents(kept({EntityKind::group, "", group}), view);
  }
  add_boundary(all, view);
  if (entity.kind == EntityKind::user && is_whole) {
    view.tags.emplace();
    for (const std::string& key : names(all, tag)) {
      const Entry* value = newest(all, tag, key);
      if (value->is_set) view.tags->emplace(key, value->value);
    }
  }
  return view;
}

std::optional<SubjectView> PlainAccount::policy(const EntityKey& entity) const {
  const Effective now = effective(entity);
  const std::vector<Kept> all = kept(entity);
  const auto tells_of_document = [&](const Kept& one) {
    const Entry& entry = one.fact->entry;
    if (entry.attribute == version_doubt)
      return is_doubted(&entry, newest(all, version, entry.name));
    return entry.attribute == default_version;
  };
  if (is_used(entity) || std::ranges::none_of(all, tells_of_document)) return std::nullopt;
  SubjectView view;
  view.subject = {.type = EntityKind::policy, .arn = {}, .account = account_.account, .region = {}};
  name(entity, all, view.subject);
  view.latent = true;
  if (now.document) {
    view.documents.push_back(held(DocumentKind::managed, after_last_slash(view.subject.arn),
                                  view.subject.arn, now.version, now.document->document));
  }
  if (now.is_doubtful) view.doubts.emplace_back("policy");
  return view;
}

void PlainAccount::add_policy_of(const std::vector<Kept>& entity, DocumentKind kind,
                                 const std::string& name, SubjectView& view) const {
  const Entry* known = newest(entity, Attribute::policy);
  if (is_set(known)) view.documents.push_back(held(kind, name, "", "", known->document));
  if (is_doubted(newest(entity, policy_doubt), known)) view.doubts.push_back(name);
}

// The template with the longest prefix that was there when the repository was created.
void PlainAccount::add_template(const EntityKey& repository, const Stamp& created,
                                SubjectView& view) const {
  const EntityKey* longest = nullptr;
  const std::set<EntityKey> all = entities();
  for (const EntityKey& entity : all) {
    if (entity.kind != EntityKind::template_ || entity.region != repository.region) continue;
    const bool matches = entity.name == "ROOT" || repository.name.starts_with(entity.name + "/");
    if (!matches || kept(entity, &created).empty()) continue;
    const auto length = [](const EntityKey& one) {
      return one.name == "ROOT" ? 0 : one.name.size();
    };
    if (!longest || length(entity) > length(*longest)) longest = &entity;
  }
  if (longest)
    add_policy_of(kept(*longest, &created), DocumentKind::template_, longest->name, view);
}

std::optional<SubjectView> PlainAccount::repository(const EntityKey& entity) const {
  const std::vector<Kept> all = kept(entity);
  SubjectView view;
  view.subject = {EntityKind::repository,
                  "arn:" + account_.partition + ":ecr:" + entity.region + ":" + account_.account +
                      ":repository/" + entity.name,
                  account_.account, entity.region};
  const Entry* birth = newest(all, created);
  const bool by_service = birth && birth->value == "service";
  add_policy_of(all, DocumentKind::repository, entity.name, view);
  if (by_service && !newest(all, Attribute::policy) && !newest(all, policy_doubt)) {
    add_template(entity, birth->stamp, view);
  }
  const std::vector<Kept> registry = kept({EntityKind::registry, entity.region, ""});
  add_policy_of(registry, DocumentKind::registry, "", view);
  const Entry* reach = newest(registry, scope);
  view.registry_scope_v1 = reach && reach->value == "V1";
  if (birth && !birth->value.empty() && !by_service) {
    view.tags.emplace();
    for (const std::string& key : names(all, tag)) {
      const Entry* value = newest(all, tag, key);
      if (value->is_set) view.tags->emplace(key, value->value);
    }
  }
  return view;
}

std::optional<SubjectView> PlainAccount::registry_or_template(const EntityKey& entity) const {
  const bool is_registry = entity.kind == EntityKind::registry;
  const std::vector<Kept> all = kept(entity);
  SubjectView view;
  view.subject = {is_registry ? EntityKind::registry : EntityKind::template_,
                  "arn:" + account_.partition + ":ecr:" + entity.region + ":" + account_.account +
                      (is_registry ? ":registry" : ":repository-creation-template/" + entity.name),
                  account_.account, entity.region};
  view.latent = !is_registry;
  add_policy_of(all, is_registry ? DocumentKind::registry : DocumentKind::template_, entity.name,
                view);
  const Entry* reach = newest(all, scope);
  view.registry_scope_v1 = reach && reach->value == "V1";
  return view;
}

std::optional<SubjectView> PlainAccount::account() const {
  const std::vector<Kept> all = kept({EntityKind::account, "", ""});
  SubjectView view;
  view.subject = {EntityKind::account,
                  "arn:" + account_.partition + ":iam::" + account_.account + ":root",
                  account_.account, ""};
  for (const std::string& event : names(all, doubt)) {
    if (is_doubted(newest(all, doubt, event), newest(all, seeded))) view.doubts.push_back(event);
  }
  if (view.doubts.empty()) return std::nullopt;
  return view;
}

std::optional<SubjectView> PlainAccount::view(const EntityKey& entity) const {
  if (!exists(entity)) return std::nullopt;
  switch (entity.kind) {
    case EntityKind::role:
    case EntityKind::user:
    case EntityKind::group:
      return principal(entity);
    case EntityKind::policy:
      return policy(entity);
    case EntityKind::repository:
      return repository(entity);
    case EntityKind::registry:
    case EntityKind::template_:
      return registry_or_template(entity);
    case EntityKind::account:
      return account();
    case EntityKind::permission_set:
      break;
  }
  return std::nullopt;
}

std::string in_words(const std::optional<SubjectView>& view) {
  if (!view) return "nothing\n";
  std::vector<std::string> lines;
  for (const HeldDocument& held : view->documents) {
    if (held.document || held.kind == DocumentKind::aws_managed)
      lines.push_back(document_words(held));
  }
  std::ranges::sort(lines);
  lines.erase(std::ranges::unique(lines).begin(), lines.end());
  lines.insert(lines.begin(), std::string(to_string(view->subject.type)) + " " + view->subject.arn +
                                  " " + view->subject.account + " " + view->subject.region +
                                  (view->subject.path_is_known ? "" : " of an unknown path") +
                                  (view->latent ? " latent" : ""));
  if (view->boundary) {
    lines.push_back(view->boundary->unknown_because.empty()
                        ? "bounded by " + document_words(view->boundary->policy)
                        : "bounded by what is not known");
  }
  if (!view->doubts.empty()) lines.emplace_back("doubtful");
  if (view->tags) {
    std::string tags = "tags";
    for (const auto& [key, value] : *view->tags) tags += " " + key + "=" + value;
    lines.push_back(tags);
  }
  if (view->registry_scope_v1) lines.emplace_back("registry scope V1");
  return join(lines);
}

}  // namespace auditor
