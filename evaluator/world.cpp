#include "evaluator/world.h"

#include <algorithm>
#include <array>

#include "evaluator/ecr_actions.h"
#include "evaluator/pattern.h"
#include "evaluator/values.h"

namespace auditor {
namespace {

constexpr std::string_view plain_region = "us-east-1";
constexpr std::string_view plain_time = "1767225600";  // 2026-01-01T00:00:00Z

const CharSet lower = CharSet::between('a', 'z');
const CharSet digit = CharSet::between('0', '9');

CharSet lower_or_digit() { return CharSet(lower).add(digit); }

Language one_or_more(const CharSet& set) {
  return Language::one_of(set).then(Language::repeated(set));
}

Language times(const CharSet& set, int count) {
  Language language;
  for (int i = 0; i < count; ++i) language.then(Language::one_of(set));
  return language;
}

Language account_ids() { return times(digit, 12); }

// us-east-1, us-gov-west-1, ap-southeast-2
Language regions() {
  Language parts = Language::text("-").then(one_or_more(lower));
  return times(lower, 2)
      .then(parts)
      .then(parts.star())
      .then(Language::text("-"))
      .then(one_or_more(digit));
}

// o-x/r-y/ou-y-z/: lengths are not modelled.
Language organization_paths() {
  const Language name = one_or_more(lower_or_digit());
  Language unit = Language::text("ou-")
                      .then(name)
                      .then(Language::text("-"))
                      .then(name)
                      .then(Language::text("/"));
  return Language::text("o-")
      .then(name)
      .then(Language::text("/r-"))
      .then(name)
      .then(Language::text("/"))
      .then(unit.star());
}

Language text_or(std::string_view known, Language otherwise) {
  return known.empty() ? std::move(otherwise) : Language::text(known);
}

// An empty partition is any.
Language arn_start(std::string_view partition) {
  Language known = Language::any_of(
      {Language::text("aws"), Language::text("aws-cn"), Language::text("aws-us-gov")});
  return Language::text("arn:").then(text_or(partition, std::move(known)));
}

// ARNs of IAM: arn:P:iam::ACCOUNT:TYPE/[path/]name.
Language iam_arns(std::string_view partition, std::string_view account, std::string_view type) {
  const CharSet name = CharSet::of("_+=,.@-").add(lower_or_digit()).add(CharSet::between('A', 'Z'));
  Language path = one_or_more(CharSet::between('!', '~')).then(Language::text("/")).optional();
  return arn_start(partition)
      .then(Language::text(":iam::"))
      .then(text_or(account, account_ids()))
      .then(Language::text(":" + std::string(type) + "/"))
      .then(path)
      .then(one_or_more(name));
}

// An account that is not the subject's own.
std::string foreign_account(std::string_view own) {
  return own == "999999999999" ? "888888888888" : "999999999999";
}

bool is_ecr(std::string_view action) { return action.starts_with("ecr:"); }

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

bool is_tagging(std::string_view action) {
  return action == "ecr:tagresource" || action == "ecr:untagresource" ||
         action == "ecr:createrepository" || action == "ecr:createrepositorycreationtemplate" ||
         action == "ecr:updaterepositorycreationtemplate";
}

}  // namespace

Language repository_names() {
  const Language word = one_or_more(lower_or_digit());
  Language more = Language::one_of(CharSet::of("._-")).then(word);
  Language segment = Language(word).then(more.star());
  Language folders = Language(segment).then(Language::text("/"));
  return folders.star().then(segment);
}

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

World::World(Problem& problem, Scene scene) : problem_(problem), scene_(std::move(scene)) {
  action_ = make_action();
  resource_ = make_resource();
  principal_ = make_principal();
}

World::Id World::add(Variable variable) {
  problem_.variables.push_back(std::move(variable));
  return static_cast<Id>(problem_.variables.size() - 1);
}

World::Id World::add_constant(std::string name, std::string value) {
  return add_choice(std::move(name), {std::move(value)}, false);
}

World::Id World::add_absent(std::string name) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = Variable::Domain::choice;
  variable.can_be_present = false;
  return add(std::move(variable));
}

World::Id World::add_choice(std::string name, std::vector<std::string> values, bool can_be_absent) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = Variable::Domain::choice;
  variable.can_be_absent = can_be_absent;
  variable.plain = std::move(values);
  return add(std::move(variable));
}

World::Id World::add_typed(std::string name, Variable::Domain domain, std::string plain,
                           bool can_be_absent) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = domain;
  variable.can_be_absent = can_be_absent;
  variable.plain = {std::move(plain)};
  return add(std::move(variable));
}

