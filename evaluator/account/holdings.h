// Which documents a principal, group or permission set has, and which document a managed policy is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/account/document_kind.h"
#include "evaluator/account/lineage.h"

namespace auditor {

// A document that a subject is judged by, and where it lives.
struct HeldDocument {
  DocumentKind kind = DocumentKind::inline_;
  std::string name;
  std::string arn;      // of a managed policy
  std::string version;  // of a managed policy, if known
  std::string group;    // the group that a user has it through; empty: its own
  // Null for an AWS managed policy (the catalogue has it), and for a document that names no guarded
  // action (then it can be left out of the question).
  std::shared_ptr<const KeptDocument> document;
};

struct HeldBoundary {
  HeldDocument policy;
  std::string unknown_because;  // not empty: its document is not known, and it bounds nothing
};

// What a subject is judged by, gathered from all that it has.
struct Holdings {
  std::vector<HeldDocument> documents;
  std::optional<HeldBoundary> boundary;
  std::vector<std::string> doubts;
  std::optional<Stamp> latest;  // the newest entry that it rests on; nullopt: on none

  void rests_on(const Entry* entry);                 // null: on nothing
  void rests_on(const std::optional<Stamp>& other);  // of other holdings
};

// Inline and attached documents, those of a user's groups, and the boundary.
Holdings holdings_of(const AccountState& state, const Lineage& holder, const Stamp* as_of);

// The default version of a customer managed policy. No document: only doubts.
Holdings policy_holdings(const AccountState& state, const EntityKey& policy, std::string_view arn,
                         const Stamp* as_of);

// The document of an attribute and what is not known of it.
void add_document(const Lineage& lineage, const DocumentAttribute& attribute,
                  const HeldDocument& described, std::string_view doubt_is_about,
                  Holdings& holdings);

// Whether anybody has the policy attached or as a boundary.
bool has_holder(const AccountState& state, const EntityKey& policy, const Stamp* as_of);
bool has_member(const AccountState& state, const EntityKey& group, const Stamp* as_of);

}  // namespace auditor
