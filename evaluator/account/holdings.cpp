// Tested by subject_view_test.cpp.
#include "evaluator/account/holdings.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <utility>

#include "evaluator/policy/arn.h"

namespace auditor {
namespace {

std::string after_last_slash(std::string_view arn) {
  return std::string(arn.substr(arn.find_last_of('/') + 1));
}

// Whether something given to others (a policy) ended what was given at `stamp`.
bool ended(const AccountState& state, const EntityKey& policy, const Stamp& stamp,
           const Stamp* as_of) {
  const Entity* entity = state.find(policy);
  return entity && marks_of(*entity, as_of).wipes(stamp);
}

bool is_newer(const Entry* doubt, const Entry* document) {
  return doubt && doubt->is_set && (!document || document->stamp < doubt->stamp);
}

HeldDocument managed(std::string_view arn) {
  HeldDocument held;
  held.kind = is_aws_managed_policy(arn) ? DocumentKind::aws_managed : DocumentKind::managed;
  held.name = after_last_slash(arn);
  held.arn = arn;
  return held;
}

// The policies attached to one entity.
void add_attached(const AccountState& state, const Lineage& holder, std::string_view group,
                  const Stamp* as_of, Holdings& holdings) {
  for (const Entry* attached : holder.newest_of(Attribute::attached)) {
    if (!attached->is_set) continue;
    const auto policy = policy_key(attached->name);
    if (!policy) {
      holdings.documents.push_back(managed(attached->name));
      holdings.documents.back().group = group;
      continue;
    }
    if (ended(state, *policy, attached->stamp, as_of)) continue;
    Holdings found = policy_holdings(state, *policy, attached->name, as_of);
    for (HeldDocument& document : found.documents) {
      document.group = group;
      holdings.documents.push_back(std::move(document));
    }
    std::ranges::move(found.doubts, std::back_inserter(holdings.doubts));
    holdings.rests_on(found.latest);
  }
  const Entry* doubt = holder.newest(Attribute::attached_doubt);
  if (is_newer(doubt, nullptr)) holdings.doubts.push_back(doubt->value);
}

void add_inline(const Lineage& holder, std::string_view group, Holdings& holdings) {
  std::set<std::string_view> names;
  for (const Attribute attribute : {Attribute::inline_policy, Attribute::inline_doubt}) {
    for (const Entry* entry : holder.newest_of(attribute)) names.insert(entry->name);
  }
  for (const std::string_view name : names) {
    HeldDocument described;
    described.kind = DocumentKind::inline_;
    described.name = name;
    described.group = group;
    add_document(holder, inline_document, described, "inline policy " + std::string(name),
                 holdings);
  }
}

void add_own(const AccountState& state, const Lineage& holder, std::string_view group,
             const Stamp* as_of, Holdings& holdings) {
  add_inline(holder, group, holdings);
  add_attached(state, holder, group, as_of, holdings);
  holdings.rests_on(holder.latest());
}

// The present names of the groups that a user is in. Who left a group after it was renamed is not
// in it, although he joined it under its old name.
std::set<EntityKey> groups_of(const AccountState& state, const Lineage& user, const Stamp* as_of) {
  std::map<EntityKey, bool> is_member;
  for (const Entry* membership : user.all(Attribute::member_of)) {
    Fate fate = fate_of(state, {EntityKind::group, {}, membership->name}, membership->stamp, as_of);
    if (!fate.end) is_member.emplace(std::move(fate.names.back().key), membership->is_set);
  }
  std::set<EntityKey> groups;
  for (const auto& [group, is_in] : is_member) {
    if (is_in) groups.insert(group);
  }
  return groups;
}

std::optional<HeldBoundary> boundary_of(const AccountState& state, const Lineage& holder,
                                        const Stamp* as_of, Holdings& holdings) {
  const Entry* boundary = holder.newest(Attribute::boundary);
  const Entry* doubt = holder.newest(Attribute::boundary_doubt);
  if (is_newer(doubt, boundary)) return HeldBoundary{{}, doubt->value};
  if (!boundary || !boundary->is_set) return std::nullopt;
  HeldBoundary held{managed(boundary->value), {}};
  const auto policy = policy_key(boundary->value);
  if (!policy) return held;
  if (ended(state, *policy, boundary->stamp, as_of)) {
    held.unknown_because = "the boundary " + boundary->value + " was deleted";
    return held;
  }
  Holdings found = policy_holdings(state, *policy, boundary->value, as_of);
  holdings.rests_on(found.latest);
  if (found.documents.empty()) {
    held.unknown_because = found.doubts.front();
    return held;
  }
  held.policy = std::move(found.documents.front());
  std::ranges::move(found.doubts, std::back_inserter(holdings.doubts));
  return held;
}

// All present lineages of the entities that have named `key`, until one is found.
template <typename Accept>
bool any_namer(const AccountState& state, const std::vector<EntityKey>& keys, const Stamp* as_of,
               Accept accept) {
  std::set<EntityKey> asked;
  for (const EntityKey& key : keys) {
    for (const EntityKey& namer : state.named_by(key)) {
      for (const EntityKey& name : related_names(state, namer)) {
        if (asked.insert(name).second && accept(Lineage(state, name, as_of))) return true;
      }
    }
  }
  return false;
}

}  // namespace

void Holdings::rests_on(const Entry* entry) {
  if (entry) rests_on(entry->stamp);
}

void Holdings::rests_on(const std::optional<Stamp>& other) {
  if (other && (!latest || *latest < *other)) latest = other;
}

void add_document(const Lineage& lineage, const DocumentAttribute& attribute,
                  const HeldDocument& described, std::string_view doubt_is_about,
                  Holdings& holdings) {
  const std::string_view name =
      attribute.document == Attribute::policy ? std::string_view() : described.name;
  const Entry* written = lineage.newest(attribute.document, name);
  const Entry* unread = lineage.newest(attribute.doubt, name);
  if (written && written->is_set) {
    holdings.documents.push_back(described);
    holdings.documents.back().document = written->document;
  }
  if (is_newer(unread, written)) {
    holdings.doubts.push_back(std::string(doubt_is_about) + ": " + unread->value);
  }
}

Holdings holdings_of(const AccountState& state, const Lineage& holder, const Stamp* as_of) {
  Holdings holdings;
  add_own(state, holder, {}, as_of, holdings);
  for (const EntityKey& group : groups_of(state, holder, as_of)) {
    add_own(state, Lineage(state, group, as_of), group.name, as_of, holdings);
  }
  holdings.boundary = boundary_of(state, holder, as_of, holdings);
  return holdings;
}

Holdings policy_holdings(const AccountState& state, const EntityKey& policy, std::string_view arn,
                         const Stamp* as_of) {
  Holdings holdings;
  const Lineage lineage(state, policy, as_of);
  const Entry* wanted = lineage.newest(Attribute::default_version);
  holdings.rests_on(wanted);
  const auto doubt_of = [&](const std::string& version) {
    const Entry* doubt = lineage.newest(Attribute::version_doubt, version);
    if (!is_newer(doubt, lineage.newest(Attribute::version, version))) return false;
    holdings.doubts.push_back("version " + version + " of " + std::string(arn) + ": " +
                              doubt->value);
    holdings.rests_on(doubt);
    return true;
  };
  if (!wanted) {
    holdings.doubts.push_back("the document of " + std::string(arn) + " was never seen");
    return holdings;
  }
  for (const Entry* chosen : lineage.all(Attribute::default_version)) {
    const Entry* version = lineage.newest(Attribute::version, chosen->value);
    if (!version || !version->is_set) continue;
    HeldDocument held = managed(arn);
    held.version = chosen->value;
    held.document = version->document;
    holdings.documents.push_back(std::move(held));
    holdings.rests_on(version);
    break;
  }
  const bool is_wanted =
      !holdings.documents.empty() && holdings.documents.front().version == wanted->value;
  if (!doubt_of(wanted->value) && !is_wanted) {
    holdings.doubts.push_back("the document of version " + wanted->value + " of " +
                              std::string(arn) + " was never seen");
  }
  if (!is_wanted && !holdings.documents.empty()) doubt_of(holdings.documents.front().version);
  return holdings;
}

bool has_holder(const AccountState& state, const EntityKey& policy, const Stamp* as_of) {
  return any_namer(state, {policy}, as_of, [&](const Lineage& holder) {
    const auto has = [&](const Entry* entry, std::string_view arn) {
      return entry->is_set && policy_key(arn) == policy &&
             !ended(state, policy, entry->stamp, as_of);
    };
    const Entry* boundary = holder.newest(Attribute::boundary);
    return (boundary && has(boundary, boundary->value)) ||
           std::ranges::any_of(holder.newest_of(Attribute::attached), [&](const Entry* attached) {
             return has(attached, attached->name);
           });
  });
}

bool has_member(const AccountState& state, const EntityKey& group, const Stamp* as_of) {
  return any_namer(state, related_names(state, group), as_of, [&](const Lineage& user) {
    return groups_of(state, user, as_of).contains(group);
  });
}

}  // namespace auditor
