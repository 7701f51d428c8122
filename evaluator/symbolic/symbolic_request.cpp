// Scenes: which actions, resources and principals there are. What a condition key is in an
// environment stands in symbolic_keys.cpp.
#include "evaluator/symbolic/symbolic_request.h"

#include "evaluator/aws/condition_keys.h"
#include "evaluator/aws/partitions.h"
#include "evaluator/symbolic/name_grammar.h"

namespace auditor {
namespace {

// An account that is not the subject's own.
std::string foreign_account(std::string_view own) {
  return own == "999999999999" ? "888888888888" : "999999999999";
}

}  // namespace

SymbolicRequest::SymbolicRequest(Problem& problem, RequestEnv env)
    : problem_(problem), env_(std::move(env)) {
  action_ = make_action();
  resource_ = make_resource();
  principal_ = make_principal();
}

SymbolicRequest::Id SymbolicRequest::add(Variable variable) {
  problem_.variables.push_back(std::move(variable));
  return static_cast<Id>(problem_.variables.size() - 1);
}

SymbolicRequest::Id SymbolicRequest::add_constant(std::string name, std::string value) {
  return add_choice(std::move(name), {std::move(value)}, false);
}

SymbolicRequest::Id SymbolicRequest::add_absent(std::string name) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = Variable::Domain::choice;
  variable.can_be_present = false;
  return add(std::move(variable));
}

SymbolicRequest::Id SymbolicRequest::add_choice(std::string name, std::vector<std::string> values,
                                                bool can_be_absent) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = Variable::Domain::choice;
  variable.can_be_absent = can_be_absent;
  variable.plain = std::move(values);
  return add(std::move(variable));
}

SymbolicRequest::Id SymbolicRequest::add_typed(std::string name, Variable::Domain domain,
                                               std::string plain, bool can_be_absent) {
  Variable variable;
  variable.name = std::move(name);
  variable.domain = domain;
  variable.can_be_absent = can_be_absent;
  variable.plain = {std::move(plain)};
  return add(std::move(variable));
}

SymbolicRequest::Id SymbolicRequest::add_text(std::string name, bool can_be_absent,
                                              std::string_view plain) {
  Variable variable;
  variable.name = std::move(name);
  variable.can_be_absent = can_be_absent;
  variable.plain = {std::string(plain)};
  return add(std::move(variable));
}

void SymbolicRequest::add_clause(Id a, bool a_present, Id b, bool b_present) {
  const auto present = [](Id id, bool positive) {
    return Literal{.variable = id,
                   .constraint = {.ask = Ask::present, .predicate = nullptr, .positive = positive}};
  };
  problem_.clauses.push_back({present(a, a_present), present(b, b_present)});
}

SymbolicRequest::Id SymbolicRequest::make_action() {
  if (!env_.action.empty()) return add_constant("action", env_.action);
  // Any service, any call: SERVICE:NAME.
  Variable variable;
  variable.name = "action";
  variable.can_be_absent = false;
  variable.plain = {"any:any"};
  variable.readable = {[] {
    const CharSet service = CharSet::of("-").add(lower_or_digit());
    return one_or_more(service).then(Language::text(":")).then(one_or_more(lower_or_digit()));
  }};
  return add(std::move(variable));
}

