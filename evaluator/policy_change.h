// What a CloudTrail call does to policies: the one place that knows which call changes what.
//
// Pure: an event in, a change out. Calls that failed change nothing. An event of another service,
// or one that touches no policy, is no change.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "evaluator/cloudtrail_event.h"
#include "evaluator/subject.h"

namespace auditor {

// A document as the event carried it, or why it could not be had. `text` is JSON, unparsed:
// whether it is a lawful policy is for policy_document to say.
struct DocumentText {
  std::string text;
  std::string missing_because;  // not empty: there is no text, and this says why

  bool missing() const { return !missing_because.empty(); }
};

// PutRolePolicy, PutUserPolicy, PutGroupPolicy.
struct InlinePolicyPut {
  Subject holder;
  std::string policy_name;
  DocumentText document;
};

// CreatePolicy, CreatePolicyVersion; PutInlinePolicyToPermissionSet (the permission set is the
// policy). Judged by itself, as `latent`, until the memory of the account knows who has it.
struct ManagedPolicyWritten {
  Subject policy;
  std::string version;  // "v1"; empty when the response does not say
  bool is_default = true;
  DocumentText document;
};

// AttachRolePolicy, AttachUserPolicy, AttachGroupPolicy, AttachManagedPolicyToPermissionSet.
struct PolicyAttached {
  Subject holder;
  std::string policy_arn;  // empty: the event does not say which
};

// SetRepositoryPolicy (alias PutRepositoryPolicy), PutRegistryPolicy,
// Create/UpdateRepositoryCreationTemplate with a repositoryPolicy.
struct ResourcePolicySet {
  Subject resource;
  DocumentText document;
};

// A document that grants nobody an action on a resource: trust policies (CreateRole,
// UpdateAssumeRolePolicy) and organization policies (they only restrict). Known, not judged.
struct NonGrantingPolicy {
  std::string what;  // "trust policy of role x", "service control policy p-1"
  DocumentText document;
};

// A policy call whose parameters do not say what was changed (omitted, null): the whole account
// is then in doubt.
struct UnnamedChange {
  Subject account;
  std::string reason;
};

using PolicyChange = std::variant<InlinePolicyPut, ManagedPolicyWritten, PolicyAttached,
                                  ResourcePolicySet, NonGrantingPolicy, UnnamedChange>;

// True for the services whose events can change a policy; everything else is dropped after
// reading eventSource and eventName.
bool is_policy_service(std::string_view event_source);

// True when (eventSource, eventName) is a call that policy_change() understands.
bool is_policy_call(std::string_view event_source, std::string_view event_name);

// The change that a successful call made; nullopt when it made none that we judge.
std::optional<PolicyChange> policy_change(const CloudTrailEvent& event);

}  // namespace auditor
