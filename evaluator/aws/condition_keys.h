// Which requests carry which condition keys, as far as a key's name tells.
//
// AWS adds keys and services every week, so what is listed never shuts a door by being incomplete:
// a key of a service that is not listed may be there. Only of a service that is listed is it known
// that its keys are its own, but for the cross-service keys: those have the prefix of a service and
// are in requests to any.
// Source: "AWS global condition context keys" (the cross-service keys), the Service Authorization
// Reference (the services).
#pragma once

#include <string_view>

namespace auditor {

enum class KeyOwner : unsigned char {
  global,         // aws:...
  cross_service,  // lambda:SourceFunctionArn: of a role's session, whichever service is called
  federation,     // saml:..., accounts.google.com:...: of web identity and SAML sessions
  service,        // of a listed service, in requests to it only
  unknown,        // of no listed service
};

struct CrossServiceKey {
  std::string_view key;    // lower case
  std::string_view plain;  // a value that it can have
};

// Null: not one of them. `key` in lower case.
const CrossServiceKey* find_cross_service_key(std::string_view key);

// `key` in lower case.
KeyOwner owner_of_key(std::string_view key);

// "ecr" of "ecr:BatchDeleteImage" is the prefix of a listed service. Lower case.
bool is_service_prefix(std::string_view prefix);

}  // namespace auditor
