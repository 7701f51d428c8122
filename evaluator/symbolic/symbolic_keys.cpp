// What each condition key is in an environment: a variable, a part of one, a constant, or never
// there. One table says it, a row for each way in which a key can be there; what a row makes stands
// above it. Tested by symbolic_request_test.cpp.
#include <algorithm>
#include <array>
#include <span>

#include "evaluator/symbolic/name_grammar.h"
#include "evaluator/symbolic/symbolic_request.h"

namespace auditor {
namespace {

constexpr std::string_view plain_account = "111122223333";
constexpr std::string_view plain_time = "1767225600";  // 2026-01-01T00:00:00Z

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

// As the table spells it: a tag of what is called stands there once for all services.
std::string listed_key(const std::string& key, const ServiceModel* service) {
  if (service == nullptr || !key.starts_with(service->resource_tag)) return key;
  return std::string(global_resource_tag).append(key, service->resource_tag.size());
}

}  // namespace

std::string canonical_key(std::string_view key, const ServiceModel* service) {
  if (service == nullptr || !key.starts_with(global_resource_tag)) return std::string(key);
  return std::string(service->resource_tag).append(key.substr(global_resource_tag.size()));
}

bool is_multivalued(std::string_view key) {
  static constexpr std::array keys{std::string_view("aws:calledvia"),
                                   std::string_view("aws:principalorgpaths"),
                                   std::string_view("aws:principalservicenameslist"),
                                   std::string_view("aws:resourceorgpaths"),
                                   std::string_view("aws:sourceorgpaths"),
                                   std::string_view("aws:tagkeys")};
  return std::ranges::find(keys, key) != keys.end();
}

KeyReading SymbolicRequest::key(const std::string& key, std::string_view written,
                                bool used_as_set) {
  const std::string canonical = canonical_key(key, service_of(env_.action));
  if (reads_former_tags_) {
    const Constant former = known_tag(canonical, env_.former_tags);
    const Constant present = known_tag(canonical, env_.tags);
    if (former.is_known() && present.is_known() && former != present) {
      const auto known = former_keys_.find(canonical);
      if (known != former_keys_.end()) return known->second;
      const KeyReading reading{.variable = add_known(std::string(written), former),
                               .projection = Projection::whole};
      return former_keys_.try_emplace(canonical, reading).first->second;
    }
  }
  written_.try_emplace(canonical, written);
  const auto known = keys_.find(canonical);
  if (known != keys_.end()) return known->second;
  const KeyReading reading =
      make_key({.key = canonical, .name = std::string(written), .used_as_set = used_as_set});
  return keys_.try_emplace(canonical, reading).first->second;
}

Constant SymbolicRequest::known_tag(const std::string& key, const KnownTags* tags) const {
  const bool is_of_resource = env_.resource == RequestEnv::Resource::known && is_service_tag(key);
  const bool is_of_principal = env_.principal == PrincipalKind::user &&
                               !env_.principal_arn.empty() && key.starts_with("aws:principaltag/");
  if (tags == nullptr || (!is_of_resource && !is_of_principal)) return {};
  return tags->value(key.substr(key.find('/') + 1));
}

SymbolicRequest::Id SymbolicRequest::add_known(std::string name, const Constant& constant) {
  return constant.is_absent() ? add_absent(std::move(name))
                              : add_constant(std::move(name), constant.value);
}

void SymbolicRequest::read_former_tags(bool former) {
  reads_former_tags_ = former && env_.tags != nullptr && env_.former_tags != nullptr &&
                       *env_.tags != *env_.former_tags;
}

// The table and what its rows are made of.
struct SymbolicRequest::Keys {
  using When = bool (*)(const SymbolicRequest&);

  struct Row {
    std::string_view key;  // lower case; ending in `/`: every key that begins so
    When when;
    KeyReading (*make)(SymbolicRequest&, const WantedKey&, const Row&);
    std::string_view value = {};  // of a constant

    bool names(std::string_view other) const {
      return key == other || (key.ends_with('/') && other.starts_with(key));
    }
  };

  using Resource = RequestEnv::Resource;

