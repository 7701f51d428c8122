#include "tests/oracle/reference/random_case.h"

#include <random>
#include <string>
#include <vector>

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;
using Choices = std::vector<std::string>;

const Choices actions = {"*",
                         "ecr:*",
                         "ecr:DeleteRepository",
                         "ecr:Delete*",
                         "ecr:BatchDeleteImage",
                         "ecr:*Repositor?",
                         "ECR:delete*",
                         "ecr:GetAuthorizationToken",
                         "ecr:Get*",
                         "ecr:B*",
                         "ecr:BatchGetImage",
                         "*:*",
                         "ec?:*",
                         "s3:*",
                         "ecr:Delete Repository"};

const Choices resources = {"*",
                           "*",
                           "arn:aws:ecr:*:*:repository/*",
                           "arn:aws:ecr:*:*:repository/a",
                           "arn:aws:ecr:*:*:repository/a*",
                           "arn:aws:ecr:*:*:repository/*b",
                           "arn:aws:ecr:*:*:repository/?",
                           "arn:aws:ecr:*:*:repository/??*",
                           "arn:aws:ecr:*:*:repository/A*",
                           "arn:aws:ecr:eu-west-1:*:repository/*",
                           "arn:aws:ecr:us-*:111122223333:repository/a*",
                           "arn:aws:ecr:*:999999999999:repository/*",
                           "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/t}",
                           "arn:aws:ecr:*:*:repository/${aws:username}*",
                           "arn:aws:ecr:*:*:*",
                           "arn:aws:*:*:*:*",
                           "arn:aws:ECR:*:*:*",
                           "arn:aws:ecr",
                           "arn:*",
                           "?",
                           "arn:aws:s3:::a",
                           "arn:aws:ecr:*:repository/*",
                           "arn:aws:ecr:*:repository/a*",
                           "arn:aws:ecr:eu-*:repository/*b",
                           "arn:*:repository/ab",
                           "arn:aws:ecr:*/ab",
                           "arn:aws:ecr:*t-1:*repository/a?",
                           "arn:aws:e*:repository/*",
                           "*:repository/*",
                           "arn:aws:ecr:${aws:RequestedRegion}:*:repository/*",
                           "arn:aws:ecr:*:${aws:PrincipalAccount}:repository/a*",
                           "arn:aws:ecr:${aws:PrincipalTag/r}:*:repository/*",
                           "arn:${aws:PrincipalTag/p}:ecr:*:*:repository/*b"};

// A short ARN has a meaning in identity policies only.
const Choices resource_policy_resources = {"*",
                                           "arn:aws:ecr:eu-west-1:111122223333:repository/ab",
                                           "arn:aws:ecr:eu-west-1:111122223333:repository/a*",
                                           "arn:aws:ecr:*:*:repository/*b",
                                           "arn:aws:ecr:*:*:*",
                                           "arn:aws:ecr:us-east-1:*:repository/*",
                                           "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/t}",
                                           "arn:aws:ecr:*:repository/*",
                                           "arn:*:repository/a*",
                                           "arn:aws:ecr:*:${aws:PrincipalAccount}:repository/*"};

const Choices texts = {"a",
                       "b",
                       "ab",
                       "a*",
                       "*b",
                       "?",
                       "*",
                       "?*",
                       "??*",
                       "",
                       "A",
                       "*a*b*",
                       "${aws:PrincipalTag/t}",
                       "${aws:PrincipalTag/u}*",
                       "${aws:username}",
                       "${aws:PrincipalTag/t, 'a'}",
                       "${*}",
                       "a${aws:PrincipalTag/u}"};

struct KeyKind {
  Choices keys;
  Choices operators;
  Choices values;
};

const Choices string_operators = {
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    "StringLike",   "StringNotLike"};
const Choices arn_operators = {"ArnEquals",  "ArnLike",      "ArnNotEquals",   "ArnNotLike",
                               "StringLike", "StringEquals", "StringNotEquals"};

