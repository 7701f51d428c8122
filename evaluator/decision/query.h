// What is asked of the engine and what it answers, as data: whoever asks or tells needs no engine.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/aws/subject.h"
#include "evaluator/policy/policy_document.h"
#include "evaluator/policy/request.h"

namespace auditor {

enum class VerdictKind { compliant, violation, unknown };
enum class Certainty { certain, ambiguous, unknown };

std::string_view to_string(VerdictKind kind);
std::string_view to_string(Certainty certainty);

// A statement that allows the witness: position of the document in the query's list (resource
// documents count from 0 too) and of the statement in it.
struct GrantingStatement {
  std::size_t policy = 0;
  std::size_t statement = 0;
  std::string sid;
  std::string pointer;  // RFC 6901

  bool operator==(const GrantingStatement&) const = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::compliant;
  Certainty certainty = Certainty::certain;
  std::string reason;                // ambiguous: the reading; unknown: what was not decidable
  std::optional<Request> witness;    // for violations
  std::vector<std::string> actions;  // guarded actions that are reachable, in the guardrail's order
  std::vector<GrantingStatement> granted_by;
  // For violations: when the last statement that allows the witness closes, by a condition on the
  // time of the call; seconds since 1970. Nullopt: one of them never does. The verdict says what is
  // allowed at some time, so whether that is over is for those to say who know what time it is.
  std::optional<double> closes_at;
  std::vector<std::string> notes;
};

struct Query {
  const Subject& subject;
  // For role, user, group and policy subjects: their documents, together.
  std::span<const ParsedPolicy> identity_policies;
  // Null: no boundary. Ignored for resource subjects.
  const ParsedPolicy* permissions_boundary = nullptr;
  // For repository, registry and template subjects: the repository's own, then the registry's.
  std::span<const ParsedPolicy> resource_policies;
  // All tags of the subject, a repository or a user, by key: they are constants then. Null: free.
  // Of two keys that differ in case only, condition keys see one: such a tag stays free.
  const std::map<std::string, std::string>* tags = nullptr;
  // Of a registry policy under scope V1 only ReplicateImage, BatchImportUpstreamImage and
  // CreateRepository count. Its documents are all of `resource_policies` but a repository's first.
  bool registry_scope_v1 = false;
};

}  // namespace auditor