  // When a key is there.
  static bool always(const SymbolicRequest&) { return true; }
  static bool has_arn(const SymbolicRequest& r) { return r.has_arn(); }
  static bool is_anonymous(const SymbolicRequest& r) {
    return is_kind(r, PrincipalKind::anonymous);
  }
  static bool is_user(const SymbolicRequest& r) { return is_kind(r, PrincipalKind::user); }
  static bool is_root(const SymbolicRequest& r) { return is_kind(r, PrincipalKind::root); }
  static bool is_service(const SymbolicRequest& r) { return is_kind(r, PrincipalKind::service); }
  static bool is_role_session(const SymbolicRequest& r) { return r.is_session(); }
  static bool is_federated_user(const SymbolicRequest& r) { return r.is_federated_user(); }
  static bool comes_from_elsewhere(const SymbolicRequest& r) {
    return r.is_session() || is_kind(r, PrincipalKind::federated);
  }
  static bool has_region(const SymbolicRequest& r) {
    const Resource resource = r.env_.resource;
    return resource == Resource::known || resource == Resource::repository ||
           resource == Resource::regional || resource == Resource::region_wide;
  }
  static bool has_account(const SymbolicRequest& r) {
    const Resource resource = r.env_.resource;
    return resource == Resource::known || resource == Resource::repository ||
           resource == Resource::regional || resource == Resource::account_wide;
  }
  static bool has_action(const SymbolicRequest& r) { return !r.env_.action.empty(); }
  static bool can_be_tagged(const SymbolicRequest& r) {
    return service_of(r.env_.action) == nullptr || r.env_.resource == Resource::known ||
           r.env_.resource == Resource::repository;
  }
  static bool can_tag(const SymbolicRequest& r) {
    return service_of(r.env_.action) == nullptr || carries_tags(r.env_.action);
  }

