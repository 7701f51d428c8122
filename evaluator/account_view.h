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

#include "evaluator/account_state.h"
#include "evaluator/subject.h"

namespace auditor {

// A document that a subject is judged by, and where it lives.
struct HeldDocument {
  std::string kind;  // inline, managed, aws-managed, repository, registry, template
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
  Stamp as_of;                     // the newest entry that it rests on
};

// The subject that a thing is now; nullopt: it does not exist, or has no finding of its own (a
// policy that somebody has, a group with members, a service-linked role). `as_of` limits what is
// looked at to entries up to that stamp.
std::optional<SubjectView> view_of(const AccountKey& account, const AccountState& state,
                                   const ThingKey& thing, const Stamp* as_of = nullptr);

// The things whose view may differ after a change to `thing`, itself included: holders of a policy,
// members of a group, repositories of a registry, what a deleted principal had. A superset. Ask
// before and after the change.
std::vector<ThingKey> touched_by(const AccountState& state, const ThingKey& thing);

// The same of all things that `facts` are about; sorted, each once.
std::vector<ThingKey> touched_by(const AccountState& state, std::span<const Fact> facts);

// Nullopt: the entry is in effect. Otherwise the entry that ended it: of those that superseded or
// wiped it, the one with the smallest stamp. `entry` need not be in the state.
std::optional<Fact> undone_by(const AccountState& state, const ThingKey& thing, const Entry& entry);

}  // namespace auditor
