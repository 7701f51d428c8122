#include "tests/oracle/reference/list_policy.h"

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <set>
#include <vector>

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;
using Entries = std::vector<std::string>;

constexpr std::size_t characters_max = 10'240;
constexpr const char* own_account = "111122223333";
constexpr const char* repository_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/app";
constexpr const char* role_arn = "arn:aws:iam::111122223333:role/dev";
constexpr const char* accepted_path = "o-exampleorgid/r-ab12/ou-ab12-11111111/*";

ordered_json object(const std::string& name, const ordered_json& value) {
  ordered_json json;
  json[name] = value;
  return json;
}

ordered_json in_path(const std::string& path) {
  return object("ForAnyValue:StringLike", object("aws:PrincipalOrgPaths", path));
}

// Makes a list of `count` entries, one of them odd where the verdict is a violation.
class ListMaker {
 public:
  ListMaker(std::uint64_t seed, std::uint64_t number) {
    std::seed_seq sequence{seed, seed >> 32, number, number >> 32, std::uint64_t{77}};
    random_.seed(sequence);
  }

  ListPolicy make() {
    constexpr std::array sizes = {1, 2, 5, 20, 60, 150, 400};
    const std::size_t shape = below(shapes.size());
    const bool violates = chance(50);
    std::size_t count = 1 + below(static_cast<std::size_t>(sizes[below(sizes.size())]));
    // Half as many until the documents are short enough.
    const std::mt19937_64 start = random_;
    for (;; count = (count + 1) / 2) {
      random_ = start;
      policy_ = {};
      statements_.clear();
      names_.clear();
      count_ = count;
      odd_ = violates ? below(count) : count;
      policy_.shape = shapes[shape].name;
      policy_.expected = violates ? VerdictKind::violation : VerdictKind::compliant;
      policy_.guardrail.summary.id = "G";
      (this->*shapes[shape].make)();
      const std::string text =
          ordered_json{{"Version", "2012-10-17"}, {"Statement", statements_}}.dump();
      if (text.size() > characters_max && count > 1) continue;
      const bool identity = is_identity(policy_.trial.subject.type);
      (identity ? policy_.trial.identity : policy_.trial.resource).push_back(text);
      return std::move(policy_);
    }
  }

 private:
  struct Shape {
    const char* name;
    void (ListMaker::*make)();
  };

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

  // Never the same twice in one policy.
  std::string fresh(const std::function<std::string()>& make) {
    for (;;) {
      std::string text = make();
      if (names_.insert(text).second) return text;
    }
  }
  std::string digits(std::size_t length) {
    std::string text;
    while (text.size() < length) text += static_cast<char>('0' + below(10));
    return text;
  }
  std::string account() {
    return fresh([&] {
      std::string text = digits(12);
      return text == own_account ? "222233334444" : text;
    });
  }
  std::string name() {
    return fresh([&] {
      constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
      std::string text(1, letters[below(26)]);
      for (std::size_t left = 2 + below(8); left > 0; --left)
        text += letters[below(letters.size())];
      return text;
    });
  }
  std::string role(const std::string& of) { return "arn:aws:iam::" + of + ":role/" + name(); }

  // `make(is_odd)` for each of the entries.
  template <typename Make>
  Entries list(Make make) {
    Entries entries;
    for (std::size_t index = 0; index < count_; ++index) entries.push_back(make(index == odd_));
    return entries;
  }
  ordered_json one_or_list(const Entries& texts) {
    return texts.size() == 1 ? ordered_json(texts[0]) : ordered_json(texts);
  }

  void about_repository() {
    policy_.trial.subject = make_subject("repository", repository_arn);
    policy_.guardrail.identity_actions =
        policy_.guardrail.resource_actions = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"};
  }
  void about_role() {
    policy_.trial.subject = make_subject("role", role_arn);
    policy_.guardrail.identity_actions =
        policy_.guardrail.resource_actions = {"ecr:DeleteRepository", "ecr:BatchDeleteImage"};
  }
  void accept_path() {
    policy_.guardrail.accepted_when.emplace_back();
    policy_.guardrail.accepted_when.back().condition.push_back(*make_condition_clause(
        "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", {accepted_path}, true));
  }
  ordered_json& add(const char* effect, const ordered_json& action = "ecr:*") {
    statements_.push_back({{"Effect", effect}, {"Action", action}});
    if (is_identity(policy_.trial.subject.type)) statements_.back()["Resource"] = "*";
    return statements_.back();
  }

