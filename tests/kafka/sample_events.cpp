#include "tests/kafka/sample_events.h"

#include <algorithm>
#include <cstddef>

namespace auditor {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string digits(int value, int width) {
  const std::string text = std::to_string(value);
  const auto missing = static_cast<std::size_t>(width) -
                       std::min<std::size_t>(static_cast<std::size_t>(width), text.size());
  return std::string(missing, '0') + text;
}

std::string allow(const std::string& action, const std::string& resource) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" + action +
         R"(","Resource":")" + resource + R"("}]})";
}

std::string open_repository() {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]})";
}

constexpr int accounts = 97;

std::string account(int index) { return "1110000000" + digits(index % accounts, 2); }

std::string record(int index, const std::string& source, const std::string& name,
                   const std::string& request, const std::string& more = "") {
  return R"({"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:ci",)"
         R"("arn":"arn:aws:sts::)" +
         account(index) + R"(:assumed-role/deployer/ci","accountId":")" + account(index) +
         R"(","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::)" +
         account(index) +
         R"(:role/deployer","userName":"deployer"},"attributes":{"mfaAuthenticated":"false"}}},)"
         R"("eventTime":"2026-03-)" +
         digits(1 + index / 86'400 % 28, 2) + "T" + digits(index / 3600 % 24, 2) + ":" +
         digits(index / 60 % 60, 2) + ":" + digits(index % 60, 2) + R"(Z","eventSource":")" +
         source + R"(","eventName":")" + name +
         R"(","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15",)" +
         more + R"("requestParameters":)" + request +
         R"(,"responseElements":null,"requestID":"r-)" + std::to_string(index) +
         R"(","eventID":"00000000-0000-4000-8000-)" + digits(index, 12) +
         R"(","eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":")" +
         account(index) + R"("})";
}

std::string put_role_policy_of(int index, const std::string& role, const std::string& document,
                               const std::string& more = "") {
  return record(index, "iam.amazonaws.com", "PutRolePolicy",
                R"({"roleName":")" + role + R"(","policyName":"inline","policyDocument":")" +
                    escaped(document) + R"("})",
                more);
}

std::string put_role_policy(int index, const std::string& document, const std::string& more = "") {
  return put_role_policy_of(index, "role-" + std::to_string(index % 500), document, more);
}

std::string attachment(const std::string& role) {
  return R"({"roleName":")" + role +
         R"(","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"})";
}

}  // namespace

std::string violating_event(int index) { return put_role_policy(index, allow("ecr:*", "*")); }

int sample_account(int index) { return index % accounts; }

std::string sample_event(int index) {
  switch (index % 10) {
    case 0:
      return violating_event(index);
    case 3:
      return record(index, "ecr.amazonaws.com", "SetRepositoryPolicy",
                    R"({"repositoryName":"app-)" + std::to_string(index % 50) +
                        R"(","policyText":")" + escaped(open_repository()) + R"("})");
    case 5:
      return put_role_policy(index, allow("s3:GetObject", "*"));
    case 7:
      return put_role_policy(index, allow("ecr:*", "*"), R"("errorCode":"AccessDenied",)");
    default:
      return record(index, index % 2 == 0 ? "ec2.amazonaws.com" : "ecr.amazonaws.com",
                    index % 2 == 0 ? "DescribeInstances" : "DescribeRepositories", "null");
  }
}

std::string quiet_event(int index) {
  return record(index, "ec2.amazonaws.com", "DescribeInstances", "null");
}

std::string attach_event(int index, const std::string& role) {
  return record(index, "iam.amazonaws.com", "AttachRolePolicy", attachment(role));
}

std::string detach_event(int index, const std::string& role) {
  return record(index, "iam.amazonaws.com", "DetachRolePolicy", attachment(role));
}

std::string history_event(int index) {
  // Neighbours of a role's events are some accounts apart, so the turn is of the account's own
  // time.
  const int turn = index / accounts;
  const std::string role = "role-" + std::to_string(turn % 7);
  const std::string repository = R"({"repositoryName":"app-)" + std::to_string(turn % 5) + R"(")";
  const std::string iam = "iam.amazonaws.com";
  const std::string ecr = "ecr.amazonaws.com";
  switch ((turn * 5 + index) % 11) {
    case 0:
      return record(index, iam, "CreateRole", R"({"roleName":")" + role + R"("})");
    case 1:
    case 2:
      return attach_event(index, role);
    case 3:
      return detach_event(index, role);
    case 4:
    case 5:
      return put_role_policy_of(index, role, allow("ecr:*", "*"));
    case 6:
      return record(index, iam, "DeleteRolePolicy",
                    R"({"roleName":")" + role + R"(","policyName":"inline"})");
    case 7:
      return record(index, iam, "DeleteRole", R"({"roleName":")" + role + R"("})");
    case 8:
      return record(index, ecr, "SetRepositoryPolicy",
                    repository + R"(,"policyText":")" + escaped(open_repository()) + R"("})");
    case 9:
      return record(index, ecr, "DeleteRepositoryPolicy", repository + "}");
    default:
      return quiet_event(index);
  }
}

}  // namespace auditor
