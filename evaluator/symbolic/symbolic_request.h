// Which requests can exist: the variables of a request, their domains, and the facts that tie them.
//
// Without these facts a solver invents witnesses: a user with two names, a role without a token,
// an account that is not its ARN's. An environment fixes one kind of principal and one kind of
// resource; inside it every condition key is a variable of its own, a projection of another one
// (the account of an ARN), a constant, or never there. Facts that tie presences become clauses.
// Source: "AWS global condition context keys"; the ECR page of the Service Authorization Reference;
// the name patterns of the ECR, IAM and Organizations service models. Tested by
// symbolic_request_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "evaluator/aws/service_model.h"
#include "evaluator/policy/request.h"
#include "evaluator/solver/solver.h"
#include "evaluator/symbolic/constant.h"
#include "evaluator/symbolic/request_env.h"

namespace auditor {

// How a condition key is read: a variable, or a part of one.
struct KeyReading {
  std::uint32_t variable = 0;
  Projection projection = Projection::whole;
  Element element = Element::some;  // of a list: aws:CalledViaFirst

  bool operator==(const KeyReading&) const = default;
};

class SymbolicRequest {
 public:
  SymbolicRequest(Problem& problem, RequestEnv env);

  const RequestEnv& env() const { return env_; }
  std::uint32_t action() const { return action_; }
  std::uint32_t resource() const { return resource_; }
  // The ARN of a role, user, root or session; the name of a service or provider. Anonymous: absent.
  std::uint32_t principal() const { return principal_; }

  // `key` in lower case; `written` for the witness. The same key is the same variable, under its
  // aliases too (aws:ResourceTag/k and ecr:ResourceTag/k).
  KeyReading key(const std::string& key, std::string_view written, bool used_as_set);

  // Whether known tags are read as they were before the change; no witness shows those. A tag of
  // which the one or the other value is not known is read as it is now.
  void read_former_tags(bool former);
  bool reads_former_tags() const { return reads_former_tags_; }

  // Names of the open points that were met: keys that only an open list has.
  const std::set<std::string>& assumptions() const { return assumptions_; }

  // The value of a key, where it is the same in every request of the env.
  Constant constant(const KeyReading& reading) const;

  // The request that a model spells.
  Request concrete(const std::vector<Value>& model) const;

 private:
  using Id = std::uint32_t;

  Id add(Variable variable);
  Id add_constant(std::string name, std::string value);
  Id add_absent(std::string name);
  Id add_choice(std::string name, std::vector<std::string> values, bool can_be_absent);
  Id add_typed(std::string name, Variable::Domain domain, std::string plain, bool can_be_absent);
  Id add_text(std::string name, bool can_be_absent, std::string_view plain = "any");
  void add_clause(Id a, bool a_present, Id b, bool b_present);

  Id make_action();
  Id make_resource();
  Id make_principal();
  Id make_principal_of_any_path();

  Constant known_tag(const std::string& key, const KnownTags* tags) const;
  Id add_known(std::string name, const Constant& constant);
  struct WantedKey {
    const std::string& key;  // lower case, canonical
    std::string name;        // as a document spells it
    bool used_as_set;
  };
  struct Keys;  // the table of keys, in symbolic_keys.cpp
  KeyReading make_key(const WantedKey& wanted);
  KeyReading make_unlisted_key(const WantedKey& wanted);
  bool is_session() const;      // role or session: temporary credentials of a role
  bool is_any_session() const;  // a role's, or of web identity or SAML
  bool has_arn() const;

  Problem& problem_;
  RequestEnv env_;
  Id action_ = 0;
  Id resource_ = 0;
  Id principal_ = 0;
  bool reads_former_tags_ = false;
  std::map<std::string, KeyReading> keys_;         // by canonical key
  std::map<std::string, KeyReading> former_keys_;  // of tags that had another value
  std::map<std::string, std::string> written_;     // canonical key -> as a document spells it
  std::set<std::string> assumptions_;
};

// aws:ResourceTag/k is ecr:ResourceTag/k in ECR's request. Lower case in and out. `service` is the
// action's; null: one without a row.
std::string canonical_key(std::string_view key, const ServiceModel* service);

// The two keys that tell of one organization: aws:PrincipalOrgID and aws:PrincipalOrgPaths, and
// those of the resource, of who made a service call, and of the VPC endpoint. Nullopt: another key.
struct OrganizationKeys {
  std::string id, paths;
};
std::optional<OrganizationKeys> organization_of(std::string_view key);

// Keys that AWS documents as multivalued.
bool is_multivalued(std::string_view key);

// What a key is in a request. Nullopt: absent.
std::optional<std::string> part_of(const Value& value, const KeyReading& reading);

}  // namespace auditor