World::Id World::add_text(std::string name, bool can_be_absent, bool is_set) {
  Variable variable;
  variable.name = std::move(name);
  variable.can_be_absent = can_be_absent;
  variable.is_set = is_set;
  variable.plain = {"any"};
  return add(std::move(variable));
}

void World::add_clause(Id a, bool a_present, Id b, bool b_present) {
  const auto present = [](Id id, bool positive) {
    return Literal{.variable = id,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  problem_.clauses.push_back({present(a, a_present), present(b, b_present)});
}

World::Id World::make_action() {
  if (!scene_.action.empty()) return add_constant("action", scene_.action);
  // Any service, any call: SERVICE:NAME.
  Variable variable;
  variable.name = "action";
  variable.can_be_absent = false;
  variable.plain = {"any:any"};
  variable.readable = [] {
    const CharSet service = CharSet::of("-").add(lower_or_digit());
    return one_or_more(service).then(Language::text(":")).then(one_or_more(lower_or_digit()));
  };
  return add(std::move(variable));
}

World::Id World::make_resource() {
  const Scene& s = scene_;
  Variable variable;
  variable.name = "resource";
  variable.can_be_absent = false;
  const std::string region = s.region.empty() ? std::string(plain_region) : s.region;
  const std::string prefix = "arn:" + (s.partition.empty() ? "aws" : s.partition) + ":";
  switch (s.resource) {
    case Scene::Resource::none:
      return add_constant("resource", "*");
    case Scene::Resource::known:
      return add_constant("resource", s.resource_arn);
    case Scene::Resource::repository: {
      const std::string start =
          prefix + "ecr:" + region + ":" + s.account + ":repository/" + s.name_prefix;
      variable.plain = {start + "any"};
      variable.readable = [start] { return Language::text(start).then(repository_names()); };
      variable.lawful = [prefix, known = s.region, account = s.account, name = s.name_prefix] {
        return Language::text(prefix + "ecr:")
            .then(text_or(known, regions()))
            .then(Language::text(":" + account + ":repository/" + name))
            .then(repository_names());
      };
      break;
    }
    case Scene::Resource::of_service: {
      const std::string service = s.action.substr(0, s.action.find(':'));
      const std::string start = prefix + service + ":" + region + ":" + s.account + ":";
      variable.plain = {"*", start + "any"};
      variable.readable = [start] {
        return Language::text(start).then(one_or_more(lower_or_digit()));
      };
      variable.lawful = [prefix, service, account = s.account] {
        Language own = Language::any_of({Language::text(account), Language()});
        Language arns = Language::text(prefix + service + ":")
                            .then(Language::any_of({regions(), Language()}))
                            .then(Language::text(":"))
                            .then(own)
                            .then(Language::text(":"))
                            .then(one_or_more(CharSet::between('!', '~')));
        return Language::any_of({Language::text("*"), arns});
      };
      break;
    }
    case Scene::Resource::regional:
    case Scene::Resource::account_wide:
    case Scene::Resource::global: {
      const bool has_region = s.resource == Scene::Resource::regional;
      const bool has_account = s.resource != Scene::Resource::global;
      variable.plain = {prefix + "any:" + (has_region ? std::string(plain_region) : "") + ":" +
                        (has_account ? "999999999999" : "") + ":any"};
      variable.lawful = [has_region, has_account] {
        const CharSet service = CharSet::of("-").add(lower_or_digit());
        return arn_start("")
            .then(Language::text(":"))
            .then(one_or_more(service))
            .then(Language::text(":"))
            .then(has_region ? regions() : Language())
            .then(Language::text(":"))
            .then(has_account ? account_ids() : Language())
            .then(Language::text(":"))
            .then(one_or_more(CharSet::between('!', '~')));
      };
      break;
    }
  }
  return add(std::move(variable));
}

World::Id World::make_principal() {
  const Scene& s = scene_;
  if (!s.principal_arn.empty()) return add_constant("principal", s.principal_arn);
  if (s.principal == PrincipalKind::anonymous) return add_absent("principal");
  Variable variable;
  variable.name = "principal";
  variable.can_be_absent = false;
  if (s.principal == PrincipalKind::service) {
    variable.plain = {"lambda.amazonaws.com"};
    variable.lawful = [] {
      return one_or_more(CharSet::of(".-").add(lower_or_digit()))
          .then(Language::text(".amazonaws.com"));
    };
    return add(std::move(variable));
  }
  if (s.principal == PrincipalKind::federated) {
    variable.plain = {"cognito-identity.amazonaws.com"};
    return add(std::move(variable));
  }
  const std::string account =
      s.principal_account.empty() ? foreign_account(s.account) : s.principal_account;
  const std::string start = "arn:" + (s.partition.empty() ? "aws" : s.partition) + ":iam::";
  if (s.principal == PrincipalKind::root) {
    variable.plain = {start + account + ":root"};
    variable.lawful = [partition = s.partition, known = s.principal_account] {
      return arn_start(partition)
          .then(Language::text(":iam::"))
          .then(text_or(known, account_ids()))
          .then(Language::text(":root"));
    };
    return add(std::move(variable));
  }
  const std::string type = s.principal == PrincipalKind::user ? "user" : "role";
  variable.plain = {start + account + ":" + type + "/any"};
  if (s.principal_account.empty() && !s.account.empty()) {
    variable.plain.push_back(start + s.account + ":" + type + "/any");
  }
  variable.readable = [start, account, type] {
    return Language::text(start + account + ":" + type + "/").then(one_or_more(lower_or_digit()));
  };
  variable.lawful = [partition = s.partition, known = s.principal_account, type] {
    return iam_arns(partition, known, type);
  };
  return add(std::move(variable));
}

bool World::is_session() const {
  return scene_.principal == PrincipalKind::role || scene_.principal == PrincipalKind::session;
}

bool World::has_arn() const {
  return is_session() || scene_.principal == PrincipalKind::user ||
         scene_.principal == PrincipalKind::root;
}

KeyReading World::key(const std::string& key, std::string_view written, bool used_as_set) {
  const bool in_ecr = is_ecr(scene_.action);
  const std::string canonical = canonical_key(key, in_ecr);
  written_.try_emplace(canonical, written);
  const auto known = keys_.find(canonical);
  if (known != keys_.end()) return known->second;
  const KeyReading reading = make_key(canonical, written, used_as_set);
  return keys_.try_emplace(canonical, reading).first->second;
}

World::Id World::existing(const std::string& key_text, std::string_view written) {
  return key(key_text, written, false).variable;
}

KeyReading World::make_key(const std::string& key, std::string_view written, bool used_as_set) {
  for (const auto make :
       {&World::make_principal_key, &World::make_credential_key, &World::make_service_key,
        &World::make_resource_key, &World::make_network_key}) {
    if (const auto reading = (this->*make)(key, written)) return *reading;
  }
  const bool is_global = key.starts_with("aws:");
  // Keys of web identity and SAML sessions; any other service's key is not carried by an ECR call.
  const bool is_federation =
      starts_with_any(key, {"saml:", "cognito-identity.amazonaws.com:", "graph.facebook.com:",
                            "accounts.google.com:", "www.amazon.com:"});
  const bool never =
      !scene_.action.empty() && !is_global &&
      !(is_federation && (is_session() || scene_.principal == PrincipalKind::federated)) &&
      !key.starts_with(scene_.action.substr(0, scene_.action.find(':') + 1));
  if (never || (is_ecr(scene_.action) && key.starts_with("ecr:"))) {
    return {.variable = add_absent(std::string(written)), .projection = Projection::whole};
  }
  const bool is_set = is_multivalued(key) || (used_as_set && !is_global);
  return {.variable = add_text(std::string(written), true, is_set),
          .projection = Projection::whole};
}

// Who calls. Source: "AWS global condition context keys: Properties of the principal".
std::optional<KeyReading> World::make_principal_key(const std::string& key,
                                                    std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  const PrincipalKind kind = scene_.principal;
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
        return whole(add_constant(name, "AssumedRole"));
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

World::Id World::make_organization_path(std::string name) {
  Variable variable;
  variable.name = std::move(name);
  variable.plain = {"o-exampleorgid/r-ab12/"};
  variable.lawful = organization_paths;
  return add(std::move(variable));
}

// MFA is absent for long-term keys, true or false for temporary ones; a role's session can lack it.
World::Id World::make_mfa() {
  constexpr auto name = "aws:MultiFactorAuthPresent";
  if (!has_arn()) return add_absent(name);
  const bool service_linked =
      scene_.principal_arn.find(":role/aws-service-role/") != std::string::npos;
  if (service_linked) return add_choice(name, {"false"}, true);
  return add_choice(name, {"false", "true"}, true);
}

// Source: "Global condition keys: Properties of a role session".
std::optional<KeyReading> World::make_credential_key(const std::string& key,
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
    const Id age = add_typed(name, Variable::Domain::count, "0", true);
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
    const Id time =
        add_typed(name, Variable::Domain::instant, std::string(plain_time), !is_session());
    if (!is_session()) {  // a user's temporary credentials: then MFA is true or false, not absent
      const Id mfa = existing(mfa_key, "aws:MultiFactorAuthPresent");
      add_clause(time, false, mfa, true);
      add_clause(time, true, mfa, false);
    }
    return KeyReading{.variable = time, .projection = Projection::iso_time};
  }
  return std::nullopt;
}

// Calls that an AWS service makes. Source: "Global condition keys: Properties of the request".
std::optional<KeyReading> World::make_service_key(const std::string& key,
                                                  std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  const bool is_service = scene_.principal == PrincipalKind::service;
  if (key == "aws:principalisawsservice")
    return whole(add_constant(name, is_service ? "true" : "false"));
  if (key == "aws:principalservicename") return whole(is_service ? principal_ : add_absent(name));
  if (key == "aws:principalservicenameslist") {
    return whole(is_service ? add_text(name, false, true) : add_absent(name));
  }
  if (key == "aws:sourcearn" || key == "aws:sourceaccount" || key == "aws:sourceorgid" ||
      key == "aws:sourceorgpaths") {
    return whole(is_service ? add_text(name, true, key == "aws:sourceorgpaths") : add_absent(name));
  }
  return std::nullopt;
}

// What is called. Source: the ECR page of the Service Authorization Reference.
std::optional<KeyReading> World::make_resource_key(const std::string& key,
                                                   std::string_view written) {
  const auto name = std::string(written);
  const auto whole = [](Id id) {
    return KeyReading{.variable = id, .projection = Projection::whole};
  };
  using Resource = Scene::Resource;
  const Resource resource = scene_.resource;
  if (key == "aws:requestedregion") {
    if (resource == Resource::known || resource == Resource::repository ||
        resource == Resource::regional) {
      return KeyReading{.variable = resource_, .projection = Projection::arn_region};
    }
    Variable variable;
    variable.name = name;
    variable.can_be_absent = false;
    variable.plain = {scene_.region.empty() ? std::string(plain_region) : scene_.region};
    variable.lawful = regions;
    return whole(add(std::move(variable)));
  }
  if (key == "aws:resourceaccount") {
    if (resource == Resource::known || resource == Resource::repository ||
        resource == Resource::regional || resource == Resource::account_wide) {
      return KeyReading{.variable = resource_, .projection = Projection::arn_account};
    }
    if (!scene_.action.empty()) return whole(add_choice(name, {scene_.account}, true));
    return whole(add_text(name, true));
  }
  if (!is_ecr(scene_.action)) return std::nullopt;
  if (key.starts_with("ecr:resourcetag/")) {
    const bool has_tags = resource == Resource::known || resource == Resource::repository;
    return whole(has_tags ? add_text(name, true) : add_absent(name));
  }
  if (key.starts_with("aws:requesttag/")) {
    return whole(is_tagging(scene_.action) ? add_text(name, true) : add_absent(name));
  }
  if (key == "aws:tagkeys") {
    return whole(is_tagging(scene_.action) ? add_text(name, true, true) : add_absent(name));
  }
  return std::nullopt;
}

// From where, when, through what.
std::optional<KeyReading> World::make_network_key(const std::string& key,
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

std::optional<std::optional<std::string>> World::constant(const KeyReading& reading) const {
  const Variable& variable = problem_.variables[reading.variable];
  if (!variable.can_be_present) return std::optional<std::string>();
  if (variable.domain != Variable::Domain::choice || variable.can_be_absent ||
      variable.plain.size() != 1) {
    return std::nullopt;
  }
  return project(variable.plain.front(), reading.projection);
}

Request World::request(const std::vector<Value>& model) const {
  Request request;
  request.action = model[action_]->front();
  request.resource = model[resource_]->front();
  switch (scene_.principal) {
    case PrincipalKind::anonymous:
      request.principal = AnonymousPrincipal{};
      break;
    case PrincipalKind::service:
      request.principal = ServicePrincipal{model[principal_]->front()};
      break;
    case PrincipalKind::federated:
      request.principal = FederatedPrincipal{model[principal_]->front()};
      break;
    case PrincipalKind::session:
      request.principal = ArnPrincipal{scene_.session_arn};
      break;
    default:
      request.principal = ArnPrincipal{model[principal_]->front()};
  }
  for (const auto& [key, reading] : keys_) {
    const Value& value = model[reading.variable];
    const bool follows =
        reading.variable == principal_ || reading.variable == resource_ ||
        key == "aws:principalisawsservice" ||
        (key == "aws:principalaccount" && scene_.principal == PrincipalKind::anonymous);
    if (!value || follows) continue;
    const std::string& name = written_.at(key);
    if (key == "aws:principalorgid" || key == "aws:principalorgpaths") {  // both or neither
      request.context["aws:PrincipalOrgPaths"] = *value;
      request.context["aws:PrincipalOrgID"] = *project(value->front(), Projection::organization_id);
    } else if (is_multivalued(key) || problem_.variables[reading.variable].is_set) {
      request.context[name] = *value;
    } else if (const auto part = project(value->front(), reading.projection)) {
      request.context[name] = *part;
    }
  }
  return request;
}

}  // namespace auditor
