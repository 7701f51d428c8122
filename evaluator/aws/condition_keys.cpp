// Tested by condition_keys_test.cpp.
#include "evaluator/aws/condition_keys.h"

#include <algorithm>
#include <array>

namespace auditor {
namespace {

using Name = std::string_view;

// The keys with a service's prefix that "AWS global condition context keys" lists: all of them are
// properties of a role's session.
constexpr std::array cross_service_keys{
    CrossServiceKey{"codebuild:buildarn", "arn:aws:codebuild:us-east-1:111122223333:build/any:1"},
    CrossServiceKey{"codebuild:projectarn", "arn:aws:codebuild:us-east-1:111122223333:project/any"},
    CrossServiceKey{"ec2:roledelivery", "2.0"},
    CrossServiceKey{"ec2:sourceinstancearn",
                    "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0"},
    CrossServiceKey{"glue:credentialissuingservice", "glue.amazonaws.com"},
    CrossServiceKey{"glue:roleassumedby", "glue.amazonaws.com"},
    CrossServiceKey{"identitystore:userid", "94482488-3041-7026-18f3-be45837cd0e4"},
    CrossServiceKey{"lambda:sourcefunctionarn",
                    "arn:aws:lambda:us-east-1:111122223333:function:any"},
    CrossServiceKey{"ssm:sourceinstancearn",
                    "arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-0123456789abcdef0"},
};

// Of web identity and SAML sessions. Source: "IAM and AWS STS condition context keys".
constexpr std::array federation_prefixes{
    Name("accounts.google.com:"), Name("cognito-identity.amazonaws.com:"),
    Name("graph.facebook.com:"), Name("saml:"), Name("www.amazon.com:")};

}  // namespace

const CrossServiceKey* find_cross_service_key(std::string_view key) {
  const auto* const found = std::ranges::find(cross_service_keys, key, &CrossServiceKey::key);
  return found == cross_service_keys.end() ? nullptr : found;
}

KeyOwner owner_of_key(std::string_view key) {
  if (key.starts_with("aws:")) return KeyOwner::global;
  if (find_cross_service_key(key) != nullptr) return KeyOwner::cross_service;
  if (std::ranges::any_of(federation_prefixes,
                          [&](Name prefix) { return key.starts_with(prefix); })) {
    return KeyOwner::federation;
  }
  const auto colon = key.find(':');
  return colon != Name::npos && is_service_prefix(key.substr(0, colon)) ? KeyOwner::service
                                                                        : KeyOwner::unknown;
}

}  // namespace auditor
