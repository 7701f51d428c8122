#include "tests/oracle/smt/random_question.h"

#include <random>
#include <string>
#include <vector>

namespace auditor::smt {
namespace {

using nlohmann::ordered_json;
using Choices = std::vector<std::string>;

const Choices actions = {"*",
                         "ecr:*",
                         "ecr:Delete*",
                         "ecr:*Image",
                         "ecr:Batch*",
                         "ecr:Get*",
                         "ECR:batch?eleteima*",
                         "ecr:DeleteRepository",
                         "ecr:*e*t*e*",
                         "ecr:*Token",
                         "ecr:B*G*",
                         "iam:*",
                         "ecr: *",
                         "ecr:?atch*mage",
                         "s3:GetObject"};
const Choices regions = {"*",      "eu-west-1", "eu-*",     "*-1",    "us-*",
                         "?u-*-?", "",          "eu-*-*-2", "*-*e2b", "eusc-*"};
const Choices accounts = {"*", "111122223333", "1111*", "999999999999", ""};
const Choices whole_resources = {"*",
                                 "**",
                                 "?",
                                 "arn:aws:ecr:*",
                                 "arn:*:ecr:*:111122223333:*",
                                 "arn:aws:s3:::bucket/*",
                                 "arn:aws:ecr:*:*:repo*y/?*"};
const Choices tag_keys = {"ecr:ResourceTag/t", "aws:ResourceTag/T", "ecr:ResourceTag/u",
                          "aws:PrincipalTag/t"};
const Choices operators = {"StringEquals",  "StringNotEquals",        "StringLike",
                           "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"};
const Choices exact_values = {"", "a", "b", "ab", "abc", "A", "bca", "a*"};
const Choices ages = {"NumericLessThan",    "NumericLessThanEquals",    "NumericEquals",
                      "NumericGreaterThan", "NumericGreaterThanEquals", "NumericNotEquals"};
const Choices guarded = {"ecr:DeleteRepository", "ecr:BatchDeleteImage",
                         "ecr:GetAuthorizationToken", "ecr:BatchGetImage"};
const Choices authorized = {"arn:aws:iam::*:role/admin", "arn:aws:iam::*:role/d?v*",
                            "arn:aws:iam::111122223333:user/*", "arn:*:iam:*:1*:*/team/*"};

class Maker {
 public:
  Maker(std::uint64_t seed, std::uint64_t number) {
    std::seed_seq sequence{seed, seed >> 32, number, number >> 32};
    random_.seed(sequence);
  }

  ordered_json make() {
    ordered_json json;
    partition_ = chance(60) ? "aws" : chance(50) ? "aws-eusc" : "aws-moon-7b";
    const std::string account = "arn:" + partition_ + ":iam::111122223333:";
    const bool role = chance(60);
    json["subject"] = {{"type", role ? "role" : "user"},
                       {"arn", account + (role ? "role/dev" : "user/team/ann")}};
    json["identity_policies"] = ordered_json::array({document(6)});
    if (chance(15)) json["identity_policies"].push_back(document(3));
    if (chance(15)) json["permissions_boundary"] = document(2);
    json["guardrails"] = ordered_json::array({guardrail()}).dump();
    return json;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }
  template <typename Make>
  ordered_json some(Make make) {
    if (chance(55)) return make();
    ordered_json list = ordered_json::array();
    for (std::size_t left = 1 + below(3); left > 0; --left) list.push_back(make());
    return list;
  }

  // Letters and wildcards, mostly with a wildcard at an end.
  std::string glob() {
    std::string text = chance(70) ? "*" : "";
    for (std::size_t left = 1 + below(4); left > 0; --left) {
      text += static_cast<char>('a' + below(3));
      if (chance(55)) text += chance(80) ? '*' : '?';
    }
    return text;
  }

  std::string repository_name() {
    if (chance(20))
      return pick(Choices{"*", "?*", "*/*", "*.*", "a/*", "*-*-*", "??", "*A*", "*-"});
    return glob();
  }

  std::string resource() {
    if (chance(25)) return pick(whole_resources);
    return "arn:" + (chance(90) ? partition_ : "aws-*") +
           ":ecr:" + (chance(60) ? "*" : pick(regions)) + ":" +
           (chance(60) ? "*" : pick(accounts)) + ":repository/" + repository_name();
  }

  ordered_json document(std::size_t statements_max) {
    ordered_json json = {{"Version", "2012-10-17"}, {"Statement", ordered_json::array()}};
    for (std::size_t left = 1 + below(statements_max); left > 0; --left) {
      json["Statement"].push_back(statement(json["Statement"].empty()));
    }
    return json;
  }

  ordered_json statement(bool is_first) {
    ordered_json json;
    json["Effect"] = chance(is_first ? 95 : 30) ? "Allow" : "Deny";
    const auto action = [&] { return pick(actions); };
    json[chance(88) ? "Action" : "NotAction"] = chance(45) ? ordered_json("ecr:*") : some(action);
    json[chance(85) ? "Resource" : "NotResource"] =
        chance(20) ? ordered_json("*") : some([&] { return resource(); });
    for (std::size_t left = below(4); left > 0; --left) add_clause(json["Condition"]);
    if (json.contains("Condition") && json["Condition"].is_null()) json.erase("Condition");
    return json;
  }

  void add_clause(ordered_json& block) {
    const std::string if_exists = chance(25) ? "IfExists" : "";
    if (chance(12)) {
      const Choices keys = {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge",
                            "ecr:ResourceTag/t", "aws:PrincipalTag/t"};
      block["Null"][pick(keys)] = chance(50) ? "true" : "false";
    } else if (chance(25)) {
      block["Bool" + if_exists]["aws:MultiFactorAuthPresent"] = chance(50) ? "true" : "false";
    } else if (chance(25)) {
      block[pick(ages) + if_exists]["aws:MultiFactorAuthAge"] = pick(Choices{"0", "1", "2", "2.5"});
    } else if (chance(15)) {
      block[(chance(50) ? "StringLike" : "StringNotLike") + if_exists]["aws:RequestedRegion"] =
          some([&] { return pick(regions); });
    } else {
      const std::string& name = pick(operators);
      const bool like = name.ends_with("Like");
      block[name + if_exists][pick(tag_keys)] =
          some([&] { return like ? glob() : pick(exact_values); });
    }
  }

  ordered_json guardrail() {
    ordered_json json = {
        {"id", "G"}, {"title", "random"}, {"actions", ordered_json::array({pick(guarded)})}};
    if (chance(50)) json["actions"].push_back(pick(guarded));
    if (chance(20)) json["authorized_principals"] = ordered_json::array({pick(authorized)});
    if (chance(40)) {
      const ordered_json mfa = {{"Bool", {{"aws:MultiFactorAuthPresent", "true"}}}};
      json["accepted_when"] = ordered_json::array({ordered_json{{"condition", mfa}}});
    }
    return json;
  }

  std::string partition_;
  std::mt19937_64 random_;
};

}  // namespace

ordered_json make_random_question(std::uint64_t seed, std::uint64_t number) {
  return Maker(seed, number).make();
}

}  // namespace auditor::smt
