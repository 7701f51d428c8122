// What each condition key is in an environment: a variable, a part of one, a constant, or never
// there. One table says it, a row for each way in which a key can be there; what a row makes stands
// above it. Tested by symbolic_request_test.cpp.
#include <algorithm>
#include <array>
#include <span>

#include "evaluator/aws/partitions.h"
#include "evaluator/symbolic/name_grammar.h"
#include "evaluator/symbolic/symbolic_request.h"
#include "evaluator/text/ascii_case.h"

namespace auditor {
namespace {

constexpr std::string_view plain_account = "111122223333";
constexpr std::string_view plain_time = "1767225600";  // 2026-01-01T00:00:00Z
constexpr std::string_view plain_organization = "o-exampleorgid";
constexpr std::string_view plain_caller = "cloudformation.amazonaws.com";
constexpr std::string_view plain_function = "arn:aws:lambda:us-east-1:111122223333:function:any";

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
                                   std::string_view("aws:tagkeys"),
                                   std::string_view("aws:vpceorgpaths")};
  return std::ranges::find(keys, key) != keys.end();
}

std::optional<OrganizationKeys> organization_of(std::string_view key) {
  constexpr std::array names{std::string_view("aws:PrincipalOrg"),
                             std::string_view("aws:ResourceOrg"), std::string_view("aws:SourceOrg"),
                             std::string_view("aws:VpceOrg")};
  for (const std::string_view name : names) {
    OrganizationKeys keys{.id = std::string(name) + "ID", .paths = std::string(name) + "Paths"};
    if (equal_ignoring_case(key, keys.id) || equal_ignoring_case(key, keys.paths)) return keys;
  }
  return std::nullopt;
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
    std::string_view value = {};   // of a constant; else the plainest
    Language (*form)() = nullptr;  // a text's: what its values are

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
  static bool is_federated_user(const SymbolicRequest& r) {
    return is_kind(r, PrincipalKind::federated_user);
  }
  // A role's, by AssumeRole or by web identity and SAML.
  static bool is_any_session(const SymbolicRequest& r) { return r.is_any_session(); }
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
  static KeyReading optional_text(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(add_text(r, wanted, row, true));
  }
  static KeyReading text(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(add_text(r, wanted, row, false));
  }
  static KeyReading optional_texts(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return as_list(r, add_text(r, wanted, row, true));
  }
  static KeyReading texts(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return as_list(r, add_text(r, wanted, row, false));
  }
  static KeyReading optional_choice(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(r.add_choice(wanted.name, {std::string(row.value)}, true));
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
  static KeyReading organization_paths(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return whole(organization_path(r, wanted));
  }
  static KeyReading organization_id(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    return {.variable = organization_path(r, wanted), .projection = Projection::organization_id};
  }
  static KeyReading endpoint_organization_paths(SymbolicRequest& r, const WantedKey& wanted,
                                                const Row&) {
    return whole(through_endpoint(r, organization_path(r, wanted), false));
  }
  static KeyReading endpoint_organization_id(SymbolicRequest& r, const WantedKey& wanted,
                                             const Row&) {
    return {.variable = through_endpoint(r, organization_path(r, wanted), false),
            .projection = Projection::organization_id};
  }

  // MFA is absent for long-term keys, true or false for temporary ones; a role's session can lack
  // it. GetFederationToken takes no MFA.
  static KeyReading mfa(SymbolicRequest& r, const WantedKey&, const Row&) {
    const bool service_linked =
        r.env_.principal_arn.find(":role/aws-service-role/") != std::string::npos;
    const bool is_never_true = service_linked || is_federated_user(r);
    return whole(is_never_true ? r.add_choice(mfa_name, {"false"}, true)
                               : r.add_choice(mfa_name, {"false", "true"}, true));
  }
  // Present exactly when MFA is true.
  static KeyReading mfa_age(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const Id mfa = r.key(mfa_key, mfa_name, false).variable;
    const Id age = r.add_typed(wanted.name, Variable::Domain::amount, "0", true);
    true_when_present(r, mfa, age);
    return whole(age);
  }
  static KeyReading token_time(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const bool is_temporary = r.is_session() || is_federated_user(r);
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
    variable.plain = {r.env_.region.empty() ? std::string(plain_region(r.env_.partition))
                                            : r.env_.region};
    variable.readable = {[partition = r.env_.partition] { return known_regions(partition); },
                         [partition = r.env_.partition] { return likely_regions(partition); }};
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
  // A call comes over the internet or through a VPC endpoint, never both: through one, all of
  // endpoint_keys are there; more of it is told by some services only.
  static KeyReading source_ip(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const Id address = r.add_typed(wanted.name, Variable::Domain::address, "203.0.113.1", true);
    for (const std::string_view key : endpoint_keys) exclude(r, address, key);
    for (const std::string_view key : told_of_endpoints) exclude(r, address, key);
    return whole(address);
  }
  static KeyReading vpc_source_ip(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const Id address = r.add_typed(wanted.name, Variable::Domain::address, "10.0.0.1", true);
    return whole(through_endpoint(r, address, true));
  }
  static KeyReading endpoint(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(through_endpoint(r, add_text(r, wanted, row, true), true));
  }
  static KeyReading told_of_endpoint(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(through_endpoint(r, add_text(r, wanted, row, true), false));
  }

  // The services through which a call came, in order: one list, and its ends.
  static KeyReading called_via(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return whole(callers(r, wanted, row));
  }
  static KeyReading called_via_first(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return {.variable = callers(r, wanted, row), .element = Element::first};
  }
  static KeyReading called_via_last(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    return {.variable = callers(r, wanted, row), .element = Element::last};
  }
  static KeyReading via_service(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const Id via = r.add_choice(wanted.name, {"false", "true"}, false);
    if (const auto list = made_callers(r)) true_when_present(r, via, *list);
    return whole(via);
  }

  // A session that a policy names shows its own name.
  static KeyReading session_id(SymbolicRequest& r, const WantedKey& wanted, const Row&) {
    const std::string& session = r.env_.session_arn;
    const std::string name =
        session.empty() ? std::string() : session.substr(session.rfind('/') + 1);
    Variable variable;
    variable.name = wanted.name;
    variable.can_be_absent = false;
    variable.plain = {"AROAEXAMPLEID:" + (name.empty() ? std::string("any") : name)};
    variable.valid = [name] { return session_ids(name); };
    return whole(r.add(std::move(variable)));
  }

  static KeyReading federated_user_id(SymbolicRequest& r, const WantedKey&, const Row&) {
    return {.variable = r.principal_, .projection = Projection::federated_user};
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
  static Id add_text(SymbolicRequest& r, const WantedKey& wanted, const Row& row,
                     bool can_be_absent) {
    const Id id = r.add_text(wanted.name, can_be_absent, row.value.empty() ? "any" : row.value);
    if (row.form != nullptr) r.problem_.variables[id].valid = row.form;
    return id;
  }
  static KeyReading as_list(SymbolicRequest& r, Id id) {
    r.problem_.variables[id].is_set = true;
    return whole(id);
  }
  // Of both keys of an organization the one variable: the path, which begins with the id.
  static Id organization_path(SymbolicRequest& r, const WantedKey& wanted) {
    const OrganizationKeys keys = *organization_of(wanted.key);
    for (const std::string& key : {keys.id, keys.paths}) {
      if (const auto path = made(r, to_lower(key))) return *path;
    }
    Variable variable;
    variable.name = keys.paths;
    variable.plain = {std::string(plain_organization) + "/r-ab12/"};
    variable.valid = auditor::organization_paths;
    return r.add(std::move(variable));
  }
  static Id now(SymbolicRequest& r, const WantedKey& wanted, const std::string& partner) {
    if (const auto time = made(r, partner)) return *time;
    return r.add_typed(wanted.name, Variable::Domain::instant, std::string(plain_time), false);
  }

  static constexpr std::array<std::string_view, 3> endpoint_keys{"aws:sourcevpc", "aws:sourcevpce",
                                                                 "aws:vpcsourceip"};
  static constexpr std::array<std::string_view, 4> told_of_endpoints{
      "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"};

  static void exclude(SymbolicRequest& r, Id id, std::string_view key) {
    if (const auto other = made(r, std::string(key))) r.add_clause(id, false, *other, false);
  }
  // `always`: it is there whenever the call comes through an endpoint.
  static Id through_endpoint(SymbolicRequest& r, Id id, bool always) {
    for (const std::string_view key : endpoint_keys) {
      const auto other = made(r, std::string(key));
      if (!other) continue;
      r.add_clause(id, false, *other, true);
      if (always) r.add_clause(id, true, *other, false);
    }
    for (const std::string_view key : told_of_endpoints) {
      const auto other = made(r, std::string(key));
      if (other && always) r.add_clause(*other, false, id, true);
    }
    exclude(r, id, "aws:sourceip");
    return id;
  }

  static std::optional<Id> made_callers(const SymbolicRequest& r) {
    for (const char* key : {"aws:calledvia", "aws:calledviafirst", "aws:calledvialast"}) {
      if (const auto list = made(r, key)) return list;
    }
    return std::nullopt;
  }
  static Id callers(SymbolicRequest& r, const WantedKey& wanted, const Row& row) {
    if (const auto list = made_callers(r)) return *list;
    const Id list = as_list(r, add_text(r, wanted, row, true)).variable;
    r.problem_.variables[list].readable = {[] { return service_names(true); }};
    if (const auto via = made(r, "aws:viaawsservice")) true_when_present(r, *via, list);
    return list;
  }

  static void true_when_present(SymbolicRequest& r, Id truth, Id other) {
    Problem& problem = r.problem_;
    problem.predicates.push_back({.test = BoolTest{.accepts_true = true, .accepts_false = false}});
    const Literal is_true{
        .variable = truth,
        .constraint = {
            .ask = Ask::inside, .predicate = &problem.predicates.back(), .positive = true}};
    const Literal is_present{
        .variable = other,
        .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = true}};
    problem.clauses.push_back({is_present.negated(), is_true});
    problem.clauses.push_back({is_present, is_true.negated()});
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
      {"aws:principalorgmasteraccountid", has_arn, optional_text, plain_account, account_ids},
      {"aws:principaltag/", has_arn, optional_text},
      {"aws:principaltype", is_any_session, constant, "AssumedRole"},
      {"aws:principaltype", is_federated_user, constant, "FederatedUser"},
      {"aws:principaltype", is_user, constant, "User"},
      {"aws:principaltype", is_root, constant, "Account"},
      {"aws:principaltype", is_anonymous, constant, "Anonymous"},
      {"aws:principaltype", always, text},
      {"aws:userid", is_anonymous, constant, "anonymous"},
      {"aws:userid", is_any_session, session_id},
      {"aws:userid", is_user, text, "AIDAEXAMPLEID", user_ids},
      {"aws:userid", is_root, principal_account},
      {"aws:userid", is_federated_user, federated_user_id},
      {"aws:userid", always, text},
      {"aws:assumedroot", is_root, optional_choice, "true"},
      {"aws:sourceidentity", is_any_session, optional_text},
      {"aws:federatedprovider", is_any_session, optional_text, "cognito-identity.amazonaws.com"},
      // With what. Source: "Properties of a role session".
      {"aws:multifactorauthpresent", has_arn, mfa},
      {"aws:multifactorauthage", has_arn, mfa_age},
      {"aws:tokenissuetime", has_arn, token_time},
      // Calls that an AWS service makes. Source: "Properties of the request".
      {"aws:principalisawsservice", is_service, constant, "true"},
      {"aws:principalisawsservice", is_anonymous, optional_choice, "false"},
      {"aws:principalisawsservice", always, constant, "false"},
      {"aws:principalservicename", is_service, principal},
      {"aws:principalservicenameslist", is_service, texts, "lambda.amazonaws.com"},
      {"aws:sourceaccount", is_service, source_account},
      {"aws:sourcearn", is_service, optional_text, plain_function},
      {"aws:sourceorgid", is_service, organization_id},
      {"aws:sourceorgpaths", is_service, organization_paths},
      // What is called. Source: the ECR page of the Service Authorization Reference.
      {"aws:requestedregion", has_region, resource_region},
      {"aws:requestedregion", always, any_region},
      {"aws:resourceaccount", has_account, resource_account},
      {"aws:resourceaccount", has_action, own_account},
      {"aws:resourceaccount", always, optional_text, plain_account},
      {"aws:resourceorgid", always, organization_id},
      {"aws:resourceorgpaths", always, organization_paths},
      {global_resource_tag, can_be_tagged, optional_text},
      {"aws:requesttag/", can_tag, optional_text},
      {"aws:tagkeys", can_tag, optional_texts},
      // From where, when, through what.
      {"aws:currenttime", always, current_time},
      {"aws:epochtime", always, epoch_time},
      {"aws:securetransport", always, true_or_false},
      {"aws:viaawsservice", always, via_service},
      {"aws:calledvia", always, called_via, plain_caller},
      {"aws:calledviafirst", always, called_via_first, plain_caller},
      {"aws:calledvialast", always, called_via_last, plain_caller},
      {"aws:sourceip", always, source_ip},
      {"aws:vpcsourceip", always, vpc_source_ip},
      {"aws:sourcevpc", always, endpoint, "vpc-0123456789abcdef0"},
      {"aws:sourcevpce", always, endpoint, "vpce-0123456789abcdef0"},
      {"aws:sourcevpcarn", always, told_of_endpoint,
       "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0123456789abcdef0"},
      {"aws:vpceaccount", always, told_of_endpoint, plain_account, account_ids},
      {"aws:vpceorgid", always, endpoint_organization_id},
      {"aws:vpceorgpaths", always, endpoint_organization_paths},
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

}  // namespace auditor