  // Accounts, each only inside the accepted unit. The odd one stands in a statement of its own.
  void accounts_in_a_path() {
    about_repository();
    accept_path();
    const bool as_arns = chance(30);
    Entries accounts;
    for (std::size_t index = 0; index < count_; ++index) {
      const std::string one = account();
      accounts.push_back(as_arns ? "arn:aws:iam::" + one + ":root" : one);
    }
    ordered_json& allow = add("Allow");
    allow["Principal"] = object("AWS", one_or_list(accounts));
    allow["Condition"] = in_path(accepted_path);
    if (policy_.expected == VerdictKind::compliant) return;
    ordered_json& odd = add("Allow");
    odd["Principal"] = object("AWS", accounts[odd_]);
    if (chance(50)) odd["Condition"] = in_path("o-exampleorgid/r-ab12/*");
  }

  // Roles of one account that a Deny takes back.
  void roles_of_a_denied_account() {
    about_repository();
    const std::string denied = account();
    const std::string other = account();
    add("Allow")["Principal"] =
        object("AWS", one_or_list(list([&](bool odd) { return role(odd ? other : denied); })));
    add("Deny")["Principal"] =
        object("AWS", chance(50) ? denied : "arn:aws:iam::" + denied + ":root");
  }

  // Roles that the guardrail authorizes one by one.
  void authorized_roles() {
    about_repository();
    add("Allow")["Principal"] = object("AWS", one_or_list(list([&](bool odd) {
                                         std::string one =
                                             role(chance(50) ? own_account : "444455556666");
                                         if (!odd)
                                           policy_.guardrail.authorized_principals.push_back(one);
                                         return one;
                                       })));
  }

  // One statement for each account.
  void statements_in_a_path() {
    about_repository();
    accept_path();
    for (std::size_t index = 0; index < count_; ++index) {
      ordered_json& allow = add("Allow", ordered_json::array({"ecr:BatchGetImage"}));
      allow["Principal"] = object("AWS", account());
      allow["Condition"] = in_path(index == odd_ ? "o-exampleorgid/*" : accepted_path);
    }
  }

  // One statement for each value of a condition, and a Deny for all of them.
  void statements_of_denied_values() {
    about_role();
    Entries denied;
    for (std::size_t index = 0; index < count_; ++index) {
      const std::string value = "vpce-" + name();
      add("Allow")["Condition"] = object("StringEquals", object("aws:SourceVpce", value));
      if (index != odd_) denied.push_back(value);
    }
    if (denied.empty()) return;
    add("Deny")["Condition"] = object("StringEquals", object("aws:SourceVpce", denied));
  }

  // Everybody, narrowed to a list of accounts and the accepted unit.
  void accounts_as_a_condition() {
    about_repository();
    accept_path();
    Entries accounts;
    for (std::size_t index = 0; index < count_; ++index) accounts.push_back(account());
    ordered_json& allow = add("Allow");
    allow["Principal"] = "*";
    allow["Condition"] =
        object("StringEquals", object("aws:PrincipalAccount", one_or_list(accounts)));
    if (policy_.expected == VerdictKind::compliant) {
      allow["Condition"].update(in_path(accepted_path));
    } else if (chance(50)) {
      allow["Condition"].update(
          object("ForAllValues:StringLike", object("aws:PrincipalOrgPaths", accepted_path)));
    }
  }

  // Everybody, narrowed to authorized roles by their ARN.
  void roles_as_a_condition() {
    about_repository();
    const Entries roles = list([&](bool odd) {
      std::string one = role("444455556666");
      if (!odd) policy_.guardrail.authorized_principals.push_back(one);
      return one;
    });
    ordered_json& allow = add("Allow");
    allow["Principal"] = "*";
    allow["Condition"] = object(chance(50) ? "ArnEquals" : "StringEquals",
                                object("aws:PrincipalArn", one_or_list(roles)));
  }