  // What it is then.
  static KeyReading constant(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(r.add_constant(wanted.name, std::string(row.value)));
  }
  static KeyReading optional_text(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_text(wanted.name, true));
  }
  static KeyReading text(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_text(wanted.name, false));
  }
  static KeyReading optional_texts(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_text(wanted.name, true, true));
  }
  static KeyReading texts(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_text(wanted.name, false, true));
  }
  static KeyReading false_or_true(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_choice(wanted.name, {"false", "true"}, false));
  }
  static KeyReading true_or_false(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_choice(wanted.name, {"true", "false"}, false));
  }

  static KeyReading principal(SymbolicRequest& r, const WantedKey&, const Row&) {
    return whole(r.principal_);
  }
  static KeyReading principal_account(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = r.principal_, .projection = Projection::arn_account};
  }
  static KeyReading user_name(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = r.principal_, .projection = Projection::user_name};
  }
  static KeyReading organization_paths(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = organization_path(r, "aws:principalorgid"),
            .projection = Projection::whole};
  }
  static KeyReading organization_id(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = organization_path(r, "aws:principalorgpaths"),
            .projection = Projection::organization_id};
  }

  // MFA is absent for long-term keys, true or false for temporary ones; a role's session can lack
  // it. GetFederationToken takes no MFA.
  static KeyReading mfa(SymbolicRequest& r, const WantedKey&, const Row&) {
    const bool service_linked =
        r.env_.principal_arn.find(":role/aws-service-role/") != std::string::npos;
    const bool is_never_true = service_linked || r.is_federated_user();
    return whole(is_never_true ? r.add_choice(mfa_name, {"false"}, true)
                               : r.add_choice(mfa_name, {"false", "true"}, true));
  }
  // Present exactly when MFA is true.
  static KeyReading mfa_age(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const Id mfa = r.key(mfa_key, mfa_name, false).variable;
    const Id age = r.add_typed(wanted.name, Variable::Domain::amount, "0", true);
    Problem& problem = r.problem_;
    problem.predicates.push_back({.test = BoolTest{.accepts_true = true, .accepts_false = false}});
    const Literal is_true{
        .variable = mfa,
        .constraint = {
            .ask = Ask::inside, .predicate = &problem.predicates.back(), .positive = true}};
    const Literal has_age{
        .variable = age,
        .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = true}};
    problem.clauses.push_back({has_age.negated(), is_true});
    problem.clauses.push_back({has_age, is_true.negated()});
    return whole(age);
  }
  static KeyReading token_time(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const bool is_temporary = r.is_session() || r.is_federated_user();
    const Id time =
        r.add_typed(wanted.name, Variable::Domain::instant, std::string(plain_time), !is_temporary);
    if (!is_temporary) {  // MFA is known of temporary credentials only; they may also lack it
      r.add_clause(time, true, r.key(mfa_key, mfa_name, false).variable, false);
    }
    return {.variable = time, .projection = Projection::iso_time};
  }

  static KeyReading source_account(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    Variable variable;
    variable.name = wanted.name;
    variable.plain = {r.env_.account.empty() ? std::string(plain_account) : r.env_.account};
    variable.valid = account_ids;
    return whole(r.add(std::move(variable)));
  }

  static KeyReading resource_region(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = r.resource_, .projection = Projection::arn_region};
  }
  static KeyReading any_region(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    Variable variable;
    variable.name = wanted.name;
    variable.can_be_absent = false;
    variable.plain = {r.env_.region.empty() ? std::string(plain_region) : r.env_.region};
    variable.valid = regions;
    return whole(r.add(std::move(variable)));
  }
  static KeyReading resource_account(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = r.resource_, .projection = Projection::arn_account};
  }
  static KeyReading own_account(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(r.add_choice(wanted.name, {r.env_.account}, true));
  }

  // The two spellings of now are one variable.
  static KeyReading current_time(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return {.variable = now(r, wanted, "aws:epochtime"), .projection = Projection::iso_time};
  }
  static KeyReading epoch_time(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return {.variable = now(r, wanted, "aws:currenttime"), .projection = Projection::whole};
  }
  // A call comes over the internet or through a VPC endpoint, never both.
  static KeyReading source_ip(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return address(r, wanted, "aws:vpcsourceip");
  }
  static KeyReading vpc_source_ip(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return address(r, wanted, "aws:sourceip");
  }

  static std::span<const Row> rows();

 private:
  static constexpr auto mfa_key = "aws:multifactorauthpresent";
  static constexpr auto mfa_name = "aws:MultiFactorAuthPresent";

  static bool is_kind(const SymbolicRequest& r, PrincipalKind kind) {
    return r.env_.principal == kind;
  }
  static KeyReading whole(Id id) { return {.variable = id, .projection = Projection::whole}; }

  static std::optional<Id> made(const SymbolicRequest& r, const std::string& key) {
    const auto found = r.keys_.find(key);
    return found == r.keys_.end() ? std::nullopt : std::optional(found->second.variable);
  }
  static Id organization_path(SymbolicRequest& r, const std::string& partner) {
    if (const auto path = made(r, partner)) return *path;
    Variable variable;
    variable.name = "aws:PrincipalOrgPaths";
    variable.plain = {"o-exampleorgid/r-ab12/"};
    variable.valid = auditor::organization_paths;
    return r.add(std::move(variable));
  }
  static Id now(SymbolicRequest& r, const WantedKey& wanted, const std::string& partner) {
    if (const auto time = made(r, partner)) return *time;
    return r.add_typed(wanted.name, Variable::Domain::instant, std::string(plain_time), false);
  }
  static KeyReading address(SymbolicRequest& r, const WantedKey& wanted,
                            const std::string& partner) {
    const Id address = r.add_typed(wanted.name, Variable::Domain::address, "203.0.113.1", true);
    if (const auto other = made(r, partner)) r.add_clause(address, false, *other, false);
    return whole(address);
  }
};

