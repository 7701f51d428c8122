// The facts of one request: which keys follow from the rest of it, and which requests cannot exist.
//
// Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference,
// ECR. A witness need not write what follows; it is filled in here.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "evaluator/aws/subject.h"
#include "evaluator/policy/request.h"
#include "tests/oracle/reference/pattern.h"

namespace auditor::reference {

using Tags = std::map<std::string, std::string>;  // by key as written

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

// What the request is about, so that the facts of ECR and of the subject's account can be checked.
struct RequestEnv {
  const Subject* subject = nullptr;  // null: any service, no account of our own (compare)
  const Tags* tags = nullptr;        // all that a repository or user has; null: not known
  bool open_world = true;            // what is on no list of AWS's may be there all the same [?]
};

// The tags whose value is certain, as the keys of the context that a request of this subject has.
Context known_tags(const Subject& subject, const Tags* tags);

// Does every request of this subject have the same value, or none, for the key?
bool is_fixed(const std::string& key, const Subject& subject, const Tags* tags);

// The whole context: what the request writes and what follows from it. The error says why there
// is no such request.
std::expected<Context, std::string> complete_context(const Request& request,
                                                     const RequestEnv& scene);

bool is_call_without_resource(std::string_view action);

// A key with a service's prefix that is there in requests to any service. In lower case.
bool is_cross_service(const std::string& key);

bool is_lawful_organization_path(const std::string& path);

// By its region and its name.
bool is_lawful_repository(const std::string& arn);

}  // namespace auditor::reference