  // Accounts that are allowed, and denied again by a condition.
  void denied_accounts() {
    about_repository();
    Entries denied;
    const Entries accounts = list([&](bool odd) {
      std::string one = account();
      if (!odd) denied.push_back(one);
      return one;
    });
    add("Allow")["Principal"] = object("AWS", one_or_list(accounts));
    if (denied.empty()) return;
    ordered_json& deny = add("Deny");
    deny["Principal"] = "*";
    deny["Condition"] = object("StringEquals", object("aws:PrincipalAccount", denied));
  }

  // Services that the guardrail authorizes one by one.
  void authorized_services() {
    about_repository();
    add("Allow")["Principal"] =
        object("Service", one_or_list(list([&](bool odd) {
                 std::string one = name() + (chance(30) ? ".eu-west-1" : "") +
                                   (chance(20) ? ".amazonaws.com.cn" : ".amazonaws.com");
                 if (!odd) policy_.guardrail.authorized_principals.push_back("service:" + one);
                 return one;
               })));
  }

  // Everybody is denied but the listed roles, which are authorized.
  void all_but_authorized_roles() {
    about_repository();
    add("Allow")["Principal"] = "*";
    add("Deny")["NotPrincipal"] = object("AWS", one_or_list(list([&](bool odd) {
                                           std::string one =
                                               role(chance(50) ? own_account : "444455556666");
                                           if (!odd)
                                             policy_.guardrail.authorized_principals.push_back(one);
                                           return one;
                                         })));
  }

  // Units of an organization, all below an accepted one.
  void units() {
    about_repository();
    accept_path();
    ordered_json& allow = add("Allow");
    allow["Principal"] = "*";
    allow["Condition"] = object("ForAnyValue:StringLike",
                                object("aws:PrincipalOrgPaths", one_or_list(list([&](bool odd) {
                                         return std::string("o-exampleorgid/r-ab12/") +
                                                (odd ? "ou-ab12-22222222/" : "ou-ab12-11111111/") +
                                                "ou-ab12-" + name() + "/*";
                                       }))));
  }

  // Units that the guardrail accepts one by one.
  void accepted_units() {
    about_repository();
    Entries accepted = {"o-other/r-zz99/*"};
    ordered_json& allow = add("Allow");
    allow["Principal"] = "*";
    allow["Condition"] = object("ForAnyValue:StringLike",
                                object("aws:PrincipalOrgPaths", one_or_list(list([&](bool odd) {
                                         std::string path =
                                             "o-exampleorgid/r-ab12/ou-ab12-" + name() + "/*";
                                         if (!odd) accepted.push_back(path);
                                         return path;
                                       }))));
    policy_.guardrail.accepted_when.emplace_back();
    policy_.guardrail.accepted_when.back().condition.push_back(
        *make_condition_clause("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", accepted, true));
  }

  // Repositories that are allowed, and denied again.
  void denied_repositories() {
    about_role();
    Entries denied;
    const bool globs = chance(40);
    const Entries allowed = list([&](bool odd) {
      std::string one = std::string("arn:aws:ecr:") + (chance(50) ? "*" : "eu-west-1") + ":" +
                        (chance(50) ? "*" : own_account) + ":repository/" + name() +
                        (globs ? "/*" : "");
      if (!odd) denied.push_back(one);
      return one;
    });
    add("Allow")["Resource"] = one_or_list(allowed);
    if (!denied.empty()) add("Deny")["Resource"] = one_or_list(denied);
  }

  // A list of values that a Deny takes back, all but one.
  void denied_values() {
    about_role();
    constexpr std::array keys = {"aws:SourceVpc", "aws:PrincipalTag/team", "aws:SourceIdentity",
                                 "glue:RoleAssumedBy"};
    const std::string key = keys[below(keys.size())];
    const bool like = chance(40);
    Entries denied;
    const Entries allowed = list([&](bool odd) {
      std::string one = name() + (like ? "-*" : "");
      if (!odd) denied.push_back(one);
      return one;
    });
    const char* comparison = like ? "StringLike" : "StringEquals";
    add("Allow")["Condition"] = object(comparison, object(key, one_or_list(allowed)));
    if (!denied.empty()) add("Deny")["Condition"] = object(comparison, object(key, denied));
  }

