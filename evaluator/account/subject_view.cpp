#include "evaluator/account/subject_view.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "evaluator/account/holdings.h"
#include "evaluator/account/lineage.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::string_view created_by_service = "service";
constexpr std::string_view service_linked_path = "aws-service-role/";
constexpr std::string_view service_linked_name = "awsservicerolefor";  // in lower case
constexpr std::string_view template_of_all = "ROOT";

// One view, as it is put together.
class Viewing {
 public:
  Viewing(const AccountKey& account, const AccountState& state, const EntityKey& key,
          const Stamp* as_of)
      : account_(account), state_(state), key_(key), as_of_(as_of), lineage_(state, key, as_of) {}

  std::optional<SubjectView> view() const {
    if (!lineage_.exists()) return std::nullopt;
    switch (key_.kind) {
      case EntityKind::role:
      case EntityKind::user:
        return principal();
      case EntityKind::group:
        return group();
      case EntityKind::policy:
        return policy();
      case EntityKind::permission_set:
        return permission_set();
      case EntityKind::repository:
        return repository();
      case EntityKind::registry:
        return registry();
      case EntityKind::template_:
        return creation_template();
      case EntityKind::account:
        return account();
    }
    return std::nullopt;
  }

 private:
  std::optional<SubjectView> principal() const {
    if (is_service_linked()) return std::nullopt;
    SubjectView view = named(holdings_of(state_, lineage_, as_of_));
    // A session may carry any tag, so a role's are free.
    if (key_.kind == EntityKind::user && lineage_.creation()) view.tags = tags();
    return view;
  }

  std::optional<SubjectView> group() const {
    if (has_member(state_, key_, as_of_)) return std::nullopt;
    SubjectView view = named(holdings_of(state_, lineage_, as_of_));
    view.latent = true;
    return view;
  }

  std::optional<SubjectView> policy() const {
    if (has_holder(state_, key_, as_of_)) return std::nullopt;
    const std::string arn = arn_of(spelled(key_.name));  // the name holds its path
    Holdings holdings = policy_holdings(state_, key_, arn, as_of_);
    if (holdings.documents.empty() && !lineage_.newest(Attribute::default_version) &&
        !has_unreadable_version()) {
      return std::nullopt;  // nothing was ever seen of what it says
    }
    holdings.rests_on(lineage_.creation());
    SubjectView view = of_holdings(arn, std::move(holdings));
    view.latent = true;
    return view;
  }

  bool has_unreadable_version() const {
    const auto is_open = [&](const Entry* doubt) {
      const Entry* version = lineage_.newest(Attribute::version, doubt->name);
      return doubt->is_set && (!version || version->stamp < doubt->stamp);
    };
    return std::ranges::any_of(lineage_.newest_of(Attribute::version_doubt), is_open);
  }

  std::optional<SubjectView> permission_set() const {
    SubjectView view = of_holdings(key_.name, holdings_of(state_, lineage_, as_of_));
    view.latent = true;
    return view;
  }

  std::optional<SubjectView> repository() const {
    Holdings holdings;
    holdings.rests_on(lineage_.latest());
    const bool has_own =
        lineage_.newest(Attribute::policy) || lineage_.newest(Attribute::policy_doubt);
    const Entry* creation = lineage_.creation();
    const bool is_of_service = creation && creation->value == created_by_service;
    add_resource_policy(lineage_, DocumentKind::repository, key_.name, holdings);
    if (!has_own && is_of_service) add_template_policy(creation->stamp, holdings);
    const Lineage registry(state_, {EntityKind::registry, key_.region, {}}, as_of_);
    add_resource_policy(registry, DocumentKind::registry, {}, holdings);
    SubjectView view = of_holdings(arn_of(key_.name), std::move(holdings));
    const bool are_tags_known = creation && !creation->value.empty() && !is_of_service;
    if (are_tags_known) view.tags = tags();
    view.registry_scope_v1 = is_scope_v1(registry);
    return view;
  }

  std::optional<SubjectView> registry() const {
    Holdings holdings;
    holdings.rests_on(lineage_.latest());
    add_resource_policy(lineage_, DocumentKind::registry, {}, holdings);
    SubjectView view = of_holdings(arn_of({}), std::move(holdings));
    view.registry_scope_v1 = is_scope_v1(lineage_);
    return view;
  }

  std::optional<SubjectView> creation_template() const {
    Holdings holdings;
    holdings.rests_on(lineage_.latest());
    add_resource_policy(lineage_, DocumentKind::template_, key_.name, holdings);
    SubjectView view = of_holdings(arn_of(key_.name), std::move(holdings));
    view.latent = true;
    return view;
  }

  std::optional<SubjectView> account() const {
    Holdings holdings;
    const Entry* seeded = lineage_.newest(Attribute::seeded);
    for (const Entry* doubt : lineage_.newest_of(Attribute::doubt)) {
      if (!doubt->is_set || (seeded && doubt->stamp < seeded->stamp)) continue;
      holdings.doubts.push_back(doubt->value);
      holdings.rests_on(doubt);
    }
    if (holdings.doubts.empty()) return std::nullopt;
    return of_holdings(arn_of({}), std::move(holdings));
  }

