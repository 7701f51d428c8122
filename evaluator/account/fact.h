// What one event says about one entity of an account, and what the account remembers of it.
//
// The memory is nothing but entries: (entity, attribute, stamp) -> value. Each entry stands for
// itself, so entries can be merged in any order and any number of times; what they mean together is
// decided when they are read (subject_view.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/account/stamp.h"
#include "evaluator/aws/entity_kind.h"
#include "evaluator/policy/policy_document.h"
#include "evaluator/text/shared_text.h"

namespace auditor {

// `name` by which the entity is unique in its account: role, user, group: the name in lower case
// (IAM's names ignore case); policy: "path/name" of its ARN, in lower case; permission set: its
// ARN; repository: its name; template: its prefix; registry, account: empty. `region` is empty for
// IAM; `public_region` for ECR Public.
struct EntityKey {
  EntityKind kind = EntityKind::role;
  std::string region;
  std::string name;

  auto operator<=>(const EntityKey&) const = default;
};

enum class Attribute : std::uint8_t {
  // Of any entity. A creation proves that what was there before was deleted.
  created,  // value: the ARN as creation wrote it, where the event says it; of a repository also
            // "service": the ECR service made it. Without one its tags are not all known
  deleted,  // always set
  // Users and groups. On the entity of the old name, and on the one of the new name.
  renamed_to,    // value: the new key's name
  renamed_from,  // value: the old key's name
  arn,           // taught by sessionIssuer.arn, UpdateUser, a seed; value: the ARN. Not set: an
                 // event gave it a path that is not understood
  spelling,      // value: the name as an event spelled it, where it is not lower case
  // Principals and groups. `name` of the attribute:
  inline_policy,   // the policy's name; value: a document
  inline_doubt,    // the policy's name; value: why its document could not be read
  attached,        // the policy's ARN as written
  attached_doubt,  // empty; value: why it is not known which policy was attached
  boundary,        // empty; value: the policy's ARN
  boundary_doubt,  // empty; value: why it is not known
  member_of,       // the group's key name; users only
  tag,             // the tag's key; value: the tag's value; also of repositories
  // Managed policies.
  version,          // "v2"; value: a document
  version_doubt,    // "v2"; value: why its document could not be read
  default_version,  // empty; value: "v2"
  // Repositories, registries, templates.
  policy,        // value: a document; not set: deleted
  policy_doubt,  // value: why its document could not be read
  scope,         // registry; value: "V1" or "V2"
  // Accounts.
  doubt,   // name: the event's id; value: what may have changed
  seeded,  // a seed was taken: it settles the doubts before it
  // What the auditor notes for itself (audit_notes.h). Set, not merged.
  judged,  // account; value: fingerprint of the guardrails and the catalogue that it was judged by
  open,    // account; name: finding id; value: what is open (open_findings.cpp)
  use,     // account; name: what is used by whom; value: the window (use_window.cpp)
  seen,    // account; name: the id of an event that changed what is remembered
};

constexpr bool is_note(Attribute attribute) { return attribute >= Attribute::judged; }

std::string_view to_string(Attribute attribute);
std::optional<Attribute> parse_attribute(std::string_view text);

// Where a document of a kind goes, and where the doubt when it cannot be read.
struct DocumentAttribute {
  Attribute document, doubt;
  PolicyKind kind;
};

inline constexpr DocumentAttribute inline_document{Attribute::inline_policy,
                                                   Attribute::inline_doubt, PolicyKind::identity};
inline constexpr DocumentAttribute version_document{Attribute::version, Attribute::version_doubt,
                                                    PolicyKind::identity};
inline constexpr DocumentAttribute resource_document{Attribute::policy, Attribute::policy_doubt,
                                                     PolicyKind::resource};

// The one whose document `attribute` is; null: its values are no documents.
const DocumentAttribute* document_attribute(Attribute attribute);

// A document as it is kept. Where it names no guarded action under the present guardrails, neither
// text nor statements are in memory (they are in the topic of the state).
struct KeptDocument {
  std::string text;  // as the event carried it
  PolicyDocument document;
};

// One entry of the memory. `is_set` false: the entity was taken away (detached, deleted, untagged).
struct Entry {
  Attribute attribute = Attribute::created;
  bool is_set = true;
  SharedText name;  // of the attribute: a policy's name, a tag's key
  Stamp stamp;
  SharedText value;                              // texts; empty for documents
  std::shared_ptr<const KeptDocument> document;  // documents that can matter; null: a marker
};

// An entry and the entity it is about: what facts_of() finds in an event.
struct Fact {
  EntityKey entity;
  Entry entry;
  std::string document_text;  // the text of a document, also where `entry.document` is null: for
                              // the topic of the state. Empty when the entry holds none.
};

// The account that an entity belongs to: the shard of the memory.
struct AccountKey {
  std::string partition;
  std::string account;  // 12 digits

  auto operator<=>(const AccountKey&) const = default;
};

// For the ARN of one of its entities.
inline EntityPlace place_of(const AccountKey& account, std::string_view region = {}) {
  return {account.partition, account.account, region};
}

}  // namespace auditor