  // Everything is denied but a list, of which all is denied but one.
  void denied_all_but() {
    about_role();
    Entries allowed;
    Entries listed;
    for (std::size_t index = 0; index < count_; ++index) {
      listed.push_back(name());
      if (index != odd_) allowed.push_back(listed.back());
    }
    add("Allow");
    add("Deny")["Condition"] =
        object("StringNotEquals", object("aws:PrincipalTag/team", one_or_list(listed)));
    if (!allowed.empty()) {
      add("Deny")["Condition"] =
          object("StringEquals", object("aws:PrincipalTag/team", one_or_list(allowed)));
    }
  }

  // Networks that are allowed, and denied again.
  void denied_networks() {
    about_role();
    Entries denied;
    const Entries allowed = list([&](bool odd) {
      std::string one = fresh([&] {
        return std::to_string(1 + below(200)) + "." + std::to_string(below(256)) + "." +
               std::to_string(below(256)) + ".0/24";
      });
      if (!odd) denied.push_back(one);
      return one;
    });
    add("Allow")["Condition"] = object("IpAddress", object("aws:SourceIp", one_or_list(allowed)));
    if (!denied.empty()) {
      add("Deny")["Condition"] = object("IpAddress", object("aws:SourceIp", one_or_list(denied)));
    }
  }

  // The rightful owners by their tag; a negated list singles nobody out.
  void owners() {
    about_role();
    policy_.guardrail.accepted_when.emplace_back();
    policy_.guardrail.accepted_when.back().limited_to_owner_by = {"ecr:resourcetag/*"};
    const bool compliant = policy_.expected == VerdictKind::compliant;
    Entries teams;
    for (std::size_t index = 0; index < count_; ++index) teams.push_back(name());
    add("Allow")["Condition"] = object(compliant ? "StringEquals" : "StringNotEquals",
                                       object("ecr:ResourceTag/team", one_or_list(teams)));
  }

  // Statements with MFA; the odd one has none.
  void statements_with_mfa() {
    about_role();
    policy_.guardrail.accepted_when.emplace_back();
    policy_.guardrail.accepted_when.back().condition.push_back(
        *make_condition_clause("Bool", "aws:MultiFactorAuthPresent", {"true"}, true));
    for (std::size_t index = 0; index < count_; ++index) {
      ordered_json& allow = add("Allow");
      allow["Resource"] = "arn:aws:ecr:*:*:repository/" + name();
      allow["Condition"] = object(index == odd_ ? "BoolIfExists" : "Bool",
                                  object("aws:MultiFactorAuthPresent", "true"));
    }
  }

  static constexpr std::array<Shape, 18> shapes = {{
      {"accounts in a path", &ListMaker::accounts_in_a_path},
      {"roles of a denied account", &ListMaker::roles_of_a_denied_account},
      {"authorized roles", &ListMaker::authorized_roles},
      {"statements in a path", &ListMaker::statements_in_a_path},
      {"statements of denied values", &ListMaker::statements_of_denied_values},
      {"accounts as a condition", &ListMaker::accounts_as_a_condition},
      {"roles as a condition", &ListMaker::roles_as_a_condition},
      {"denied accounts", &ListMaker::denied_accounts},
      {"authorized services", &ListMaker::authorized_services},
      {"all but authorized roles", &ListMaker::all_but_authorized_roles},
      {"units", &ListMaker::units},
      {"accepted units", &ListMaker::accepted_units},
      {"denied repositories", &ListMaker::denied_repositories},
      {"denied values", &ListMaker::denied_values},
      {"denied all but", &ListMaker::denied_all_but},
      {"denied networks", &ListMaker::denied_networks},
      {"owners", &ListMaker::owners},
      {"statements with MFA", &ListMaker::statements_with_mfa},
  }};

  std::mt19937_64 random_;
  ListPolicy policy_;
  std::vector<ordered_json> statements_;
  std::set<std::string> names_;
  std::size_t count_ = 1;
  std::size_t odd_ = 1;  // which entry; `count_`: none
};

}  // namespace

ListPolicy make_list_policy(std::uint64_t seed, std::uint64_t number) {
  return ListMaker(seed, number).make();
}

}  // namespace auditor::reference