  // Of a role, user or group.
  SubjectView named(Holdings holdings) const {
    const auto path = known_path();
    SubjectView view =
        of_holdings(arn_of(path.value_or("") + spelled(key_.name)), std::move(holdings));
    view.subject.path_is_known = path.has_value();
    return view;
  }

  SubjectView of_holdings(std::string arn, Holdings holdings) const {
    SubjectView view;
    if (!holdings.latest) holdings.rests_on(lineage_.latest());
    view.subject = {.type = row_of(key_.kind).subject,
                    .arn = std::move(arn),
                    .account = account_.account,
                    .region = subject_region()};
    view.documents = std::move(holdings.documents);
    view.boundary = std::move(holdings.boundary);
    view.doubts = std::move(holdings.doubts);
    view.as_of = std::move(holdings.latest);
    return view;
  }

  void add_resource_policy(const Lineage& lineage, DocumentKind kind, std::string_view name,
                           Holdings& holdings) const {
    HeldDocument described;
    described.kind = kind;
    described.name = name;
    add_document(lineage, resource_document, described, std::string(to_string(kind)) + " policy",
                 holdings);
    holdings.rests_on(lineage.newest(Attribute::policy));
    holdings.rests_on(lineage.newest(Attribute::policy_doubt));
    holdings.rests_on(lineage.newest(Attribute::scope));
  }

  // The policy that the ECR service gave to a repository: of the longest prefix that matched.
  void add_template_policy(const Stamp& created, Holdings& holdings) const {
    for (std::string_view prefix = key_.name; !prefix.empty();) {
      const std::size_t slash = prefix.rfind('/');
      prefix = slash == std::string_view::npos ? std::string_view() : prefix.substr(0, slash);
      const std::string name(prefix.empty() ? template_of_all : prefix);
      if (add_template(name, created, holdings)) return;
    }
  }

  bool add_template(const std::string& prefix, const Stamp& created, Holdings& holdings) const {
    const EntityKey key{EntityKind::template_, key_.region, prefix};
    const Entity* entity = state_.find(key);
    if (!entity) return false;
    const auto kept = entity->of(Attribute::policy);
    if (kept.size() >= versions_kept && kept.front().stamp > created) {
      holdings.doubts.push_back("the policy that template " + prefix +
                                " had when the repository was created is no longer known");
      return true;
    }
    const Lineage lineage(state_, key, &created);
    if (!lineage.exists()) return false;
    add_resource_policy(lineage, DocumentKind::template_, prefix, holdings);
    return true;
  }

  bool is_scope_v1(const Lineage& registry) const {
    const Entry* scope = registry.newest(Attribute::scope);
    return scope && scope->is_set && scope->value == "V1";
  }

  std::map<std::string, std::string> tags() const {
    std::map<std::string, std::string> tags;
    for (const Entry* tag : lineage_.newest_of(Attribute::tag)) {
      if (tag->is_set) tags.emplace(tag->name, tag->value);
    }
    return tags;
  }

  bool is_service_linked() const {
    if (key_.kind != EntityKind::role) return false;
    const auto path = known_path();
    return path ? path->starts_with(service_linked_path)
                : key_.name.starts_with(service_linked_name);
  }

  // "team/", of the newest ARN that an event told. Nullopt: none did, or the newest event gave it a
  // path that is not understood.
  std::optional<std::string> known_path() const {
    const Entry* told = lineage_.newest_arn();
    if (!told) return std::nullopt;
    const auto arn = parse_entity_arn(told->value);
    if (!arn) return std::nullopt;
    return std::string(arn->name.substr(0, arn->name.rfind('/') + 1));
  }

  // `key` as creation wrote it, or as another event spelled it.
  std::string spelled(std::string_view key) const {
    for (const Attribute attribute : {Attribute::created, Attribute::arn, Attribute::spelling}) {
      const Entry* entry = lineage_.newest_of_present_name(attribute);
      if (!entry) continue;
      std::string_view text = entry->value;
      text.remove_prefix(text.size() - std::min(text.size(), key.size()));
      if (equal_ignoring_case(text, key)) return std::string(text);
    }
    return std::string(key);
  }

  std::string arn_of(std::string_view name) const {
    return entity_arn(key_.kind, place_of(account_, key_.region), name);
  }

  std::string subject_region() const { return key_.region == public_region ? "" : key_.region; }

  const AccountKey& account_;
  const AccountState& state_;
  const EntityKey& key_;
  const Stamp* as_of_;
  Lineage lineage_;
};

}  // namespace

std::optional<SubjectView> view_of(const AccountKey& account, const AccountState& state,
                                   const EntityKey& entity, const Stamp* as_of) {
  return Viewing(account, state, entity, as_of).view();
}

}  // namespace auditor
