// An IAM policy document: JSON text -> statements.
//
// Whoever writes a policy chooses this input. parse_policy_document() bounds size and depth,
// decodes JSON escapes, rejects repeated keys (a last-wins parser can be fooled) and everything
// that IAM's grammar does not know; it never skips what it does not understand.
// Source: "Grammar of the IAM JSON policy language", "IAM JSON policy elements".
// Tested by policy_document_test.cpp.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/policy/condition.h"

namespace auditor {

enum class Effect { allow, deny };

// `Action`/`NotAction`, `Resource`/`NotResource`: the texts and which of the two they stood in.
struct Patterns {
  std::vector<std::string> texts;
  bool negated = false;
};

// `Principal` / `NotPrincipal`. `aws` holds ARNs, account ids and unique ids as written.
struct PrincipalElement {
  bool everyone = false;  // "*", {"AWS": "*"} or a list with "*"
  bool negated = false;   // NotPrincipal
  std::vector<std::string> aws, service, federated, canonical_user;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::allow;
  std::optional<PrincipalElement> principal;
  Patterns action;
  std::optional<Patterns> resource;
  std::vector<ConditionClause> conditions;  // ANDed
  std::size_t index = 0;                    // position in the document, from 0
  bool is_only_statement = false;           // Statement was an object, not an array
};

struct PolicyDocument {
  bool has_variables = false;  // Version 2012-10-17; older documents read ${...} as plain text
  std::vector<Statement> statements;
};

struct PolicyError {
  std::string message;  // lower case, no full stop; says where
};

// A document, or why there is none to judge: one malformed document makes its subject `unknown`.
using ParsedPolicy = std::expected<PolicyDocument, PolicyError>;

// The two grammars differ in Principal and Resource.
enum class PolicyKind { identity, resource };

inline constexpr std::size_t policy_bytes_max = 1 << 20;  // IAM allows 10,240; hostile input more
inline constexpr std::size_t policy_statements_max = 20'000;

std::expected<PolicyDocument, PolicyError> parse_policy_document(std::string_view json,
                                                                 PolicyKind kind);

// RFC 6901 pointer of a statement inside its document: "/Statement/2", "/Statement".
std::string json_pointer(const Statement& statement);

}  // namespace auditor
