// The slow, obviously right evaluator of one concrete request, written from AWS's documentation
// alone: the IAM User Guide's "Policy evaluation logic", and what the other headers here name.
//
// It answers: do these documents allow this request, does the guardrail forbid it, can the request
// exist at all. Nothing here is shared with the engine but plain data, so that two readings of the
// same text check each other.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evaluator/aws/subject.h"
#include "evaluator/guardrail/guardrail.h"
#include "evaluator/policy/request.h"
#include "tests/oracle/reference/policy.h"
#include "tests/oracle/reference/situation.h"

namespace auditor::reference {

// What to make of points that public documentation leaves open ([?]): lenient takes each one as
// letting the request through, strict as keeping it out. A violation exists under lenient; one
// that is certain exists under strict.
enum class Reading { lenient, strict };

struct Documents {
  std::vector<Document> identity;           // of a role, user, group or policy
  std::optional<Document> boundary;         // of a role or user
  std::vector<Document> resource;           // a repository's own, then the registry's
  std::optional<Tags> tags = std::nullopt;  // of the subject, when all are known
  bool registry_scope_v1 = false;
};

bool allowed(const Request& request, const Context& context, const Subject& subject,
             const Documents& documents, Reading reading);

bool forbidden(const Request& request, const Context& context, const Subject& subject,
               const Documents& documents, const Guardrail& guardrail, Reading reading);

// The documents that count for this request: scope V1 narrows a registry's policy to three calls.
Documents counting(const Documents& documents, const Subject& subject, const Request& request);

// Both, for a request that can exist. The error says which part fails.
std::expected<void, std::string> violates(const Request& request, const Subject& subject,
                                          const Documents& documents, const Guardrail& guardrail,
                                          Reading reading);

// Does the rule's principal element let this principal in? True in an identity policy.
bool lets_in_principal(const Rule& rule, const Principal& principal, const Subject& subject);

// For `compare`: does this document alone allow the request, in the world of any service?
bool allowed_alone(const Request& request, const Context& context, const Document& document,
                   PolicyKind kind, Reading reading);

}  // namespace auditor::reference
