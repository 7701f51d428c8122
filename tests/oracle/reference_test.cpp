// The reference evaluator by itself, on requests written by hand: a judge must be tried first.
#include <gtest/gtest.h>

#include "tests/oracle/reference/disagreement.h"
#include "tests/oracle/reference/evaluator.h"
#include "tests/oracle/reference/sendable.h"
#include "tests/oracle/reference/values.h"

namespace auditor::reference::reference_test {
namespace {

constexpr const char* role_arn = "arn:aws:iam::111122223333:role/dev";
constexpr const char* repository_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/app";

Subject role() { return {EntityKind::role, role_arn, "111122223333", ""}; }
Subject repository() {
  return {EntityKind::repository, repository_arn, "111122223333", "eu-west-1"};
}

Request deletion(std::map<std::string, ContextValue> context = {}) {
  return {ArnPrincipal{role_arn}, "ecr:DeleteRepository", repository_arn, std::move(context)};
}

std::string policy(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

bool lets(const std::string& statements, const Request& request,
          Reading reading = Reading::strict) {
  Documents documents;
  documents.identity.push_back(*read_document(policy(statements), PolicyKind::identity));
  const Subject subject = role();
  const auto context = complete_context(request, {&subject});
  EXPECT_TRUE(context.has_value()) << context.error();
  return allowed(request, *context, subject, documents, reading);
}

bool lets_in(const std::string& statements, const Request& request,
             Reading reading = Reading::strict) {
  Documents documents;
  documents.resource.push_back(*read_document(policy(statements), PolicyKind::resource));
  const Subject subject = repository();
  const auto context = complete_context(request, {&subject});
  EXPECT_TRUE(context.has_value()) << context.error();
  return allowed(request, *context, subject, documents, reading);
}

std::string allow(const std::string& condition) {
  return R"({"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":)" + condition + "}";
}
std::string deny(const std::string& condition) {
  return R"({"Effect":"Allow","Action":"ecr:*","Resource":"*"},)"
         R"({"Effect":"Deny","Action":"ecr:*","Resource":"*","Condition":)" +
         condition + "}";
}

std::string who(const std::string& principal) {
  return R"({"Effect":"Allow","Action":"ecr:*","Principal":)" + principal + "}";
}

const Request without_mfa = deletion();
const Request with_mfa = deletion({{"aws:MultiFactorAuthPresent", "true"}});
const Request false_mfa = deletion({{"aws:MultiFactorAuthPresent", "false"}});

TEST(Reference, ReadsTheMfaTableOfTheDesign) {
  EXPECT_FALSE(lets(allow(R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"), without_mfa));
  EXPECT_TRUE(lets(allow(R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"), with_mfa));
  EXPECT_TRUE(lets(allow(R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":true}})"), without_mfa));
  EXPECT_TRUE(lets(allow(R"({"Null":{"aws:MultiFactorAuthPresent":"false"}})"), false_mfa));
  EXPECT_FALSE(lets(allow(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":3600}})"), without_mfa));
  EXPECT_TRUE(lets(allow(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":3600}})"), with_mfa));
  EXPECT_TRUE(
      lets(allow(R"({"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":3600}})"), without_mfa));
  EXPECT_FALSE(
      lets(deny(R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}})"), without_mfa));
  EXPECT_TRUE(lets(deny(R"({"Bool":{"aws:MultiFactorAuthPresent":"false"}})"), without_mfa));
  EXPECT_TRUE(lets(deny(R"({"Null":{"aws:MultiFactorAuthPresent":"true"}})"), false_mfa));
}

TEST(Reference, TakesTheServicePrefixOfAnActionLiterallyUnlessLenient) {
  const std::string wild = R"({"Effect":"Allow","Action":"*:*","Resource":"*"})";
  EXPECT_TRUE(lets(wild, without_mfa, Reading::lenient));
  EXPECT_FALSE(lets(wild, without_mfa, Reading::strict));
  EXPECT_TRUE(lets(R"({"Effect":"Allow","Action":"ECR:delete*","Resource":"*"})", without_mfa));
  EXPECT_FALSE(lets(R"({"Effect":"Allow","Action":"ecr:Delete *","Resource":"*"})", without_mfa));
}

TEST(Reference, MatchesResourceArnsFieldByField) {
  const auto on = [](const std::string& resource) {
    return lets(R"({"Effect":"Allow","Action":"*","Resource":")" + resource + "\"}", deletion());
  };
  EXPECT_TRUE(on("*"));
  EXPECT_TRUE(on("arn:aws:ecr:*:*:*"));
  EXPECT_TRUE(on("arn:aws:ecr:*"));
  EXPECT_TRUE(on("arn:*"));
  EXPECT_TRUE(on("arn:aws:ecr:eu-west-?:111122223333:repository/a*"));
  EXPECT_FALSE(on("arn:aws:ecr:*/app"));
  EXPECT_FALSE(on("arn:aws:ecr:*:repository/app"));
  EXPECT_FALSE(on("arn:aws:ecr:eu-west-1:111122223333:repository/App"));
}

TEST(Reference, LetsAStarThatEndsASegmentReachBeyondTheColon) {
  const auto reaches = [](const std::string& pattern) {
    return matches_beyond_colons(*make_pattern(pattern, {true, false}, {}), repository_arn);
  };
  EXPECT_TRUE(reaches("arn:aws:ecr:*:repository/app"));
  EXPECT_TRUE(reaches("arn:aws:ecr:eu-*:repository/*"));
  EXPECT_TRUE(reaches("arn:*:repository/app"));
  EXPECT_TRUE(reaches("*:repository/app"));
  EXPECT_TRUE(reaches("arn:aws:ecr:*:*:repository/app"));
  EXPECT_TRUE(reaches("ARN:aws:ECR:*:repository/app"));
  EXPECT_FALSE(reaches("arn:aws:ecr:*:repository/App"));
  EXPECT_FALSE(reaches("arn:aws:ecr:*/app"));
  EXPECT_FALSE(reaches("arn:aws:ecr:*t-1:repository/app"));
  EXPECT_FALSE(reaches("arn:aws:s3:*:repository/app"));
  EXPECT_FALSE(reaches("arn:aws:ecr:??????????????????????:repository/app"));
  const std::string grant =
      R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:ecr:*:repository/app"})";
  EXPECT_TRUE(lets(grant, deletion(), Reading::lenient));
  EXPECT_FALSE(lets(grant, deletion(), Reading::strict));
}

TEST(Reference, TakesAVariableBeforeTheFifthColonEitherWay) {
  const auto grant = [](const std::string& resource) {
    return R"({"Effect":"Allow","Action":"*","Resource":")" + resource + "\"}";
  };
  const std::string in_account = grant("arn:aws:ecr:*:${aws:PrincipalAccount}:repository/*");
  EXPECT_TRUE(lets(in_account, deletion(), Reading::lenient));
  EXPECT_FALSE(lets(in_account, deletion(), Reading::strict));
  const std::string in_name = grant("arn:aws:ecr:*:*:repository/${aws:Nothing, 'app'}");
  EXPECT_TRUE(lets(in_name, deletion(), Reading::strict));
}

TEST(Reference, ReadsTheseClausesEitherWay) {
  const auto is_open = [](const std::string& condition, const Request& request) {
    return lets(allow(condition), request, Reading::lenient) &&
           !lets(allow(condition), request, Reading::strict);
  };
  const Request at_noon = deletion({{"aws:CurrentTime", "2026-08-22T12:00:00Z"}});
  EXPECT_TRUE(is_open(R"({"ForAnyValue:BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}})",
                      without_mfa));
  EXPECT_FALSE(is_open(R"({"ForAllValues:BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}})",
                       without_mfa));
  EXPECT_TRUE(is_open(R"({"StringEquals":{"aws:userid":[]}})", deletion()));
  EXPECT_TRUE(is_open(R"({"StringNotEquals":{"aws:userid":[]}})", deletion()));
  EXPECT_TRUE(is_open(R"({"DateLessThan":{"aws:CurrentTime":"2030"}})", at_noon));
  EXPECT_FALSE(is_open(R"({"DateGreaterThan":{"aws:CurrentTime":"2020"}})", at_noon));
  EXPECT_FALSE(is_open(R"({"DateLessThan":{"aws:CurrentTime":"2030-01"}})", at_noon));
}

TEST(Reference, GrantsTheTokenOnlyToAWildcard) {
  const auto on = [](const std::string& resource) {
    return lets(R"({"Effect":"Allow","Action":"*","Resource":")" + resource + "\"}",
                {ArnPrincipal{role_arn}, "ecr:GetAuthorizationToken", "*", {}});
  };
  EXPECT_TRUE(on("*"));
  EXPECT_TRUE(on("?"));
  EXPECT_TRUE(on("**"));
  EXPECT_FALSE(on("arn:*"));
  EXPECT_FALSE(on("arn:aws:ecr:*:*:repository/*"));
}