// The first row of a key that applies makes it; a key that has rows of which none applies is never
// there. Keys without a row: make_unlisted_key().
std::span<const SymbolicRequest::Keys::Row> SymbolicRequest::Keys::rows() {
  static constexpr Row table[] = {
      // Who calls. Source: "AWS global condition context keys: Properties of the principal".
      {"aws:principalarn", has_arn, principal},
      {"aws:principalaccount", has_arn, principal_account},
      {"aws:principalaccount", is_anonymous, constant, "anonymous"},
      {"aws:username", is_user, user_name},
      {"aws:principalorgid", has_arn, organization_id},
      {"aws:principalorgpaths", has_arn, organization_paths},
      {"aws:principalorgmasteraccountid", has_arn, optional_text},
      {"aws:principaltag/", has_arn, optional_text},
      {"aws:principaltype", is_role_session, constant, "AssumedRole"},
      {"aws:principaltype", is_federated_user, constant, "FederatedUser"},
      {"aws:principaltype", is_user, constant, "User"},
      {"aws:principaltype", is_root, constant, "Account"},
      {"aws:principaltype", is_anonymous, constant, "Anonymous"},
      {"aws:principaltype", always, text},
      {"aws:userid", is_anonymous, constant, "anonymous"},
      {"aws:userid", always, text},
      {"aws:sourceidentity", comes_from_elsewhere, optional_text},
      {"aws:federatedprovider", comes_from_elsewhere, optional_text},
      // With what. Source: "Properties of a role session".
      {"aws:multifactorauthpresent", has_arn, mfa},
      {"aws:multifactorauthage", has_arn, mfa_age},
      {"aws:tokenissuetime", has_arn, token_time},
      // Calls that an AWS service makes. Source: "Properties of the request".
      {"aws:principalisawsservice", is_service, constant, "true"},
      {"aws:principalisawsservice", always, constant, "false"},
      {"aws:principalservicename", is_service, principal},
      {"aws:principalservicenameslist", is_service, texts},
      {"aws:sourceaccount", is_service, source_account},
      {"aws:sourcearn", is_service, optional_text},
      {"aws:sourceorgid", is_service, optional_text},
      {"aws:sourceorgpaths", is_service, optional_texts},
      // What is called. Source: the ECR page of the Service Authorization Reference.
      {"aws:requestedregion", has_region, resource_region},
      {"aws:requestedregion", always, any_region},
      {"aws:resourceaccount", has_account, resource_account},
      {"aws:resourceaccount", has_action, own_account},
      {"aws:resourceaccount", always, optional_text},
      {global_resource_tag, can_be_tagged, optional_text},
      {"aws:requesttag/", can_tag, optional_text},
      {"aws:tagkeys", can_tag, optional_texts},
      // From where, when, through what.
      {"aws:currenttime", always, current_time},
      {"aws:epochtime", always, epoch_time},
      {"aws:securetransport", always, true_or_false},
      {"aws:viaawsservice", always, false_or_true},
      {"aws:sourceip", always, source_ip},
      {"aws:vpcsourceip", always, vpc_source_ip},
  };
  return table;
}

KeyReading SymbolicRequest::make_key(const WantedKey& wanted) {
  const auto known = known_tag(wanted.key, env_.tags);
  if (known.is_known()) {
    return {.variable = add_known(wanted.name, known), .projection = Projection::whole};
  }
  const std::string listed = listed_key(wanted.key, service_of(env_.action));
  bool has_rows = false;
  for (const Keys::Row& row : Keys::rows()) {
    if (!row.names(listed)) continue;
    if (row.when(*this)) return row.make(*this, wanted, row);
    has_rows = true;
  }
  if (!has_rows) return make_unlisted_key(wanted);
  return {.variable = add_absent(wanted.name), .projection = Projection::whole};
}

// A global key may be there. Of other services' keys a call carries those of web identity and SAML
// sessions only; which of its own keys there are is known of a service with a row.
KeyReading SymbolicRequest::make_unlisted_key(const WantedKey& wanted) {
  const std::string& key = wanted.key;
  const bool is_global = key.starts_with("aws:");
  const bool is_federation =
      starts_with_any(key, {"saml:", "cognito-identity.amazonaws.com:", "graph.facebook.com:",
                            "accounts.google.com:", "www.amazon.com:"});
  const bool never =
      !env_.action.empty() && !is_global &&
      !(is_federation && (is_session() || env_.principal == PrincipalKind::federated)) &&
      !key.starts_with(env_.action.substr(0, env_.action.find(':') + 1));
  const ServiceModel* const service = service_of(env_.action);
  if (never || (service != nullptr && key.starts_with(service->prefix))) {
    return {.variable = add_absent(wanted.name), .projection = Projection::whole};
  }
  const bool is_set = is_multivalued(key) || (wanted.used_as_set && !is_global);
  return {.variable = add_text(wanted.name, true, is_set), .projection = Projection::whole};
}

bool SymbolicRequest::is_session() const {
  return env_.principal == PrincipalKind::role ||
         (env_.principal == PrincipalKind::session && !is_federated_user());
}

bool SymbolicRequest::is_federated_user() const {
  return env_.principal == PrincipalKind::session && env_.principal_arn == env_.session_arn;
}

bool SymbolicRequest::has_arn() const {
  return is_session() || is_federated_user() || env_.principal == PrincipalKind::user ||
         env_.principal == PrincipalKind::root;
}

}  // namespace auditor
