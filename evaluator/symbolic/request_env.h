// The shape of the requests that one search looks at: one kind of principal, one action, one kind
// of resource. A query splits into a few of these; inside one everything else is a variable.
#pragma once

#include <cstdint>
#include <string>

#include "evaluator/symbolic/known_tags.h"

namespace auditor {

enum class PrincipalKind : std::uint8_t {
  role,  // a role's session, written as the role
  user,
  root,            // of an account
  federated_user,  // of STS: GetFederationToken
  session,         // one session of a role, named by a policy: the role's path is not known
  service,
  federated,
  anonymous,
};

// The constants of one query.
struct RequestEnv {
  PrincipalKind principal = PrincipalKind::role;
  std::string principal_arn;      // a known principal; empty: any of that kind
  std::string principal_account;  // its account, where that is known; empty: any
  // A known role or user of which no event told the path: principal_arn shows `/`.
  bool path_is_open = false;
  // Session: as the policy names it; principal_arn is its role's.
  std::string session_arn;

  enum class Resource : std::uint8_t {
    none,          // the call has no resource: the text "*"
    known,         // `resource_arn`
    repository,    // any valid repository of `account` (and `region`, if set)
    of_service,    // any ARN or "*" of the action's service in `account`
    regional,      // compare: an ARN with region and account
    account_wide,  // compare: an ARN with an account but no region
    region_wide,   // compare: an ARN with a region but no account
    global,        // compare: an ARN with neither
  };
  Resource resource = Resource::none;
  std::string resource_arn;
  std::string name_prefix;  // repository: what its name begins with, "prod/"
  std::string partition = "aws";
  std::string account;
  std::string region;

  // What only an open list has (a service with an unknown suffix, a condition key of an unknown
  // service) is left out: the reading in which it does not exist.
  bool documented_only = false;

  // Not empty: stands for environments that were too many to look at, and says so. The answer is
  // unknown.
  std::string left_out;

  // Lower case; empty: any action, and no facts that hold for one service only.
  std::string action;

  // All tags of a known repository, or of a known user: constants then. Null: free. `former_tags`
  // are those it had before a change.
  const KnownTags* tags = nullptr;
  const KnownTags* former_tags = nullptr;
};

}  // namespace auditor