SymbolicRequest::Id SymbolicRequest::make_resource() {
  const RequestEnv& s = env_;
  Variable variable;
  variable.name = "resource";
  variable.can_be_absent = false;
  const std::string partition = s.partition.empty() ? "aws" : s.partition;
  const std::string region = s.region.empty() ? std::string(plain_region(partition)) : s.region;
  const std::string prefix = "arn:" + partition + ":";
  switch (s.resource) {
    case RequestEnv::Resource::none:
      return add_constant("resource", "*");
    case RequestEnv::Resource::known:
      return add_constant("resource", s.resource_arn);
    case RequestEnv::Resource::repository: {
      const EntityKindRow& row = row_of(EntityKind::repository);
      const std::string start = prefix + std::string(row.service) + ":" + region + ":" + s.account +
                                ":" + std::string(row.resource) + s.name_prefix;
      variable.plain = {start + "any"};
      const auto in_regions = [=, &row, account = s.account,
                               name = s.name_prefix](const Language& its_region) {
        return Language::text(prefix + std::string(row.service) + ":")
            .then(its_region)
            .then(Language::text(":" + account + ":" + std::string(row.resource) + name))
            .then(repository_names());
      };
      variable.readable = {[=] { return in_regions(Language::text(region)); }};
      if (s.region.empty()) {
        variable.readable.push_back([=] { return in_regions(known_regions(partition)); });
        variable.readable.push_back([=] { return in_regions(likely_regions(partition)); });
      }
      variable.valid = [=, known = s.region] { return in_regions(text_or(known, regions())); };
      break;
    }
    case RequestEnv::Resource::of_service: {
      const std::string service = s.action.substr(0, s.action.find(':'));
      const std::string start = prefix + service + ":" + region + ":" + s.account + ":";
      variable.plain = {"*", start + "any"};
      variable.readable = {
          [start] { return Language::text(start).then(one_or_more(lower_or_digit())); }};
      variable.valid = [prefix, service, account = s.account] {
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
    case RequestEnv::Resource::regional:
    case RequestEnv::Resource::account_wide:
    case RequestEnv::Resource::region_wide:
    case RequestEnv::Resource::global: {
      const bool has_region = s.resource == RequestEnv::Resource::regional ||
                              s.resource == RequestEnv::Resource::region_wide;
      const bool has_account = s.resource == RequestEnv::Resource::regional ||
                               s.resource == RequestEnv::Resource::account_wide;
      const std::string some_account = has_account ? "999999999999" : "";
      variable.plain = {prefix + "any:" + (has_region ? region : "") + ":" + some_account + ":any"};
      const CharSet end_of_name =  // all that is printed but `/` and `:`
          CharSet::between('!', '.')
              .add(CharSet::between('0', '9'))
              .add(CharSet::between(';', '~'));
      const auto with_name = [has_account, end_of_name](const Language& place) {
        return Language::text("arn:")
            .then(place)
            .then(Language::text(":"))
            .then(has_account ? account_ids() : Language())
            .then(Language::text(":"))
            .then(Language::repeated(CharSet::between('!', '~')))
            .then(Language::one_of(end_of_name));
      };
      const auto any_place = [has_region] {
        const CharSet service = CharSet::of("-").add(lower_or_digit());
        return partition_names()
            .then(Language::text(":"))
            .then(one_or_more(service))
            .then(Language::text(":"))
            .then(has_region ? regions() : Language());
      };
      if (has_region) {
        variable.readable = {[=] { return with_name(plain_places(false)); },
                             [=] { return with_name(plain_places(true)); }};
      }
      variable.readable.push_back([=] { return with_name(any_place()); });
      variable.valid = [has_region, has_account] {
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

SymbolicRequest::Id SymbolicRequest::make_principal() {
  const RequestEnv& s = env_;
  if (!s.principal_arn.empty()) {
    return s.path_is_open ? make_principal_of_any_path()
                          : add_constant("principal", s.principal_arn);
  }
  if (s.principal == PrincipalKind::anonymous) return add_absent("principal");
  Variable variable;
  variable.name = "principal";
  variable.can_be_absent = false;
  if (s.principal == PrincipalKind::service) {
    variable.plain = {"lambda.amazonaws.com"};
    variable.readable = {[] { return service_names(true); }};
    variable.valid = [only = s.documented_only] { return service_names(only); };
    return add(std::move(variable));
  }
  if (s.principal == PrincipalKind::federated) {
    variable.plain = {"cognito-identity.amazonaws.com"};
    return add(std::move(variable));
  }
  const std::string account =
      s.principal_account.empty() ? foreign_account(s.account) : s.principal_account;
  const std::string partition = "arn:" + (s.partition.empty() ? "aws" : s.partition);
  const std::string start = partition + ":iam::";
  if (s.principal == PrincipalKind::federated_user) {
    const std::string middle = ":federated-user/";
    variable.plain = {partition + ":sts::" + account + middle + "any"};
    if (s.principal_account.empty() && !s.account.empty()) {
      variable.plain.push_back(partition + ":sts::" + s.account + middle + "any");
    }
    variable.valid = [name = s.partition, known = s.principal_account] {
      return federated_user_arns(name, known);
    };
    return add(std::move(variable));
  }
  if (s.principal == PrincipalKind::root) {
    variable.plain = {start + account + ":root"};
    variable.valid = [partition = s.partition, known = s.principal_account] {
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
  variable.readable = {[start, account, type] {
    return Language::text(start + account + ":" + type + "/").then(one_or_more(lower_or_digit()));
  }};
  variable.valid = [partition = s.partition, known = s.principal_account, type] {
    return iam_arns(partition, known, type);
  };
  return add(std::move(variable));
}

// arn:P:iam::ACCOUNT:role/[path/]NAME, of one account, type and name.
SymbolicRequest::Id SymbolicRequest::make_principal_of_any_path() {
  const std::string& shown = env_.principal_arn;
  const std::string start = shown.substr(0, shown.find('/') + 1);
  const std::string name = shown.substr(shown.rfind('/') + 1);
  Variable variable;
  variable.name = "principal";
  variable.can_be_absent = false;
  variable.plain = {shown};
  variable.readable = {[=] {
    return Language::text(start)
        .then(one_or_more(lower_or_digit()).then(Language::text("/")))
        .then(Language::text(name));
  }};
  variable.valid = [=] {
    return Language::text(start).then(iam_paths()).then(Language::text(name));
  };
  return add(std::move(variable));
}

Constant SymbolicRequest::constant(const KeyReading& reading) const {
  const Variable& variable = problem_.variables[reading.variable];
  if (reading.variable == principal_ && env_.path_is_open &&
      reading.projection != Projection::whole) {
    auto part = project(env_.principal_arn, reading.projection);  // the same with every path
    return part ? Constant::of(std::move(*part)) : Constant::absent();
  }
  if (!variable.can_be_present) return Constant::absent();
  if (variable.domain != Variable::Domain::choice || variable.can_be_absent ||
      variable.plain.size() != 1) {
    return {};
  }
  auto part = project(variable.plain.front(), reading.projection);
  return part ? Constant::of(std::move(*part)) : Constant::absent();
}

Request SymbolicRequest::concrete(const std::vector<Value>& model) const {
  Request request;
  request.action = model[action_]->front();
  request.resource = model[resource_]->front();
  switch (env_.principal) {
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
      request.principal = ArnPrincipal{env_.session_arn};
      break;
    default:
      request.principal = ArnPrincipal{model[principal_]->front()};
  }
  for (const auto& [key, reading] : keys_) {
    const Value& value = model[reading.variable];
    const bool follows =
        reading.variable == principal_ || reading.variable == resource_ ||
        (key == "aws:principalisawsservice" && env_.principal != PrincipalKind::anonymous) ||
        (key == "aws:principalaccount" && env_.principal == PrincipalKind::anonymous);
    if (!value || follows) continue;
    const std::string& name = written_.at(key);
    if (const auto organization = organization_of(key)) {  // both or neither
      request.context[organization->paths] = *value;
      request.context[organization->id] = *project(value->front(), Projection::organization_id);
    } else if (is_multivalued(key) ||
               (problem_.variables[reading.variable].is_set && reading.element == Element::some)) {
      request.context[name] = *value;
    } else if (const auto part = part_of(value, reading)) {
      request.context[name] = *part;
      if (reading.element != Element::some) request.context["aws:CalledVia"] = *value;
    }
  }
  return request;
}

std::optional<std::string> part_of(const Value& value, const KeyReading& reading) {
  if (!value) return std::nullopt;
  const bool is_last = reading.element == Element::last;
  return project(is_last ? value->back() : value->front(), reading.projection);
}

// A global key may be there. Of the others a call carries what its principal brings along, and of
// the called service's own what that service has; of a service that nobody has heard of nothing is
// known, so its keys are there in one reading and not in the other.
KeyReading SymbolicRequest::make_unlisted_key(const WantedKey& wanted) {
  const std::string& key = wanted.key;
  const bool is_any_service = env_.action.empty();
  const bool is_of_called_service =
      !is_any_service && key.starts_with(env_.action.substr(0, env_.action.find(':') + 1));
  const KeyOwner owner = owner_of_key(key);
  std::string_view plain = "any";
  bool can_be_present = true;
  if (owner == KeyOwner::cross_service) {
    can_be_present = is_any_session();
    plain = find_cross_service_key(key)->plain;
  } else if (owner == KeyOwner::federation) {
    can_be_present = is_any_service || is_any_session();
  } else if (is_of_called_service) {
    can_be_present = service_of(env_.action) == nullptr;  // of one with a row all keys are listed
  } else if (owner == KeyOwner::service) {
    can_be_present = is_any_service;
  } else if (owner == KeyOwner::unknown && !is_any_service) {
    assumptions_.insert("a condition key of a service that is not known");
    can_be_present = !env_.documented_only;
  }
  if (!can_be_present) {
    return {.variable = add_absent(wanted.name), .projection = Projection::whole};
  }
  const Id id = add_text(wanted.name, true, plain);
  problem_.variables[id].is_set =
      wanted.used_as_set && owner != KeyOwner::global && owner != KeyOwner::cross_service;
  return {.variable = id, .projection = Projection::whole};
}

bool SymbolicRequest::is_session() const {
  return env_.principal == PrincipalKind::role || env_.principal == PrincipalKind::session;
}

bool SymbolicRequest::is_any_session() const {
  return is_session() || env_.principal == PrincipalKind::federated;
}

bool SymbolicRequest::has_arn() const {
  return is_session() || env_.principal == PrincipalKind::user ||
         env_.principal == PrincipalKind::root || env_.principal == PrincipalKind::federated_user;
}

}  // namespace auditor
