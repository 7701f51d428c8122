#include "tests/oracle/reference/lawful_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>

#include "tests/oracle/reference/pattern.h"

namespace auditor::reference {
namespace {

constexpr const char* partition_name = "aws(-[a-z0-9]+)*";
constexpr const char* repository_name =
    "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";
constexpr const char* dns_name =
    "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+";
// `NAME.amazonaws.com`, regional or not, and the names of other partitions.
constexpr const char* service_name =
    "([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+(amazonaws\\.com|amazonaws\\.com\\.cn|"
    "amazonaws\\.eu|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov)";

// AWS's page of global keys, "Properties of a role session": named with a service's prefix, and
// there in requests to any service.
constexpr std::array cross_service_keys = {
    "ec2:roledelivery",         "ec2:sourceinstancearn",
    "glue:roleassumedby",       "glue:credentialissuingservice",
    "codebuild:buildarn",       "codebuild:projectarn",
    "lambda:sourcefunctionarn", "ssm:sourceinstancearn",
    "identitystore:userid"};

// Of the Service Authorization Reference, those whose keys a policy writer may take for ECR's.
constexpr std::string_view known_services =
    " acm apigateway appmesh athena autoscaling backup batch cloudformation cloudfront "
    "cloudtrail cloudwatch codeartifact codebuild codecommit codepipeline cognito-identity "
    "cognito-idp dynamodb ec2 ecr ecr-public ecs eks elasticache elasticfilesystem "
    "elasticloadbalancing elasticmapreduce es events firehose glue iam identitystore inspector2 "
    "iot kafka kinesis kms lambda logs organizations rds redshift route53 s3 sagemaker "
    "secretsmanager servicecatalog ses sns sqs ssm states sts ";

using Kind = Identity::Kind;

Identity take_apart(const std::string& arn) {
  const auto fields = split_arn(arn);
  if (!fields || (*fields)[0] != "arn" || !(*fields)[3].empty()) return {};
  if (!fits((*fields)[4], account_id) || !fits((*fields)[1], partition_name)) return {};
  Identity who;
  who.partition = (*fields)[1];
  who.account = (*fields)[4];
  const std::string& rest = (*fields)[5];
  std::smatch part;
  static const std::regex role_or_user(R"((role|user)/([!-~]+/)?([A-Za-z0-9_+=,.@-]+))");
  static const std::regex session(R"(assumed-role/([A-Za-z0-9_+=,.@-]+)/([A-Za-z0-9_+=,.@-]+))");
  static const std::regex federated_user(R"(federated-user/([A-Za-z0-9_+=,.@-]+))");
  if ((*fields)[2] == "iam" && std::regex_match(rest, part, role_or_user)) {
    who.kind = part[1] == "role" ? Kind::role : Kind::user;
    who.name = part[3];
  } else if ((*fields)[2] == "iam" && rest == "root") {
    who.kind = Kind::root;
  } else if ((*fields)[2] == "sts" && std::regex_match(rest, part, session)) {
    who.kind = Kind::session;
    who.name = part[1];
    who.session = part[2];
  } else if ((*fields)[2] == "sts" && std::regex_match(rest, part, federated_user)) {
    who.kind = Kind::federated_user;
    who.name = part[1];
  }
  return who;
}

}  // namespace

Identity identify(const Principal& principal) {
  const auto* arn = std::get_if<ArnPrincipal>(&principal);
  if (arn == nullptr) return {};
  // The same few principals are asked about many times.
  static std::map<std::string, Identity> known;
  if (known.size() > 10'000) known.clear();
  const auto [place, is_new] = known.try_emplace(arn->arn);
  if (is_new) place->second = take_apart(arn->arn);
  return place->second;
}

// Compiled once: the differential runs ask millions of times.
bool fits(const std::string& text, const char* form) {
  static std::map<const char*, std::regex> compiled;
  const auto place = compiled.try_emplace(form, form).first;
  return std::regex_match(text, place->second);
}

bool is_lawful_repository(const std::string& arn) {
  const auto fields = split_arn(arn);
  return fields && fits((*fields)[3], region_name) && (*fields)[5].starts_with("repository/") &&
         fits((*fields)[5].substr(11), repository_name);
}

bool is_service_name(const std::string& name) { return fits(name, service_name); }

bool is_dns_name(const std::string& name) { return fits(name, dns_name); }

bool is_cross_service(const std::string& key) {
  return std::ranges::find(cross_service_keys, key) != cross_service_keys.end();
}

bool is_of_known_service(const std::string& key) {
  return known_services.find(" " + key.substr(0, key.find(':')) + " ") != known_services.npos;
}

bool is_federation_key(std::string_view key) {
  constexpr std::array providers = {
      "saml:", "cognito-identity.amazonaws.com:", "graph.facebook.com:", "accounts.google.com:",
      "www.amazon.com:"};
  return std::ranges::any_of(providers, [&](const char* one) { return key.starts_with(one); });
}

bool is_call_without_resource(std::string_view action) {
  constexpr std::array calls = {"ecr:getauthorizationtoken",
                                "ecr:describeregistry",
                                "ecr:getregistrypolicy",
                                "ecr:putregistrypolicy",
                                "ecr:deleteregistrypolicy",
                                "ecr:putreplicationconfiguration",
                                "ecr:putregistryscanningconfiguration",
                                "ecr:getregistryscanningconfiguration",
                                "ecr:putaccountsetting",
                                "ecr:getaccountsetting"};
  return std::ranges::find(calls, lower(action)) != calls.end();
}

}  // namespace auditor::reference
