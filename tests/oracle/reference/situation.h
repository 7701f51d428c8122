// The facts of one request: which keys follow from the rest of it, and which requests cannot exist.
//
// Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference,
// ECR. A witness need not write what follows; it is filled in here.
#pragma once

#include <expected>
#include <string>

#include "evaluator/aws/subject.h"
#include "evaluator/policy/request.h"
#include "tests/oracle/reference/lawful_names.h"
#include "tests/oracle/reference/pattern.h"

namespace auditor::reference {

using Tags = std::map<std::string, std::string>;  // by key as written

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

}  // namespace auditor::reference
