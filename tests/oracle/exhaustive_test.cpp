// All policies of small worlds against all requests of the same world.
//
// Each world is closed: its requests tell apart everything that its policies can tell apart, so
// "no request of the world" means "no request at all", and the verdict must be exactly that.
#include <gtest/gtest.h>

#include "tests/oracle/reference/case_file.h"
#include "tests/oracle/reference/disagreement.h"

namespace auditor::reference {
namespace {

using nlohmann::ordered_json;

constexpr const char* role_arn = "arn:aws:iam::111122223333:role/dev";
constexpr const char* repository_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/a";

Guardrail one_action() {
  Guardrail guardrail;
  guardrail.summary.id = "G";
  guardrail.identity_actions = guardrail.resource_actions = {"ecr:DeleteRepository"};
  return guardrail;
}

ordered_json statement(const char* effect, const ordered_json& condition) {
  ordered_json json{{"Effect", effect}, {"Action", "ecr:*"}, {"Resource", "*"}};
  if (!condition.is_null()) json["Condition"] = condition;
  return json;
}

std::string policy(const std::vector<ordered_json>& statements) {
  return ordered_json{{"Version", "2012-10-17"}, {"Statement", statements}}.dump();
}

// A request of the world, with what follows from it, worked out once.
struct Known {
  Request request;
  Context context;
  bool is_open;  // exists only where the world holds more than AWS's lists
};

std::vector<Known> complete(const Subject& subject, const std::vector<Request>& requests) {
  std::vector<Known> result;
  for (const Request& request : requests) {
    if (auto context = complete_context(request, {&subject})) {
      const bool is_open = !complete_context(request, {&subject, nullptr, false});
      result.push_back({request, std::move(*context), is_open});
    }
  }
  return result;
}

// Counts so that a test can say how much it saw; a world that is all one verdict tests nothing.
struct Tally {
  std::size_t violations = 0;
  std::size_t compliant = 0;
};

// The verdict must be what trying every request says. What only an open world holds is no request
// of the strict reading.
void check(const Trial& trial, const Guardrail& guardrail, const std::vector<Known>& world,
           Tally& tally) {
  const auto documents = read_documents(trial);
  ASSERT_TRUE(documents.has_value()) << to_json(trial).dump();
  const auto exists = [&](Reading reading) {
    return std::ranges::any_of(world, [&](const Known& known) {
      const bool strict = reading == Reading::strict;
      if (strict && known.is_open) return false;
      return allowed(known.request, known.context, trial.subject, *documents, reading) &&
             forbidden(known.request, known.context, trial.subject, *documents, guardrail, reading);
    });
  };
  const bool possible = exists(Reading::lenient);
  const Verdict verdict = ask_engine(trial, guardrail);
  ++(possible ? tally.violations : tally.compliant);
  ASSERT_EQ(to_string(verdict.kind), possible ? "violation" : "compliant")
      << to_json(trial).dump() << (verdict.witness ? to_json(*verdict.witness).dump() : "");
  if (!possible) return;
  const bool certain = exists(Reading::strict);
  ASSERT_EQ(to_string(verdict.certainty), certain ? "certain" : "ambiguous")
      << to_json(trial).dump();
  const auto replay = replay_witness(*verdict.witness, trial.subject, *documents, guardrail,
                                     certain ? Reading::strict : Reading::lenient);
  ASSERT_TRUE(replay.has_value()) << replay.error() << "\n"
                                  << to_json(*verdict.witness).dump() << to_json(trial).dump();
}

// One Allow and up to two Deny, each with one of these conditions.
void check_conditions(const std::vector<ordered_json>& conditions, const Guardrail& guardrail,
                      const std::vector<Request>& requests) {
  const Subject subject = make_subject("role", role_arn);
  const std::vector<Known> world = complete(subject, requests);
  Tally tally;
  std::vector<ordered_json> allows = conditions;
  allows.push_back(nullptr);
  for (const ordered_json& allow : allows) {
    for (std::size_t first = 0; first <= conditions.size(); ++first) {
      for (std::size_t second = first; second <= conditions.size(); ++second) {
        std::vector<ordered_json> statements = {statement("Allow", allow)};
        for (const std::size_t index : {first, second}) {
          if (index < conditions.size()) statements.push_back(statement("Deny", conditions[index]));
        }
        check({subject, {policy(statements)}, std::nullopt, {}}, guardrail, world, tally);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
  EXPECT_GT(tally.violations, 0U);
  EXPECT_GT(tally.compliant, 0U);
}

std::vector<Request> with_values(const std::string& key, const std::vector<ContextValue>& values) {
  std::vector<Request> requests = {
      {ArnPrincipal{role_arn}, "ecr:DeleteRepository", repository_arn, {}}};
  for (const ContextValue& value : values) {
    requests.push_back(requests.front());
    requests.back().context[key] = value;
  }
  return requests;
}

// Every operator with every list of values, on one key.
std::vector<ordered_json> clauses(const std::string& key, const std::vector<std::string>& operators,
                                  const std::vector<ordered_json>& values) {
  std::vector<ordered_json> result;
  for (const std::string& name : operators) {
    for (const ordered_json& value : values) result.push_back({{name, {{key, value}}}});
  }
  for (const char* presence : {"true", "false"}) result.push_back({{"Null", {{key, presence}}}});
  return result;
}

// Patterns of up to two symbols look at the first and the last character and at lengths up to
// three; `c` stands for every character they do not name.
TEST(Exhaustive, ResourceNames) {
  const Subject subject = make_subject("role", role_arn);
  std::vector<Request> requests;
  std::vector<std::string> names = {""};
  for (std::size_t at = 0; at < names.size() && names[at].size() < 4; ++at) {
    for (const char one : {'a', 'b', 'c'}) {
      names.push_back(names[at] + one);
      requests.push_back({ArnPrincipal{role_arn},
                          "ecr:DeleteRepository",
                          "arn:aws:ecr:us-east-1:111122223333:repository/" + names.back(),
                          {}});
    }
  }
  const std::vector<Known> world = complete(subject, requests);
  std::vector<std::string> patterns;
  const std::string prefix = "arn:aws:ecr:*:*:repository/";
  for (const char* first : {"a", "b", "?", "*"}) {
    patterns.push_back(prefix + first);
    for (const char* second : {"a", "b", "?", "*"}) patterns.push_back(prefix + first + second);
  }
  Tally tally;
  const auto one = [](const char* effect, const char* element, const std::string& pattern) {
    return ordered_json{{"Effect", effect}, {"Action", "ecr:*"}, {element, pattern}};
  };
  for (const std::string& allow : patterns) {
    for (std::size_t first = 0; first < patterns.size(); ++first) {
      for (std::size_t second = first; second < patterns.size(); ++second) {
        // The last Deny alternates, so that NotResource meets every pattern too.
        const char* element = (first + second) % 3 == 0 ? "NotResource" : "Resource";
        check({subject,
               {policy({one("Allow", "Resource", allow), one("Deny", "Resource", patterns[first]),
                        one("Deny", element, patterns[second])})},
               std::nullopt,
               {}},
              one_action(), world, tally);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_GT(tally.violations, 100U);
  EXPECT_GT(tally.compliant, 100U);
}

// A `*` that ends a segment, with fewer segments than an ARN has fields and with all of them.
TEST(Exhaustive, SegmentsOfResourceArns) {
  const Subject subject = make_subject("role", role_arn);
  std::vector<Request> requests;
  for (const char* region : {"a-a", "a-b", "b-a", "b-b", "a-c-a", "bb-a", "bb-b", "ab-b"}) {
    for (const char* name : {"a", "b", "ab", "bb"}) {
      requests.push_back({ArnPrincipal{role_arn},
                          "ecr:DeleteRepository",
                          std::string("arn:aws:ecr:") + region + ":111122223333:repository/" + name,
                          {}});
    }
  }
  const std::vector<Known> world = complete(subject, requests);
  std::vector<std::string> patterns = {"arn:*:repository/a", "arn:aws:*:repository/?",
                                       "arn:aws:ecr:*", "arn:aws:ecr", "arn:aws:*a:repository/a"};
  for (const char* region : {"*", "a-a", "a*", "*a", "?-b"}) {
    for (const char* name : {"a", "*", "?", "a*"}) {
      const std::string front = std::string("arn:aws:ecr:") + region;
      patterns.push_back(front + ":repository/" + name);
      patterns.push_back(front + ":*:repository/" + name);
    }
  }
  Tally tally;
  const auto one = [](const char* effect, const char* element, const std::string& pattern) {
    return ordered_json{{"Effect", effect}, {"Action", "ecr:*"}, {element, pattern}};
  };
  for (const std::string& allow : patterns) {
    for (const std::string& deny : patterns) {
      for (const auto& [allowing, denying] :
           std::vector<std::pair<const char*, const char*>>{{"Resource", "Resource"},
                                                            {"NotResource", "Resource"},
                                                            {"Resource", "NotResource"}}) {
        check({subject,
               {policy({one("Allow", allowing, allow), one("Deny", denying, deny)})},
               std::nullopt,
               {}},
              one_action(), world, tally);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_GT(tally.violations, 100U);
  EXPECT_GT(tally.compliant, 100U);
}

// What comes with an endpoint comes together; what a chain of services says fits together.
TEST(Exhaustive, KeysThatAreTied) {
  std::vector<ordered_json> conditions;
  for (const char* key : {"aws:SourceIp", "aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp",
                          "aws:VpceAccount", "aws:CalledVia", "aws:CalledViaLast"}) {
    for (const char* absent : {"true", "false"}) conditions.push_back({{"Null", {{key, absent}}}});
  }
  conditions.push_back({{"Bool", {{"aws:ViaAWSService", "true"}}}});
  conditions.push_back({{"StringEquals", {{"aws:CalledViaFirst", "a"}}}});
  conditions.push_back({{"ForAnyValue:StringEquals", {{"aws:CalledVia", "a"}}}});
  std::vector<Request> requests;
  using Chain = std::vector<std::string>;
  for (const Chain& chain : {Chain{}, Chain{"a"}, Chain{"b"}, Chain{"b", "a"}, Chain{"a", "b"}}) {
    for (const char* key : {"", "aws:SourceIp", "aws:SourceVpce", "aws:VpceAccount"}) {
      Request request{ArnPrincipal{role_arn}, "ecr:DeleteRepository", repository_arn, {}};
      if (!chain.empty()) request.context["aws:CalledVia"] = chain;
      const std::string name = key;
      if (!name.empty()) {
        request.context[name] = name == "aws:SourceIp"      ? "203.0.113.9"
                                : name == "aws:VpceAccount" ? "111122223333"
                                                            : "vpce-1";
      }
      requests.push_back(request);
    }
  }
  check_conditions(conditions, one_action(), requests);
}

// Each kind of principal, and what only some of them carry.
TEST(Exhaustive, KindsOfPrincipals) {
  const Subject subject = make_subject("repository", repository_arn);
  std::vector<ordered_json> conditions;
  for (const char* key : {"glue:RoleAssumedBy", "aws:AssumedRoot", "aws:username",
                          "aws:TokenIssueTime", "aws:PrincipalArn", "acme:Tier"}) {
    for (const char* absent : {"true", "false"}) conditions.push_back({{"Null", {{key, absent}}}});
  }
  for (const char* type : {"User", "AssumedRole", "Account", "FederatedUser", "Anonymous"}) {
    conditions.push_back({{"StringEquals", {{"aws:PrincipalType", type}}}});
  }
  for (const char* id : {"AIDA*", "AROA*", "5*", "anonymous"}) {
    conditions.push_back({{"StringLike", {{"aws:userid", id}}}});
  }
  conditions.push_back({{"ArnLike", {{"aws:PrincipalArn", "arn:aws:sts::*:federated-user/*"}}}});
  conditions.push_back({{"StringLike", {{"aws:PrincipalServiceName", "*.amazonaws.com"}}}});
  std::vector<Request> requests;
  const auto add = [&](const Principal& principal, const char* key = "", const char* value = "x") {
    for (const bool open : {false, true}) {
      Request request{principal, "ecr:DeleteRepository", repository_arn, {}};
      if (*key != 0) request.context[key] = value;
      if (open) request.context["acme:Tier"] = "gold";
      requests.push_back(request);
    }
  };
  for (const std::string account : {"111122223333", "555555555555"}) {
    const std::string iam = "arn:aws:iam::" + account + ":";
    add(ArnPrincipal{iam + "role/x"});
    add(ArnPrincipal{iam + "role/x"}, "glue:RoleAssumedBy");
    add(ArnPrincipal{iam + "user/x"});
    add(ArnPrincipal{iam + "user/x"}, "aws:TokenIssueTime", "2026-08-22T11:00:00Z");
    add(ArnPrincipal{iam + "root"});
    add(ArnPrincipal{iam + "root"}, "aws:TokenIssueTime", "2026-08-22T11:00:00Z");
    add(ArnPrincipal{iam + "root"}, "aws:AssumedRoot", "true");
    for (const std::size_t back : {2U, 2U}) {  // with and without what nobody knows
      requests.push_back(requests[requests.size() - back]);
      requests.back().context["aws:TokenIssueTime"] = "2026-08-22T11:00:00Z";
    }
    add(ArnPrincipal{"arn:aws:sts::" + account + ":federated-user/x"});
  }
  add(AnonymousPrincipal{});
  add(ServicePrincipal{"x.amazonaws.com"});
  add(ServicePrincipal{"x.amazonaws.com.cn"});
  for (const char* key : {"", "glue:RoleAssumedBy"}) {
    add(FederatedPrincipal{"arn:aws:iam::555555555555:saml-provider/x"}, key);
  }
  // What id and which type a service shows the text leaves open.
  for (const char* service : {"x.amazonaws.com", "x.amazonaws.com.cn"}) {
    for (const char* id : {"5x", "AIDAX", "AROAX:x", "anonymous"}) {
      for (const char* type :
           {"Service", "User", "AssumedRole", "Account", "FederatedUser", "Anonymous"}) {
        add(ServicePrincipal{service}, "aws:userid", id);
        for (const std::size_t back : {1U, 2U}) {
          requests[requests.size() - back].context["aws:PrincipalType"] = type;
        }
      }
    }
  }
  const std::vector<Known> world = complete(subject, requests);
  Tally tally;
  const auto rule = [](const char* effect, const ordered_json& condition) {
    ordered_json json{{"Effect", effect}, {"Principal", "*"}, {"Action", "ecr:*"}};
    json["Condition"] = condition;
    return json;
  };
  for (const ordered_json& allow : conditions) {
    for (const ordered_json& first : conditions) {
      for (const ordered_json& second : conditions) {
        check({subject,
               {},
               std::nullopt,
               {policy({rule("Allow", allow), rule("Deny", first), rule("Deny", second)})}},
              one_action(), world, tally);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_GT(tally.violations, 100U);
  EXPECT_GT(tally.compliant, 100U);
}

// A path that is not known, against every authorized pattern of a few symbols.
TEST(Exhaustive, PathsThatAreNotKnown) {
  Subject subject = make_subject("role", "arn:aws:iam::111122223333:role/ab");
  subject.path_is_known = false;
  const std::vector<std::string> pieces = {"*", "?", "a", "b", "/"};
  std::vector<std::string> patterns;
  for (const std::string& first : pieces) {
    for (const std::string& second : pieces) {
      for (const std::string& third : pieces) {
        patterns.push_back("arn:aws:iam::*:role/" + first + second);
        patterns.push_back("arn:aws:iam::*:role/" + first + second + third);
        patterns.push_back("arn:aws:iam::*:role/" + first + second + third + "ab");
      }
    }
  }
  std::vector<std::string> paths = {""};
  for (std::size_t at = 0; at < paths.size() && paths[at].size() < 4; ++at) {
    for (const char one : {'a', 'b', 'c', '/'}) paths.push_back(paths[at] + one);
  }
  std::vector<Request> requests;
  for (const std::string& path : paths) {
    const std::string whole = path.empty() ? path : path + "/";
    requests.push_back({ArnPrincipal{"arn:aws:iam::111122223333:role/" + whole + "ab"},
                        "ecr:DeleteRepository",
                        repository_arn,
                        {}});
  }
  const std::vector<Known> world = complete(subject, requests);
  Tally tally;
  for (const std::string& pattern : patterns) {
    Guardrail guardrail = one_action();
    guardrail.authorized_principals = {pattern};
    check({subject, {policy({statement("Allow", nullptr)})}, std::nullopt, {}}, guardrail, world,
          tally);
    if (HasFatalFailure()) FAIL() << pattern;
  }
  EXPECT_GT(tally.violations, 10U);
  EXPECT_GT(tally.compliant, 10U);
}

TEST(Exhaustive, TextOperatorsOnOneKey) {
  const std::string key = "aws:SourceVpc";
  check_conditions(
      clauses(key,
              {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike",
               "StringEqualsIfExists", "StringNotEqualsIfExists", "ForAnyValue:StringEquals",
               "ForAllValues:StringEquals", "ForAnyValue:StringNotLike"},
              {"a", "?", ordered_json::array({"a", "b"}), "*"}),
      one_action(), with_values(key, {"a", "b", "c", "cc", "", "ab", "?", "*"}));
}

TEST(Exhaustive, CaseOfText) {
  const std::string key = "aws:PrincipalTag/t";
  check_conditions(
      clauses(key, {"StringEquals", "StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"},
              {"a", "A", ordered_json::array({"A", "b"})}),
      one_action(), with_values(key, {"a", "A", "b", "B", "c"}));
}

TEST(Exhaustive, SetsOfValues) {
  const std::string key = "aws:CalledVia";
  std::vector<ContextValue> sets;
  const std::vector<std::string> elements = {"a", "b", "c"};
  for (unsigned chosen = 1; chosen < 8; ++chosen) {
    std::vector<std::string> set;
    for (std::size_t index = 0; index < 3; ++index) {
      if ((chosen >> index & 1U) != 0) set.push_back(elements[index]);
    }
    sets.emplace_back(set);
  }
  check_conditions(clauses(key,
                           {"ForAnyValue:StringEquals", "ForAllValues:StringEquals",
                            "ForAnyValue:StringNotEquals", "ForAllValues:StringNotEquals",
                            "ForAnyValue:StringEqualsIfExists"},
                           {"a", "b", ordered_json::array({"a", "b"})}),
                   one_action(), with_values(key, sets));
}

TEST(Exhaustive, MfaAgainstAnAcceptedCondition) {
  Guardrail guardrail = one_action();
  guardrail.accepted_when.emplace_back();
  guardrail.accepted_when[0].condition.push_back(
      *make_condition_clause("Bool", "aws:MultiFactorAuthPresent", {"true"}, true));
  std::vector<ordered_json> conditions =
      clauses("aws:MultiFactorAuthPresent",
              {"Bool", "BoolIfExists", "StringEquals", "StringNotEquals", "ForAllValues:Bool"},
              {"true", "false"});
  for (const ordered_json& clause :
       clauses("aws:MultiFactorAuthAge",
               {"NumericLessThan", "NumericGreaterThanEqualsIfExists", "NumericNotEquals"}, {5})) {
    conditions.push_back(clause);
  }
  std::vector<Request> requests =
      with_values("aws:MultiFactorAuthAge", {"4", "4.5", "5", "5.5", "6"});
  const auto more = with_values("aws:MultiFactorAuthPresent", {"false"});
  requests.insert(requests.end(), more.begin(), more.end());
  check_conditions(conditions, guardrail, requests);
}

TEST(Exhaustive, Numbers) {
  const std::string key = "aws:PrincipalTag/n";
  check_conditions(
      clauses(key,
              {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
               "NumericGreaterThan", "NumericGreaterThanEqualsIfExists"},
              {1, 2, ordered_json::array({1, 2})}),
      one_action(), with_values(key, {"0", "1", "1.5", "2", "3", "x"}));
}

TEST(Exhaustive, Instants) {
  const std::string key = "aws:CurrentTime";
  check_conditions(
      clauses(key,
              {"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
               "DateGreaterThan", "DateGreaterThanEquals"},
              {"2020-01-01T00:00:00Z", "1577836802"}),
      one_action(),
      with_values(key, {"1577836799", "1577836800", "1577836801", "1577836802", "1577836803"}));
}

TEST(Exhaustive, Addresses) {
  const std::string key = "aws:SourceIp";
  check_conditions(
      clauses(key, {"IpAddress", "NotIpAddress", "NotIpAddressIfExists"},
              {"10.0.0.0/31", "10.0.0.1", "10.0.0.0/30",
               ordered_json::array({"10.0.0.0/31", "::/0"}), "0.0.0.0/0"}),
      one_action(),
      with_values(key, {"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "::1"}));
}

// The stranger is `z`: no list here names it, and only `*` and `?` + `??*` together hold it.
TEST(Exhaustive, OwnerTags) {
  Guardrail guardrail = one_action();
  guardrail.accepted_when.push_back({{}, {"ecr:ResourceTag/*"}});
  const std::string key = "ecr:ResourceTag/t";
  check_conditions(
      clauses(key,
              {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike",
               "StringEqualsIfExists", "StringNotEqualsIfExists", "ForAnyValue:StringNotEquals"},
              {"a", "a*", ordered_json::array({"?", "??*"})}),
      guardrail, with_values(key, {"", "a", "ab", "z", "zz"}));
}

TEST(Exhaustive, Organizations) {
  Guardrail guardrail = one_action();
  guardrail.accepted_when.emplace_back();
  guardrail.accepted_when[0].condition.push_back(*make_condition_clause(
      "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", {"o-a/r-a/*"}, true));
  std::vector<ordered_json> conditions =
      clauses("aws:PrincipalOrgPaths",
              {"ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotLike",
               "ForAllValues:StringNotLike"},
              {"o-a/r-a/*", "o-a/*", ordered_json::array({"o-a/r-a/", "o-b/*"})});
  for (const ordered_json& clause :
       clauses("aws:PrincipalOrgID", {"StringEquals", "StringNotEquals"}, {"o-a", "o-b"})) {
    conditions.push_back(clause);
  }
  using Paths = std::vector<std::string>;
  check_conditions(conditions, guardrail,
                   with_values("aws:PrincipalOrgPaths",
                               {Paths{"o-a/r-a/"}, Paths{"o-a/r-a/ou-a-1/"}, Paths{"o-a/r-b/"},
                                Paths{"o-b/r-a/"}, Paths{"o-c/r-c/"}}));
}

// Every pair of principal elements, in Allow and Deny, Principal and NotPrincipal.
TEST(Exhaustive, PrincipalsOfAResourcePolicy) {
  const Subject subject = make_subject("repository", repository_arn);
  const std::vector<ordered_json> elements = {
      "*",
      {{"AWS", role_arn}},
      {{"AWS", "111122223333"}},
      {{"AWS", "arn:aws:iam::999999999999:root"}},
      {{"AWS", "arn:aws:iam::999999999999:role/x"}},
      {{"AWS", "arn:aws:iam::999999999999:role/*"}},
      {{"AWS", {"arn:aws:iam::999999999999:user/u", "111122223333"}}},
      {{"Service", "lambda.amazonaws.com"}},
      {{"Service", "lambda.amazonaws.com"}, {"AWS", "999999999999"}}};
  std::vector<Request> requests;
  for (const char* arn : {role_arn, "arn:aws:iam::111122223333:role/other",
                          "arn:aws:iam::999999999999:role/x", "arn:aws:iam::999999999999:role/y",
                          "arn:aws:iam::999999999999:user/u", "arn:aws:iam::555555555555:role/z"}) {
    requests.push_back({ArnPrincipal{arn}, "ecr:DeleteRepository", repository_arn, {}});
  }
  requests.push_back({AnonymousPrincipal{}, "ecr:DeleteRepository", repository_arn, {}});
  for (const char* service : {"lambda.amazonaws.com", "ec2.amazonaws.com"}) {
    requests.push_back({ServicePrincipal{service}, "ecr:DeleteRepository", repository_arn, {}});
  }
  const std::vector<Known> world = complete(subject, requests);
  const std::vector<std::vector<std::string>> authorized = {
      {}, {"arn:aws:iam::*:role/dev"}, {"999999999999"}, {"service:lambda.amazonaws.com"}};
  Tally tally;
  const auto rule = [](const char* effect, const char* element, const ordered_json& who) {
    return ordered_json{{"Effect", effect}, {"Action", "ecr:*"}, {element, who}};
  };
  for (const auto& patterns : authorized) {
    Guardrail guardrail = one_action();
    guardrail.authorized_principals = patterns;
    for (const ordered_json& allow : elements) {
      for (const ordered_json& deny : elements) {
        for (const char* allowing : {"Principal", "NotPrincipal"}) {
          check({subject,
                 {},
                 std::nullopt,
                 {policy({rule("Allow", allowing, allow), rule("Deny", "Principal", deny)})}},
                guardrail, world, tally);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
  EXPECT_GT(tally.violations, 100U);
  EXPECT_GT(tally.compliant, 100U);
}

}  // namespace
}  // namespace auditor::reference
