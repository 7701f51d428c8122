// One concrete authorization request: (principal, action, resource, context).
//
// A witness is such a request. It is plain data that any IAM simulator can replay.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace auditor {

// A role's session is written as its role's ARN; a session named by a policy by its own ARN.
struct ArnPrincipal {
  std::string arn;
  bool operator==(const ArnPrincipal&) const = default;
};
struct AnonymousPrincipal {
  bool operator==(const AnonymousPrincipal&) const = default;
};
struct ServicePrincipal {
  std::string service;  // lambda.amazonaws.com
  bool operator==(const ServicePrincipal&) const = default;
};
struct FederatedPrincipal {
  std::string provider;
  bool operator==(const FederatedPrincipal&) const = default;
};
// Whom a record names as no policy can: an Identity Center user, somebody of an account. Of a call
// that was made; never in a witness of what policies allow.
struct OtherPrincipal {
  std::string type;
  std::string id;
  bool operator==(const OtherPrincipal&) const = default;
};
using Principal = std::variant<ArnPrincipal, AnonymousPrincipal, ServicePrincipal,
                               FederatedPrincipal, OtherPrincipal>;

// A single-valued key is a string, a multivalued one a vector. Absent keys are not in the map.
using ContextValue = std::variant<std::string, std::vector<std::string>>;

struct Request {
  Principal principal;
  std::string action;
  std::string resource;
  std::map<std::string, ContextValue> context;

  bool operator==(const Request&) const = default;
};

}  // namespace auditor
