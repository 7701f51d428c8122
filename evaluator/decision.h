// The verdict: is there a request that these policies allow and the guardrail forbids?
//
// This is the seam between the auditor and the engine: everything outside asks decide() and sees
// only this header. decide() is pure and deterministic: the same question has the same verdict
// and the same witness.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/guardrail.h"
#include "evaluator/policy_document.h"
#include "evaluator/request.h"
#include "evaluator/subject.h"

namespace auditor {

enum class VerdictKind { compliant, violation, unknown };
enum class Certainty { certain, ambiguous, unknown };

std::string_view to_string(VerdictKind kind);
std::string_view to_string(Certainty certainty);

// A statement that allows the witness: position of the document in the question's list (resource
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
  std::vector<std::string> notes;
};

// A document, or why there is none to judge: one malformed document makes its subject `unknown`.
using JudgedPolicy = std::expected<PolicyDocument, PolicyError>;

struct Question {
  const Subject& subject;
  // For role, user, group and policy subjects: their documents, together.
  std::span<const JudgedPolicy> identity_policies;
  // Null: no boundary. Ignored for resource subjects.
  const JudgedPolicy* permissions_boundary = nullptr;
  // For repository, registry and template subjects: the repository's own, then the registry's.
  std::span<const JudgedPolicy> resource_policies;
  // All tags of the subject, a repository or a user, by key: they are constants then. Null: free.
  // Of two keys that differ in case only, condition keys see one: such a tag stays free.
  const std::map<std::string, std::string>* tags = nullptr;
  // Of a registry policy under scope V1 only ReplicateImage, BatchImportUpstreamImage and
  // CreateRepository count. Its documents are all of `resource_policies` but a repository's first.
  bool registry_scope_v1 = false;
};

Verdict decide(const Question& question, const Guardrail& guardrail);

// What `after` allows and the guardrail forbids, and `before` does not allow; both are about the
// same subject. `none` when there is no such request. Points that documentation leaves open are
// read the same way on both sides. A tag whose value is known on both sides is what it was on each;
// any other is on both sides what it is in `after`. One malformed document makes it `unknown`.
struct AddedAccess {
  enum class Kind { none, some, unknown };
  Kind kind = Kind::none;
  std::vector<std::string> actions;  // guarded actions with such a request
  std::optional<Request> witness;    // of the first
  std::string reason;                // unknown: why
};

AddedAccess added_access(const Question& before, const Question& after, const Guardrail& guardrail);

}  // namespace auditor
