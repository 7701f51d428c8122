// One CloudTrail record, reduced to the fields the auditor uses, owned.
//
// The parser (consumer/decoding/record_parser) is the only writer; it names the fields and decides
// nothing. What a call *means* is decided in evaluator/account_change. Source of the shapes:
// "CloudTrail record contents" and the service models of IAM, ECR and IAM Identity Center.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/account/stamp.h"

namespace auditor {

// Where the message came from, so that a finding can be traced to its bytes. For files: topic is
// the path and offset the record's number, counted from 0.
struct SourcePosition {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

// Who called. `arn` is the session's ARN as recorded; `role_arn` is the session issuer's, which
// keeps the IAM path, and is empty for callers that are not role sessions. Who it is that these
// name together is decided in evaluator/events/caller.
struct Actor {
  std::string type;  // userIdentity.type; empty for service events
  std::string arn;
  std::string role_arn;
  std::string principal_id;
  std::string account;
  std::string invoked_by;
  std::string identity_provider;   // of web identities and SAML
  std::string on_behalf_of;        // onBehalfOf.userId: the person, an Identity Center user
  std::string identity_store_arn;  // onBehalfOf.identityStoreArn: where the person is kept
  std::string source_address;
  std::string user_agent;
  std::optional<bool> mfa;  // sessionContext.attributes.mfaAuthenticated
};

struct Tag {
  std::string key;
  std::string value;
};

// requestParameters, as far as any call we judge uses them. Absent is nullopt.
struct RequestParameters {
  bool present = false;  // false: null or missing
  bool omitted = false;  // CloudTrail dropped them: {"omitted": true, "reason": ...}
  std::optional<std::string> role_name, user_name, group_name;
  std::optional<std::string> new_user_name, new_group_name, new_path;  // UpdateUser, UpdateGroup
  std::optional<std::string> policy_name, policy_arn, version_id, path;
  // policyDocument, policyText, inlinePolicy or repositoryPolicy: the document of the call, decoded
  // to JSON text. Not who may assume a role: that grants nothing on a resource.
  std::optional<std::string> policy_document;
  std::optional<std::string> permissions_boundary;  // an ARN
  std::optional<std::string> repository_name, registry_id, prefix;
  std::optional<std::string> resource_arn;                 // ECR TagResource
  std::optional<std::string> permission_set_arn;           // Identity Center
  std::optional<std::string> setting_name, setting_value;  // PutAccountSetting
  std::optional<std::string> set_as_default;               // as it is written: "true", "false"
  std::vector<Tag> tags;
  std::vector<std::string> tag_keys;
};

// responseElements and resources[], as far as they name the entity that was changed.
struct ResponseElements {
  std::optional<std::string> arn;  // role.arn, user.arn, group.arn, policy.arn, repositoryArn
  std::optional<std::string> version_id;
  std::optional<std::string> registry_id, repository_name, prefix;
  std::optional<std::string> policy_document;  // decoded; the fallback when the request has none
};

// An addendum with reason UPDATED_DATA corrects an earlier event. The other reasons (a late
// delivery, an outage) change nothing about what the event says.
struct Addendum {
  std::string reason;
  std::string original_id;  // originalEventID

  bool is_correction() const { return reason == "UPDATED_DATA" && !original_id.empty(); }
};

// INVARIANT: its time was understood, and where it is of a record, `id` is not empty: two events
// without a place in the order would be taken for one, or for the oldest of all.
struct CloudTrailEvent {
  explicit CloudTrailEvent(EventTime event_time, std::string event_id = {})
      : time(event_time), id(std::move(event_id)) {}

  EventTime time;                     // eventTime
  std::string id;                     // eventID; of a record without one the digest of its text
  std::string shared_id;              // sharedEventID: the same call delivered to several accounts
  std::string name;                   // eventName
  std::string source;                 // eventSource
  std::string region;                 // awsRegion
  std::string account;                // recipientAccountId, else userIdentity.accountId
  bool account_is_recipient = false;  // false: `account` is only the caller's
  std::string error_code;
  std::string error_message;
  Addendum addendum;
  Actor actor;
  RequestParameters request;
  ResponseElements response;
  std::vector<std::string> resource_arns;  // resources[].ARN (or .arn)
  std::uint64_t lifecycle_deletions = 0;   // serviceEventDetails.lifecycleEventImageActions[]
  SourcePosition position;

  bool failed() const { return !error_code.empty(); }
  // Refused for its number, not for what it asked: ThrottlingException, Throttling,
  // RequestThrottled, Client.RequestLimitExceeded, TooManyRequestsException.
  bool was_throttled() const {
    return error_code.contains("Throttl") || error_code.ends_with("RequestLimitExceeded") ||
           error_code == "TooManyRequestsException";
  }
};

}  // namespace auditor
