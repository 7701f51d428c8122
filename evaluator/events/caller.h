// Who made a call, as far as its event says.
//
// Made of what the event says of its caller and of nothing else: whoever is not named there is not
// known, and stands for nobody else, not for the account in whose trail the call is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evaluator/aws/subject.h"
#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/policy/request.h"

namespace auditor {

enum class CallerKind : std::uint8_t {
  role,  // a session of it
  user,
  root,                  // only where the event says that it was root
  federated_user,        // of sts:GetFederationToken
  identity_center_user,  // a person, without a role of the account
  federated,             // a web identity or one of SAML
  service,
  account,  // somebody of it: the event says no more
  anonymous,
  unknown,
};

std::string_view to_string(CallerKind kind);
// "AWS::IAM::Role", "AWS Service": what OCSF calls the type of the resource.
std::string_view resource_type(CallerKind kind);

struct Caller {
  CallerKind kind = CallerKind::unknown;
  // The ARN where there is one: of a session its role's where the event tells it, which allow-lists
  // name with its path; of an Identity Center user that of the Service Authorization Reference. Of
  // a service its name, of an account its 12 digits. Never empty: of nobody "unknown".
  std::string id = "unknown";
  std::string account;  // 12 digits; empty: the event names no valid one
  std::string partition = "aws";
  // Of `federated`: who vouches for it, as policies name it.
  std::string provider;
  // False: the ARN is a session's, which shows no path.
  bool path_is_known = true;

  bool operator==(const Caller&) const = default;
};

Caller caller_of(const CloudTrailEvent& event);

// As a request names it.
Principal principal_of(const Caller& caller);

// Who can be asked about as the holder of a policy; nullopt for those without an ARN that policies
// can name. Root and federated users are asked about as users.
std::optional<Subject> policy_holder(const Caller& caller);

// What the event leaves open about its caller; empty: nothing.
std::string doubt_about(const Caller& caller, const Actor& actor);

}  // namespace auditor
