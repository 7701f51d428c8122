// Records and guardrails for the tests of `scan` and `replay`: an inline policy that comes and
// goes.
#pragma once

#include <memory>
#include <string>

#include "consumer/settings/rules.h"

namespace auditor {

// Forbids `action` to everybody.
inline std::shared_ptr<const Rules> rules_against(const std::string& action,
                                                  const std::string& fingerprint = "1") {
  auto rules = std::make_shared<Rules>();
  Guardrail guardrail;
  guardrail.summary.id = "TEST-1";
  guardrail.identity_actions = {action};
  rules->guardrails.push_back(std::move(guardrail));
  rules->guardrails_fingerprint = fingerprint;
  return rules;
}

// `name`: PutRolePolicy, which allows `action`, or DeleteRolePolicy. `minute`: two digits.
inline std::string role_policy_event(const std::string& name, const std::string& role,
                                     const std::string& minute, const std::string& id,
                                     const std::string& action = "ecr:DeleteRepository") {
  return R"({"eventSource":"iam.amazonaws.com","eventName":")" + name +
         R"(","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventTime":)"
         R"("2026-03-02T10:)" +
         minute + R"(:00Z","eventID":")" + id + R"(","requestParameters":{"roleName":")" + role +
         R"(","policyName":"p","policyDocument":)"
         R"("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\")" +
         action + R"(\",\"Resource\":\"*\"}}"}})";
}

}  // namespace auditor
