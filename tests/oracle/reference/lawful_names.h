// What is lawful where AWS documents the form, and the lists that it publishes.
//
// The lists close no door: what is on none of them may exist all the same [?].
#pragma once

#include <string>
#include <string_view>

#include "evaluator/policy/request.h"

namespace auditor::reference {

// An ARN principal taken apart. A session's role has an unknown path.
struct Identity {
  enum class Kind { role, user, root, session, federated_user, none };
  Kind kind = Kind::none;
  std::string account;
  std::string partition;
  std::string name;     // the last part of a role's or user's ARN; a session's role
  std::string session;  // the name of a session that a policy names
};
Identity identify(const Principal& principal);

// The whole text by a regular expression, compiled once for each literal.
bool fits(const std::string& text, const char* form);

inline constexpr const char* account_id = "[0-9]{12}";
inline constexpr const char* region_name = "[a-z]+(-[a-z0-9]+)+";
inline constexpr const char* organization_id = "o-[a-z0-9]+";
inline constexpr const char* organization_path = "o-[a-z0-9]+/r-[a-z0-9]+/(ou-[a-z0-9-]+/)*";

// By its region and its name.
bool is_lawful_repository(const std::string& arn);

// Ends as the services of one of AWS's partitions do.
bool is_service_name(const std::string& name);
bool is_dns_name(const std::string& name);

// A key with a service's prefix that is there in requests to any service. In lower case.
bool is_cross_service(const std::string& key);

// A key that some service of AWS's list calls its own.
bool is_of_known_service(const std::string& key);

// A claim of the identity provider that a web or SAML session came from.
bool is_federation_key(std::string_view key);

bool is_call_without_resource(std::string_view action);

}  // namespace auditor::reference
