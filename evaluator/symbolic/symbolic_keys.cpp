// What each condition key is in an environment: a variable, a part of one, a constant, or never
// there. Tested by symbolic_request_test.cpp.
#include <algorithm>
#include <array>

#include "evaluator/symbolic/name_grammar.h"
#include "evaluator/symbolic/symbolic_request.h"

namespace auditor {
namespace {

constexpr std::string_view plain_account = "111122223333";
constexpr std::string_view plain_time = "1767225600";  // 2026-01-01T00:00:00Z

bool is_ecr_action(std::string_view action) { return action.starts_with("ecr:"); }

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

bool is_tagging(std::string_view action) {
  return action == "ecr:tagresource" || action == "ecr:untagresource" ||
         action == "ecr:createrepository" || action == "ecr:createrepositorycreationtemplate" ||
         action == "ecr:updaterepositorycreationtemplate";
}

}  // namespace

std::string canonical_key(std::string_view key, bool in_ecr) {
  constexpr std::string_view global_tag = "aws:resourcetag/";
  if (in_ecr && key.starts_with(global_tag)) {
    return "ecr:resourcetag/" + std::string(key.substr(global_tag.size()));
  }
  return std::string(key);
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
  const bool in_ecr = is_ecr_action(env_.action);
  const std::string canonical = canonical_key(key, in_ecr);
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
  const KeyReading reading = make_key(canonical, written, used_as_set);
  return keys_.try_emplace(canonical, reading).first->second;
}

SymbolicRequest::Id SymbolicRequest::existing(const std::string& key_text,
                                              std::string_view written) {
  return key(key_text, written, false).variable;
}

Constant SymbolicRequest::known_tag(const std::string& key, const KnownTags* tags) const {
  const bool is_of_resource =
      env_.resource == RequestEnv::Resource::known && key.starts_with("ecr:resourcetag/");
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

KeyReading SymbolicRequest::make_key(const std::string& key, std::string_view written,
                                     bool used_as_set) {
  if (const Constant known = known_tag(key, env_.tags); known.is_known()) {
    return {.variable = add_known(std::string(written), known), .projection = Projection::whole};
  }
  for (const auto make :
       {&SymbolicRequest::make_principal_key, &SymbolicRequest::make_credential_key,
        &SymbolicRequest::make_service_key, &SymbolicRequest::make_resource_key,
        &SymbolicRequest::make_network_key}) {
    if (const auto reading = (this->*make)(key, written)) return *reading;
  }
  const bool is_global = key.starts_with("aws:");
  // Keys of web identity and SAML sessions; any other service's key is not carried by an ECR call.
  const bool is_federation =
      starts_with_any(key, {"saml:", "cognito-identity.amazonaws.com:", "graph.facebook.com:",
                            "accounts.google.com:", "www.amazon.com:"});
  const bool never =
      !env_.action.empty() && !is_global &&
      !(is_federation && (is_session() || env_.principal == PrincipalKind::federated)) &&
      !key.starts_with(env_.action.substr(0, env_.action.find(':') + 1));
  if (never || (is_ecr_action(env_.action) && key.starts_with("ecr:"))) {
    return {.variable = add_absent(std::string(written)), .projection = Projection::whole};
  }
  const bool is_set = is_multivalued(key) || (used_as_set && !is_global);
  return {.variable = add_text(std::string(written), true, is_set),
          .projection = Projection::whole};
}

// Who calls. Source: "AWS global condition context keys: Properties of the principal".
std::optional<KeyReading> SymbolicRequest::make_principal_key(const std::string& key,
                                                              std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  const PrincipalKind kind = env_.principal;
  if (key == "aws:principalarn") return has_arn() ? whole(principal_) : whole(add_absent(name));
  if (key == "aws:principalaccount") {
    if (has_arn()) return KeyReading{.variable = principal_, .projection = Projection::arn_account};
    return whole(kind == PrincipalKind::anonymous ? add_constant(name, "anonymous")
                                                  : add_absent(name));
  }
  if (key == "aws:username") {
    if (kind == PrincipalKind::user) {
      return KeyReading{.variable = principal_, .projection = Projection::user_name};
    }
    return whole(add_absent(name));
  }
  if (key == "aws:principalorgpaths" || key == "aws:principalorgid") {
    if (!has_arn()) return whole(add_absent(name));
    const auto partner =
        key == "aws:principalorgid" ? "aws:principalorgpaths" : "aws:principalorgid";
    const auto known = keys_.find(partner);
    const Id path = known != keys_.end() ? known->second.variable
                                         : make_organization_path("aws:PrincipalOrgPaths");
    return KeyReading{.variable = path,
                      .projection = key == "aws:principalorgid" ? Projection::organization_id
                                                                : Projection::whole};
  }
  if (key.starts_with("aws:principaltag/") || key == "aws:principalorgmasteraccountid") {
    return whole(has_arn() ? add_text(name, true) : add_absent(name));
  }
  if (key == "aws:principaltype") {
    switch (kind) {
      case PrincipalKind::role:
      case PrincipalKind::session:
        return whole(add_constant(name, is_federated_user() ? "FederatedUser" : "AssumedRole"));
      case PrincipalKind::user:
        return whole(add_constant(name, "User"));
      case PrincipalKind::root:
        return whole(add_constant(name, "Account"));
      case PrincipalKind::anonymous:
        return whole(add_constant(name, "Anonymous"));
      default:
        return whole(add_text(name, false));
    }
  }
  if (key == "aws:userid") {
    return whole(kind == PrincipalKind::anonymous ? add_constant(name, "anonymous")
                                                  : add_text(name, false));
  }
  if (key == "aws:sourceidentity" || key == "aws:federatedprovider") {
    return whole(is_session() || kind == PrincipalKind::federated ? add_text(name, true)
                                                                  : add_absent(name));
  }
  return std::nullopt;
}

SymbolicRequest::Id SymbolicRequest::make_organization_path(std::string name) {
  Variable variable;
  variable.name = std::move(name);
  variable.plain = {"o-exampleorgid/r-ab12/"};
  variable.valid = organization_paths;
  return add(std::move(variable));
}

// MFA is absent for long-term keys, true or false for temporary ones; a role's session can lack it.
// GetFederationToken takes no MFA.
SymbolicRequest::Id SymbolicRequest::make_mfa() {
  constexpr auto name = "aws:MultiFactorAuthPresent";
  if (!has_arn()) return add_absent(name);
  const bool service_linked =
      env_.principal_arn.find(":role/aws-service-role/") != std::string::npos;
  if (service_linked || is_federated_user()) return add_choice(name, {"false"}, true);
  return add_choice(name, {"false", "true"}, true);
}

// Source: "Global condition keys: Properties of a role session".
std::optional<KeyReading> SymbolicRequest::make_credential_key(const std::string& key,
                                                               std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  constexpr auto mfa_key = "aws:multifactorauthpresent";
  if (key == mfa_key) return whole(make_mfa());
  if (key == "aws:multifactorauthage") {
    if (!has_arn()) return whole(add_absent(name));
    const Id mfa = existing(mfa_key, "aws:MultiFactorAuthPresent");
    const Id age = add_typed(name, Variable::Domain::amount, "0", true);
    // The age is present exactly when MFA is true.
    problem_.predicates.push_back({.test = BoolTest{.accepts_true = true, .accepts_false = false}});
    const Literal is_true{
        .variable = mfa,
        .constraint = {
            .ask = Ask::inside, .predicate = &problem_.predicates.back(), .positive = true}};
    const Literal has_age{
        .variable = age,
        .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = true}};
    problem_.clauses.push_back({has_age.negated(), is_true});
    problem_.clauses.push_back({has_age, is_true.negated()});
    return whole(age);
  }
  if (key == "aws:tokenissuetime") {
    if (!has_arn()) return whole(add_absent(name));
    const bool is_temporary = is_session() || is_federated_user();
    const Id time =
        add_typed(name, Variable::Domain::instant, std::string(plain_time), !is_temporary);
    if (!is_temporary) {  // MFA is known of temporary credentials only; they may also lack it
      const Id mfa = existing(mfa_key, "aws:MultiFactorAuthPresent");
      add_clause(time, true, mfa, false);
    }
    return KeyReading{.variable = time, .projection = Projection::iso_time};
  }
  return std::nullopt;
}

// Calls that an AWS service makes. Source: "Global condition keys: Properties of the request".
std::optional<KeyReading> SymbolicRequest::make_service_key(const std::string& key,
                                                            std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  const bool is_service = env_.principal == PrincipalKind::service;
  if (key == "aws:principalisawsservice")
    return whole(add_constant(name, is_service ? "true" : "false"));
  if (key == "aws:principalservicename") return whole(is_service ? principal_ : add_absent(name));
  if (key == "aws:principalservicenameslist") {
    return whole(is_service ? add_text(name, false, true) : add_absent(name));
  }
  if (key == "aws:sourceaccount" && is_service) {
    Variable variable;
    variable.name = name;
    variable.plain = {env_.account.empty() ? std::string(plain_account) : env_.account};
    variable.valid = account_ids;
    return whole(add(std::move(variable)));
  }
  if (key == "aws:sourcearn" || key == "aws:sourceaccount" || key == "aws:sourceorgid" ||
      key == "aws:sourceorgpaths") {
    return whole(is_service ? add_text(name, true, key == "aws:sourceorgpaths") : add_absent(name));
  }
  return std::nullopt;
}

// What is called. Source: the ECR page of the Service Authorization Reference.
std::optional<KeyReading> SymbolicRequest::make_resource_key(const std::string& key,
                                                             std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  using Resource = RequestEnv::Resource;
  const Resource resource = env_.resource;
  if (key == "aws:requestedregion") {
    if (resource == Resource::known || resource == Resource::repository ||
        resource == Resource::regional || resource == Resource::region_wide) {
      return KeyReading{.variable = resource_, .projection = Projection::arn_region};
    }
    Variable variable;
    variable.name = name;
    variable.can_be_absent = false;
    variable.plain = {env_.region.empty() ? std::string(plain_region) : env_.region};
    variable.valid = regions;
    return whole(add(std::move(variable)));
  }
  if (key == "aws:resourceaccount") {
    if (resource == Resource::known || resource == Resource::repository ||
        resource == Resource::regional || resource == Resource::account_wide) {
      return KeyReading{.variable = resource_, .projection = Projection::arn_account};
    }
    if (!env_.action.empty()) return whole(add_choice(name, {env_.account}, true));
    return whole(add_text(name, true));
  }
  if (!is_ecr_action(env_.action)) return std::nullopt;
  if (key.starts_with("ecr:resourcetag/")) {
    const bool has_tags = resource == Resource::known || resource == Resource::repository;
    return whole(has_tags ? add_text(name, true) : add_absent(name));
  }
  if (key.starts_with("aws:requesttag/")) {
    return whole(is_tagging(env_.action) ? add_text(name, true) : add_absent(name));
  }
  if (key == "aws:tagkeys") {
    return whole(is_tagging(env_.action) ? add_text(name, true, true) : add_absent(name));
  }
  return std::nullopt;
}

// From where, when, through what.
std::optional<KeyReading> SymbolicRequest::make_network_key(const std::string& key,
                                                            std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  if (key == "aws:currenttime" || key == "aws:epochtime") {
    const auto partner = keys_.find(key == "aws:currenttime" ? "aws:epochtime" : "aws:currenttime");
    const Id time = partner != keys_.end() ? partner->second.variable
                                           : add_typed(name, Variable::Domain::instant,
                                                       std::string(plain_time), false);
    return KeyReading{
        .variable = time,
        .projection = key == "aws:currenttime" ? Projection::iso_time : Projection::whole};
  }
  if (key == "aws:securetransport") return whole(add_choice(name, {"true", "false"}, false));
  if (key == "aws:viaawsservice") return whole(add_choice(name, {"false", "true"}, false));
  if (key == "aws:sourceip" || key == "aws:vpcsourceip") {
    const Id address = add_typed(name, Variable::Domain::address, "203.0.113.1", true);
    const auto partner = keys_.find(key == "aws:sourceip" ? "aws:vpcsourceip" : "aws:sourceip");
    if (partner != keys_.end()) add_clause(address, false, partner->second.variable, false);
    return whole(address);
  }
  return std::nullopt;
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