TEST(Reference, SubstitutesVariablesLiterally) {
  const Request tagged = deletion({{"aws:PrincipalTag/team", "*"}, {"ecr:ResourceTag/team", "x"}});
  const std::string like = R"({"StringLike":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}})";
  EXPECT_FALSE(lets(allow(like), tagged));
  EXPECT_FALSE(lets(allow(like), without_mfa));
  EXPECT_TRUE(
      lets(allow(R"({"StringLike":{"aws:ResourceTag/team":"${aws:Referer, 'x'}"}})"), tagged));
  EXPECT_TRUE(lets(allow(R"({"StringNotEquals":{"aws:userid":"${aws:Referer}"}})"), tagged));
}

TEST(Reference, ReadsSetOperatorsOverAbsentKeys) {
  EXPECT_TRUE(
      lets(allow(R"({"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a"}})"), deletion()));
  EXPECT_FALSE(
      lets(allow(R"({"ForAnyValue:StringNotEquals":{"aws:PrincipalOrgID":"o-a"}})"), deletion()));
  EXPECT_FALSE(lets(allow(R"({"StringEquals":{"aws:PrincipalOrgID":[]}})"),
                    deletion({{"aws:PrincipalOrgID", "o-a"}})));
}

TEST(Reference, KnowsWhoAResourcePolicyNames) {
  Request anonymous = deletion();
  anonymous.principal = AnonymousPrincipal{};
  Request stranger = deletion();
  stranger.principal = ArnPrincipal{"arn:aws:iam::999999999999:role/x"};
  Request service = deletion();
  service.principal = ServicePrincipal{"lambda.amazonaws.com"};
  EXPECT_TRUE(lets_in(who(R"("*")"), anonymous));
  EXPECT_TRUE(lets_in(who(R"({"AWS":["*"]})"), service));
  EXPECT_TRUE(lets_in(who(R"({"Service":"lambda.amazonaws.com"})"), service));
  EXPECT_FALSE(lets_in(who(R"({"Service":"lambda.amazonaws.com"})"), stranger));
  EXPECT_TRUE(lets_in(who(R"({"AWS":"999999999999"})"), stranger));
  EXPECT_FALSE(lets_in(who(R"({"AWS":"arn:aws:iam::999999999999:role/*"})"), stranger));
  EXPECT_FALSE(lets_in(who(R"({"AWS":"arn:aws:iam::111122223333:root"})"), deletion()));
  EXPECT_TRUE(lets_in(who(R"({"AWS":"arn:aws:iam::111122223333:role/dev"})"), deletion()));
  EXPECT_TRUE(lets_in(R"({"Effect":"Allow","Action":"*","NotPrincipal":{"AWS":"1"}})", anonymous));
  EXPECT_FALSE(lets_in(R"({"Effect":"Allow","Action":"*"})", anonymous));
}

TEST(Reference, RefusesRequestsThatCannotExist) {
  const Subject subject = role();
  const auto possible = [&](std::map<std::string, ContextValue> context) {
    return complete_context(deletion(std::move(context)), {&subject}).has_value();
  };
  EXPECT_TRUE(possible({}));
  EXPECT_FALSE(possible({{"aws:username", "dev"}}));
  EXPECT_FALSE(possible({{"aws:PrincipalAccount", "999999999999"}}));
  EXPECT_FALSE(possible({{"aws:SourceArn", "arn:aws:s3:::x"}}));
  EXPECT_FALSE(possible(
      {{"aws:MultiFactorAuthPresent", "false"}, {"aws:MultiFactorAuthAge", std::string("1")}}));
  EXPECT_FALSE(possible({{"aws:PrincipalOrgID", "o-a"},
                         {"aws:PrincipalOrgPaths", std::vector<std::string>{"o-b/r-c/"}}}));
  EXPECT_FALSE(possible({{"aws:RequestTag/x", "y"}}));
  EXPECT_FALSE(possible({{"ecr:ResourceTag/x", "y"}, {"aws:ResourceTag/X", "z"}}));
  EXPECT_FALSE(possible({{"aws:CurrentTime", "2026-01-01T00:00:00Z"}, {"aws:EpochTime", "1"}}));
  Request unlawful = deletion();
  unlawful.resource = "arn:aws:ecr:eu-west-1:111122223333:repository/App";
  EXPECT_FALSE(complete_context(unlawful, {&subject}).has_value());
}

TEST(Reference, KnowsWhichKeysAreTied) {
  const Subject subject = role();
  const auto possible = [&](std::map<std::string, ContextValue> context) {
    return complete_context(deletion(std::move(context)), {&subject}).has_value();
  };
  using Chain = std::vector<std::string>;
  EXPECT_TRUE(possible({{"aws:SourceVpce", "vpce-1"}, {"aws:VpcSourceIp", "10.0.0.1"}}));
  EXPECT_FALSE(possible({{"aws:SourceVpce", "vpce-1"}, {"aws:SourceIp", "203.0.113.9"}}));
  EXPECT_FALSE(possible({{"aws:VpceAccount", "111122223333"}, {"aws:SourceIp", "203.0.113.9"}}));
  EXPECT_TRUE(possible({{"aws:CalledVia", Chain{"a", "b"}}, {"aws:CalledViaLast", "b"}}));
  EXPECT_FALSE(possible({{"aws:CalledVia", Chain{"a", "b"}}, {"aws:CalledViaFirst", "b"}}));
  EXPECT_FALSE(possible({{"aws:CalledVia", Chain{"a"}}, {"aws:ViaAWSService", "false"}}));
  EXPECT_TRUE(possible({{"aws:userid", "AROA1:ci"}}));
  EXPECT_FALSE(possible({{"aws:userid", "AIDA1"}}));
  EXPECT_FALSE(possible({{"aws:AssumedRoot", "true"}}));
  const Request from_endpoint = deletion({{"aws:SourceVpce", "vpce-1"}});
  EXPECT_TRUE(complete_context(from_endpoint, {&subject})->contains("aws:sourcevpc"));
}

TEST(Reference, KnowsWhoCarriesKeysOfOtherServices) {
  const Subject subject = repository();
  const auto possible = [&](const Principal& principal, const std::string& key, bool open = true) {
    Request request = deletion({{key, "x"}});
    request.principal = principal;
    return complete_context(request, {&subject, nullptr, open}).has_value();
  };
  const ArnPrincipal user{"arn:aws:iam::999999999999:user/x"};
  const ArnPrincipal federated{"arn:aws:sts::999999999999:federated-user/x"};
  const ArnPrincipal session{"arn:aws:sts::999999999999:assumed-role/x/s"};
  EXPECT_TRUE(possible(ArnPrincipal{role_arn}, "Lambda:SourceFunctionArn"));
  EXPECT_TRUE(possible(session, "ec2:RoleDelivery"));
  EXPECT_FALSE(possible(user, "lambda:SourceFunctionArn"));
  EXPECT_FALSE(possible(federated, "identitystore:UserId"));
  EXPECT_FALSE(possible(AnonymousPrincipal{}, "glue:RoleAssumedBy"));
  EXPECT_FALSE(possible(user, "s3:prefix"));
  EXPECT_TRUE(possible(user, "acme:Tier"));
  EXPECT_FALSE(possible(user, "acme:Tier", false));
  EXPECT_TRUE(possible(ServicePrincipal{"a.b.amazonaws.com.cn"}, "aws:Referer"));
  EXPECT_TRUE(possible(ServicePrincipal{"a.example.net"}, "aws:Referer"));
  EXPECT_FALSE(possible(ServicePrincipal{"a.example.net"}, "aws:Referer", false));
  EXPECT_FALSE(possible(ServicePrincipal{"a"}, "aws:Referer"));
}

TEST(Reference, AuthorizesAPathThatIsNotKnownByWhatHoldsForAll) {
  Subject subject = role();
  subject.path_is_known = false;
  Documents documents;
  documents.identity.push_back(*read_document(
      policy(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), PolicyKind::identity));
  const auto violation = [&](const std::string& pattern, Reading reading) {
    Guardrail guardrail;
    guardrail.identity_actions = {"ecr:DeleteRepository"};
    guardrail.authorized_principals = {pattern};
    return replay_witness(deletion(), subject, documents, guardrail, reading).has_value();
  };
  for (const char* all : {"arn:aws:iam::*:role/*", "arn:aws:iam::*:role/*dev", "111122223333"}) {
    EXPECT_FALSE(violation(all, Reading::lenient)) << all;
  }
  for (const char* some : {"arn:aws:iam::*:role/dev", "arn:aws:iam::*:role/*/dev",
                           "arn:aws:iam::*:role/x/*", "arn:aws:iam::*:role/?*/dev"}) {
    EXPECT_TRUE(violation(some, Reading::lenient)) << some;
    EXPECT_FALSE(violation(some, Reading::strict)) << some;
  }
  for (const char* none : {"arn:aws:iam::*:role/dex", "arn:aws:iam::*:user/*dev"}) {
    EXPECT_TRUE(violation(none, Reading::strict)) << none;
  }
}

TEST(Reference, SeesWitnessesThatNobodyWouldSend) {
  const auto odd = [](Request request, const std::string& condition) {
    const Document document = *read_document(policy(allow(condition)), PolicyKind::identity);
    const auto shows = [&](const Request& one) {
      const auto context = complete_context(one, {});
      return context &&
             allowed_alone(one, *context, document, PolicyKind::identity, Reading::strict);
    };
    EXPECT_TRUE(shows(request)) << condition;
    return find_oddity(request, clauses_of({&document}, nullptr), shows).has_value();
  };
  const std::string any = R"({"Null":{"aws:userid":"false"}})";
  Request nameless = deletion();
  nameless.resource = "arn:aws:ecr:eu-west-1:111122223333:repository/";
  EXPECT_TRUE(odd(nameless, any));
  Request elsewhere = deletion();
  elsewhere.resource = "arn:aws-cn:ecr:eu-west-1:111122223333:repository/app";
  EXPECT_FALSE(odd(elsewhere, R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})"));
  EXPECT_TRUE(odd(elsewhere, any));
  EXPECT_FALSE(odd(deletion(), any));
  const std::string above = R"({"NumericGreaterThan":{"aws:PrincipalTag/n":"3"}})";
  EXPECT_FALSE(odd(deletion({{"aws:PrincipalTag/n", "4"}}), above));
  const std::string unlike = R"({"NumericNotEquals":{"aws:PrincipalTag/n":"3"}})";
  EXPECT_TRUE(odd(deletion({{"aws:PrincipalTag/n", "x"}}), unlike));
  const std::string anything = R"({"StringLike":{"aws:PrincipalTag/n":"*"}})";
  EXPECT_FALSE(odd(deletion({{"aws:PrincipalTag/n", "x"}}), anything));
  const std::string in_list = R"({"ForAnyValue:StringLike":{"glue:RoleAssumedBy":"*"}})";
  EXPECT_TRUE(odd(deletion({{"glue:RoleAssumedBy", std::vector<std::string>{"x"}}}), in_list));
}

TEST(Reference, CallsTheseDocumentsMalformed) {
  const auto malformed = [](const std::string& statement) {
    return !read_document(policy(statement), PolicyKind::identity).has_value();
  };
  EXPECT_FALSE(malformed(R"({"Effect":"Allow","Action":"*","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"allow","Action":"*","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","action":"*","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","Action":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","Action":"ecr","Resource":"*"})"));
  EXPECT_TRUE(malformed(R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"})"));
  EXPECT_TRUE(malformed(allow(R"({"NullIfExists":{"aws:userid":"true"}})")));
  EXPECT_TRUE(malformed(allow(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"abc"}})")));
  EXPECT_TRUE(malformed(allow(R"({"StringEquals":{"aws:userid":"a","AWS:UserId":"b"}})")));
  EXPECT_TRUE(malformed(allow(R"({"StringIs":{"aws:userid":"a"}})")));
}

TEST(Reference, KnowsWhichListsMatchEveryText) {
  const auto every = [](const std::vector<std::string>& texts) {
    std::vector<Pattern> patterns;
    for (const std::string& text : texts) patterns.push_back(*make_pattern(text, {true, true}, {}));
    return match_every_text(patterns);
  };
  EXPECT_TRUE(every({"*"}));
  EXPECT_TRUE(every({"?*"}));
  EXPECT_TRUE(every({"?", "??*"}));
  EXPECT_FALSE(every({"?", "???*"}));
  EXPECT_FALSE(every({"a*", "??*"}));
  EXPECT_FALSE(every({}));
}

TEST(Reference, ReadsOneInstantInBothSpellings) {
  EXPECT_EQ(read_instant("2026-01-01T00:00:00Z"), read_instant("1767225600"));
  EXPECT_EQ(read_instant("2026-01-01"), read_instant("2026-01-01T02:00:00+02:00"));
  EXPECT_EQ(read_instant("2026-01"), read_instant("2026-01-01"));
  EXPECT_FALSE(read_instant("2026-13-01"));
  EXPECT_FALSE(read_instant("2026-02-29"));
  EXPECT_FALSE(read_instant("tomorrow"));
}

TEST(Reference, SeesStrangersThroughATagGuard) {
  Guardrail guardrail;
  guardrail.identity_actions = {"ecr:DeleteRepository"};
  guardrail.accepted_when = {{{}, {"ecr:ResourceTag/*"}}};
  const Subject subject = role();
  const auto violation = [&](const std::string& condition, const std::string& team) {
    Documents documents;
    documents.identity.push_back(*read_document(policy(allow(condition)), PolicyKind::identity));
    const Request request = deletion({{"ecr:ResourceTag/team", team}});
    return violates(request, subject, documents, guardrail, Reading::strict).has_value();
  };
  EXPECT_FALSE(violation(R"({"StringEquals":{"ecr:ResourceTag/team":"a"}})", "a"));
  EXPECT_FALSE(violation(R"({"StringLike":{"aws:ResourceTag/team":"a*"}})", "ab"));
  EXPECT_TRUE(violation(R"({"StringLike":{"aws:ResourceTag/team":["?","??*"]}})", "ab"));
  EXPECT_TRUE(violation(R"({"StringNotEquals":{"aws:ResourceTag/team":"prod"}})", "ab"));
}

}  // namespace
}  // namespace auditor::reference::reference_test