const std::vector<KeyKind> key_kinds = {
    {{"aws:SourceVpc", "aws:PrincipalTag/t", "aws:PrincipalTag/u", "aws:PrincipalTag/r"},
     string_operators,
     texts},
    {{"aws:SourceVpce", "aws:SourceVpc", "aws:VpceAccount", "aws:VpceOrgID", "aws:SourceVpcArn"},
     string_operators,
     {"a", "b", "a*", "*", "111122223333", "${aws:SourceVpc}"}},
    {{"lambda:SourceFunctionArn", "ec2:SourceInstanceARN", "ssm:SourceInstanceArn",
      "codebuild:BuildArn", "codebuild:ProjectArn"},
     arn_operators,
     {"arn:aws:lambda:eu-west-1:111122223333:function:f", "arn:aws:*:*:111122223333:*",
      "arn:aws:lambda:*:*:function:*", "arn:*:*:*:*:*"}},
    {{"glue:RoleAssumedBy", "glue:CredentialIssuingService", "identitystore:UserId", "acme:Tier",
      "acme:Zone"},
     string_operators,
     {"a", "glue.amazonaws.com", "*", "a*", "${acme:Tier}"}},
    {{"ec2:RoleDelivery", "acme:Count"},
     {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"},
     {"1.0", "2.0", "1.5"}},
    {{"aws:userid"},
     string_operators,
     {"AIDA*", "AROA*", "AROAX:s", "*:s", "111122223333:f", "*:f*", "anonymous", "111122223333",
      "999999999999*", "*", "AIDA?", "x"}},
    {{"aws:PrincipalType"},
     string_operators,
     {"User", "AssumedRole", "Account", "FederatedUser", "Anonymous", "*User", "A*"}},
    {{"aws:PrincipalServiceName"},
     string_operators,
     {"lambda.amazonaws.com", "*.amazonaws.com", "*.amazonaws.com.cn", "*.eu-west-1.amazonaws.com",
      "svc.example.com", "nothing", "*"}},
    {{"aws:CalledViaFirst", "aws:CalledViaLast"}, string_operators, {"a", "b", "a*", "*"}},
    {{"aws:ViaAWSService", "aws:AssumedRoot"},
     {"Bool", "StringEquals", "StringNotEquals"},
     {"true", "false"}},
    {{"ecr:ResourceTag/t", "aws:ResourceTag/T", "aws:ResourceTag/u"}, string_operators, texts},
    {{"aws:username", "aws:RequestTag/x", "s3:prefix"},
     string_operators,
     {"a", "alice", "a*", "*", "${aws:PrincipalTag/t}"}},
    {{"aws:PrincipalOrgID"}, string_operators, {"o-a", "o-b", "o-*", "*", "a"}},
    {{"aws:PrincipalAccount", "aws:ResourceAccount", "aws:SourceAccount"},
     string_operators,
     {"111122223333", "999999999999", "anonymous", "*", "1*", "${aws:PrincipalAccount}"}},
    {{"aws:RequestedRegion"}, string_operators, {"eu-west-1", "eu-*", "us-east-1", "*"}},
    {{"aws:PrincipalArn"},
     arn_operators,
     {"arn:aws:iam::111122223333:role/dev", "arn:aws:iam::*:role/*", "arn:aws:iam::*:user/a*",
      "arn:aws:iam::999999999999:*", "arn:*:iam::*:*", "arn:aws:iam::*:root",
      "arn:aws:sts::999999999999:federated-user/*", "arn:aws:sts::*:federated-user/f*",
      "arn:aws:iam::*:role/*/dev", "arn:aws:iam::*:role/x:*"}},
    {{"aws:MultiFactorAuthPresent", "aws:SecureTransport", "aws:PrincipalIsAWSService"},
     {"Bool", "StringEquals", "StringNotEquals"},
     {"true", "false"}},
    {{"aws:MultiFactorAuthAge", "aws:PrincipalTag/n"},
     {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
      "NumericGreaterThan", "NumericGreaterThanEquals"},
     {"1", "2", "3", "2.5", "1.1", "1.2"}},
    {{"aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"},
     {"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
      "DateGreaterThanEquals"},
     {"2020-01-01T00:00:00Z", "1577836800", "2020-01-02", "2020-01-01T00:00:01Z",
      "2020-01-01T00:00:00.500Z", "2030", "1970"}},
    {{"aws:SourceIp", "aws:VpcSourceIp"},
     {"IpAddress", "NotIpAddress"},
     {"10.0.0.0/31", "10.0.0.1", "10.0.0.0/30", "0.0.0.0/0", "::/0", "2001:db8::/32",
      "10.0.0.1/31"}},
};

const KeyKind list_kind = {{"aws:CalledVia", "aws:VpceOrgPaths"},
                           {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"},
                           {"a", "b", "a*", "*", "?"}};
const KeyKind path_kind = {
    {"aws:PrincipalOrgPaths"},
    {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"},
    {"o-a/r-a/", "o-a/r-a/*", "o-a/*", "o-*", "*", "o-b/r-b/ou-c-d/*", "*/r-a/*", "o-a/r-a*"}};

const std::vector<ordered_json> principals = {
    "*",
    {{"AWS", "*"}},
    {{"AWS", "arn:aws:iam::111122223333:role/dev"}},
    {{"AWS", "111122223333"}},
    {{"AWS", "arn:aws:iam::999999999999:root"}},
    {{"AWS", "arn:aws:iam::999999999999:role/p/x"}},
    {{"AWS", {"arn:aws:iam::999999999999:user/a", "111122223333"}}},
    {{"AWS", "arn:aws:sts::111122223333:assumed-role/dev/s"}},
    {{"AWS", "arn:aws:sts::111122223333:federated-user/f"}},
    {{"AWS", "arn:aws:iam::111122223333:role/*"}},
    {{"AWS", "AIDACKCEVSQ6C2EXAMPLE"}},
    {{"AWS", "arn:aws:sts::999999999999:federated-user/f"}},
    {{"Service", "lambda.amazonaws.com"}},
    {{"Service", "ec2.amazonaws.com.cn"}},
    {{"Service", {"s3.eu-west-1.amazonaws.com", "x.csp.hci.ic.gov"}}},
    {{"Service", "svc.example.com"}},
    {{"Service", "nothing"}},
    {{"Service", {"lambda.amazonaws.com", "ec2.amazonaws.com"}}},
    {{"AWS", "999999999999"}, {"Service", "ec2.amazonaws.com"}}};

const Choices authorized = {"arn:aws:iam::*:role/dev",
                            "arn:aws:iam::111122223333:*",
                            "arn:aws:iam::999999999999:root",
                            "111122223333",
                            "service:lambda.amazonaws.com",
                            "arn:aws:iam::*:role/p/*",
                            "arn:aws:iam::*:role/*dev",
                            "arn:aws:iam::*:role/*/dev",
                            "arn:aws:iam::*:*/*",
                            "arn:aws:sts::*:federated-user/*",
                            "arn:aws:iam::*:user/?*"};

// Where a case takes place: written for `aws`, and moved.
struct Place {
  const char* partition;
  const char* near_region;  // for eu-west-1
  const char* prefix;       // of its regions
  const char* far_region;   // for us-east-1
  const char* suffix;       // of services
};
const std::vector<Place> other_places = {
    {"aws-cn", "cn-north-1", "cn-", "cn-northwest-1", "amazonaws.com.cn"},
    {"aws-eusc", "eusc-de-east-1", "eusc-", "eusc-fr-north-2", "amazonaws.eu"},
    {"aws-iso-b", "us-isob-east-1", "us-isob-", "us-isob-west-1", "sc2s.sgov.gov"},
    {"aws-moon-7b", "moon-crater-1a", "moon-", "moon-rim-2", "amazonaws.com"}};

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

ordered_json move_to(const ordered_json& json, const Place& place, bool services) {
  std::string text = json.dump();
  text = replace_all(text, "arn:aws:", "arn:" + std::string(place.partition) + ":");
  if (services)
    text = replace_all(text, ".amazonaws.com\"", "." + std::string(place.suffix) + "\"");
  text = replace_all(text, "eu-west-1", place.near_region);
  text = replace_all(text, "us-east-1", place.far_region);
  for (const char* some : {"eu-*", "us-*"}) {
    text = replace_all(text, some, std::string(place.prefix) + "*");
  }
  return ordered_json::parse(text);
}

class Maker {
 public:
  Maker(std::uint64_t seed, std::uint64_t number) {
    std::seed_seq sequence{seed, seed >> 32, number, number >> 32};
    random_.seed(sequence);
  }

  ordered_json make_case() {
    const bool identity = chance(60);
    ordered_json json = side(subject(identity));
    json["guardrails"] = ordered_json::array({guardrail()}).dump();
    return somewhere(json);
  }

  // Half of the changes leave most of the documents as they were: a little was added or taken away.
  ordered_json make_change() {
    ordered_json json;
    json["subject"] = subject(chance(60));
    json["before"] = side(json["subject"]);
    json["after"] = side(json["subject"]);
    if (chance(60)) json["after"] = changed(json["before"], json["after"]);
    for (const char* name : {"before", "after"}) json[name].erase("subject");
    json["guardrails"] = ordered_json::array({guardrail()}).dump();
    return somewhere(json);
  }

  ordered_json make_comparison() {
    const bool identity = chance(60);
    ordered_json json;
    json["type"] = identity ? "identity" : "resource";
    json["reference"] = document(identity, 2);
    json["candidate"] = document(identity, 2);
    return somewhere(json);
  }

 private:
  // A subject and what is said of it.
  ordered_json side(const ordered_json& subject) {
    ordered_json json;
    json["subject"] = subject;
    const std::string type = subject["type"];
    const bool identity = type == "role" || type == "user" || type == "group" || type == "policy";
    has_known_tags_ = (type == "repository" || type == "user") && chance(40);
    if (has_known_tags_) json["tags"] = tags();
    const std::size_t count = below(10) == 0 ? 2 : 1;
    if (identity) {
      for (std::size_t index = 0; index < count; ++index) {
        json["identity_policies"].push_back(document(true, 3));
      }
      if (chance(15)) json["permissions_boundary"] = document(true, 2);
    } else {
      json["resource_policy"] = document(false, 3);
      if (type == "repository" && chance(15)) json["registry_policy"] = document(false, 2);
      const bool has_registry = type == "registry" || json.contains("registry_policy");
      if (has_registry && chance(25)) json["registry_scope"] = "V1";
    }
    has_known_tags_ = false;
    return json;
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }
  // Two in three cases stay where they are written.
  ordered_json somewhere(const ordered_json& json) {
    if (chance(65)) return json;
    return move_to(json, pick(other_places), chance(50));
  }

  // One text, or a list of up to three.
  ordered_json some(const Choices& list) {
    if (chance(65)) return pick(list);
    ordered_json result = ordered_json::array();
    for (std::size_t left = 1 + below(3); left > 0; --left) result.push_back(pick(list));
    return result;
  }

  ordered_json tags() {
    ordered_json json = ordered_json::object();
    for (std::size_t left = below(3); left > 0; --left) {
      json[pick(Choices{"t", "u", "n", "T"})] = pick(Choices{"a", "b", "ab", "alice", "2.5", ""});
    }
    return json;
  }

  // One thing of a side is taken away, or taken from another side.
  ordered_json changed(ordered_json json, const ordered_json& other) {
    std::vector<std::string> names;
    for (const auto& [name, value] : json.items()) {
      if (name != "subject") names.push_back(name);
    }
    const std::string name = pick(names);
    if (other.contains(name) && chance(60)) {
      json[name] = other[name];
    } else if (name == "identity_policies") {
      ordered_json& statements = json[name][0]["Statement"];
      statements.erase(below(statements.size()));
    } else if (name == "resource_policy") {
      json[name]["Statement"].erase(below(json[name]["Statement"].size()));
    } else {
      json.erase(name);
    }
    return json;
  }

  ordered_json subject(bool identity) {
    const std::string account = "arn:aws:iam::111122223333:";
    const std::string ecr = "arn:aws:ecr:eu-west-1:111122223333:";
    if (!identity) {
      if (chance(75)) return {{"type", "repository"}, {"arn", ecr + "repository/ab"}};
      if (chance(60)) return {{"type", "registry"}, {"arn", ecr + "registry"}};
      return {{"type", "template"}, {"arn", ecr + "repository-creation-template/a"}};
    }
    if (chance(60)) return with_path("role", account, "dev");
    if (chance(60)) return with_path("user", account, "alice");
    if (chance(50)) return {{"type", "policy"}, {"arn", account + "policy/p"}};
    return {{"type", "group"}, {"arn", account + "group/g"}};
  }

  // Mostly none; now and then one of every printable character, or one that nobody knows.
  ordered_json with_path(const std::string& type, const std::string& account,
                         const std::string& name) {
    ordered_json json = {{"type", type}, {"arn", account + type + "/" + name}};
    if (chance(12)) {
      json["path_is_known"] = false;
    } else if (chance(15)) {
      json["arn"] = account + type + "/" + pick(Choices{"p/", "x:role/", "*?/", "a/b/"}) + name;
    }
    return json;
  }

  ordered_json document(bool identity, std::size_t statements_max) {
    ordered_json json;
    if (!chance(8)) json["Version"] = chance(95) ? "2012-10-17" : "2008-10-17";
    json["Statement"] = ordered_json::array();
    for (std::size_t left = 1 + below(statements_max); left > 0; --left) {
      json["Statement"].push_back(statement(identity, json["Statement"].empty()));
    }
    return json;
  }

  ordered_json statement(bool identity, bool is_first) {
    ordered_json json;
    json["Effect"] = chance(is_first ? 90 : 35) ? "Allow" : "Deny";
    if (!identity) json[chance(88) ? "Principal" : "NotPrincipal"] = pick(principals);
    // Mostly something that reaches ECR, so that the rest of the statement matters.
    json[chance(90) ? "Action" : "NotAction"] =
        chance(50) ? ordered_json(pick(Choices{"*", "ecr:*"})) : some(actions);
    if (identity) {
      json[chance(88) ? "Resource" : "NotResource"] =
          chance(50) ? ordered_json("*") : some(resources);
    } else if (chance(20)) {
      json[chance(88) ? "Resource" : "NotResource"] = some(resource_policy_resources);
    }
    const std::size_t clauses = chance(25) ? 0 : 1 + below(2);
    for (std::size_t left = clauses; left > 0; --left) add_clause(json["Condition"]);
    return json;
  }

  void add_clause(ordered_json& block) {
    const bool list = chance(18);
    const KeyKind& kind = list ? (chance(50) ? list_kind : path_kind) : pick(key_kinds);
    const std::string& key = pick(kind.keys);
    if (chance(8)) {
      block["Null"][key] = chance(50) ? "true" : "false";
      return;
    }
    std::string name = pick(kind.operators);
    if (chance(20)) name += "IfExists";
    if (list || chance(8)) name = (chance(50) ? "ForAllValues:" : "ForAnyValue:") + name;
    block[name][key] = chance(2) ? ordered_json::array() : some(kind.values);
    const bool is_tag = key.find(":ResourceTag/") != key.npos;
    if (has_known_tags_ && kind.values == texts && !is_tag && chance(25)) {
      block[name][key] = pick(Choices{"${aws:ResourceTag/t}", "${ecr:ResourceTag/T}*",
                                      "a${aws:ResourceTag/u}", "${aws:ResourceTag/n, 'a'}"});
    }
  }

  ordered_json guardrail() {
    ordered_json json;
    json["id"] = "G";
    json["title"] = "random";
    const Choices listed = {"ecr:DeleteRepository", "ecr:BatchDeleteImage",
                            "ecr:GetAuthorizationToken", "ecr:BatchGetImage",
                            "ecr:CreateRepository"};
    json["actions"] = ordered_json::array({pick(listed)});
    if (chance(30)) json["actions"].push_back(pick(listed));
    if (chance(40)) json["authorized_principals"] = ordered_json::array({pick(authorized)});
    if (chance(50)) return json;
    for (std::size_t left = 1 + below(2); left > 0; --left) {
      ordered_json entry;
      if (chance(40)) {
        entry["limited_to_owner_by"] =
            ordered_json::array({chance(60) ? "ecr:ResourceTag/*" : "ecr:ResourceTag/t"});
      }
      if (entry.empty() || chance(20)) add_clause(entry["condition"]);
      // What a stranger is to a condition of the guardrail on the same tag, the text leaves open.
      const bool names_tag = entry.dump().find("esourceTag/") != std::string::npos;
      if (names_tag && entry.contains("condition")) continue;
      json["accepted_when"].push_back(entry);
    }
    return json;
  }

  std::mt19937_64 random_;
  bool has_known_tags_ = false;  // of the side that is being made
};

}  // namespace

ordered_json make_random_case(std::uint64_t seed, std::uint64_t number) {
  return Maker(seed, number).make_case();
}

ordered_json make_random_change(std::uint64_t seed, std::uint64_t number) {
  return Maker(seed, number).make_change();
}

ordered_json make_random_comparison(std::uint64_t seed, std::uint64_t number) {
  return Maker(seed, number).make_comparison();
}

}  // namespace auditor::reference
