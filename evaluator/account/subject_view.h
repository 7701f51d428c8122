// What the entries of an account mean together: who holds which documents now, or as of an instant.
//
// Every rule of the order of events stands here: what a creation or deletion wipes, where a rename
// takes documents, whether an attachment is still one. Pure reading; nothing is remembered.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluator/account/account_state.h"
#include "evaluator/account/holdings.h"
#include "evaluator/aws/subject.h"

namespace auditor {

// All that a subject is judged by.
struct SubjectView {
  Subject subject;
  bool latent = false;
  std::vector<HeldDocument> documents;  // a repository's own first, then its registry's
  std::optional<HeldBoundary> boundary;
  std::vector<std::string> doubts;  // documents that were never seen or could not be read
  // All tags of the repository or user, when they are known completely: nullopt where they are
  // free.
  std::optional<std::map<std::string, std::string>> tags;
  bool registry_scope_v1 = false;  // the registry's policy reaches only what V1 lets it
  std::optional<Stamp> as_of;      // the newest entry that it rests on: always, in a view_of()
};

// The subject that an entity is now; nullopt: it does not exist, or has no finding of its own (a
// policy that somebody has, a group with members, a service-linked role). `as_of` limits what is
// looked at to entries up to that stamp.
std::optional<SubjectView> view_of(const AccountKey& account, const AccountState& state,
                                   const EntityKey& entity, const Stamp* as_of = nullptr);

}  // namespace auditor
