#include "evaluator/policy/policy_document.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace auditor::policy_document_test {
namespace {

auto identity(std::string_view json) { return parse_policy_document(json, PolicyKind::identity); }
auto resource(std::string_view json) { return parse_policy_document(json, PolicyKind::resource); }

std::string document(const std::string& statement) {
  return R"({"Version":"2012-10-17","Statement":[{)" + statement + "}]}";
}

// A valid identity statement with something more in it.
std::string with(const std::string& more) {
  return document(R"("Effect":"Allow","Action":"ecr:*","Resource":"*",)" + more);
}

std::string condition(const std::string& block) { return with("\"Condition\":" + block); }

std::string error(std::string_view json, PolicyKind kind = PolicyKind::identity) {
  const auto parsed = parse_policy_document(json, kind);
  return parsed ? "" : parsed.error().message;
}

TEST(PolicyDocument, TakesAnObjectOrAListOfStatements) {
  const auto one = identity(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}})");
  ASSERT_TRUE(one.has_value());
  ASSERT_EQ(one->statements.size(), 1u);
  EXPECT_EQ(json_pointer(one->statements[0]), "/Statement");
  const auto two = identity(
      R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"ecr:*","Resource":"*"},
          {"Effect":"Deny","NotAction":["ecr:*","s3:*"],"NotResource":["a:b","c"]}]})");
  ASSERT_TRUE(two.has_value()) << two.error().message;
  ASSERT_EQ(two->statements.size(), 2u);
  EXPECT_EQ(two->statements[0].sid, "A");
  EXPECT_EQ(json_pointer(two->statements[1]), "/Statement/1");
  EXPECT_EQ(two->statements[1].effect, Effect::deny);
  EXPECT_TRUE(two->statements[1].action.negated);
  EXPECT_EQ(two->statements[1].action.texts, (std::vector<std::string>{"ecr:*", "s3:*"}));
  EXPECT_TRUE(two->statements[1].resource->negated);
}

TEST(PolicyDocument, OfNoStatementsAllowsNothing) {
  const auto parsed = identity(R"({"Statement":[]})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(parsed->statements.empty());
}

TEST(PolicyDocument, VariablesNeedTheNewVersion) {
  EXPECT_TRUE(identity(R"({"Version":"2012-10-17","Statement":[]})")->has_variables);
  EXPECT_FALSE(identity(R"({"Version":"2008-10-17","Statement":[]})")->has_variables);
  EXPECT_FALSE(identity(R"({"Statement":[]})")->has_variables);
  for (const char* version :
       {R"("2012-10-18")", R"("")", "20121017", "null", R"(["2012-10-17"])"}) {
    EXPECT_FALSE(identity(std::string(R"({"Version":)") + version + R"(,"Statement":[]})"))
        << version;
  }
}

TEST(PolicyDocument, UnclosedVariableIsPlainTextInAnOldDocument) {
  const std::string statement = R"("Statement":{"Effect":"Allow","Action":"*","Resource":"${a"}})";
  EXPECT_TRUE(identity(R"({"Version":"2008-10-17",)" + statement).has_value());
  EXPECT_FALSE(identity(R"({"Version":"2012-10-17",)" + statement).has_value());
}

TEST(PolicyDocument, EffectIsExactlyAllowOrDeny) {
  for (const char* effect :
       {R"("allow")", R"("DENY")", R"("Allow ")", R"("")", "true", "null", R"(["Allow"])"}) {
    EXPECT_FALSE(identity(
        document(std::string(R"("Effect":)") + effect + R"(,"Action":"*","Resource":"*")")))
        << effect;
  }
  EXPECT_FALSE(identity(document(R"("Action":"*","Resource":"*")")));
}

TEST(PolicyDocument, ElementNamesAreExact) {
  for (const char* more : {R"("sid":"x")", R"("Conditions":{})", R"("condition":{})",
                           R"("NotEffect":"Deny")", R"("":"")", R"("Version":"2012-10-17")"}) {
    EXPECT_FALSE(identity(with(more))) << more;
  }
  EXPECT_FALSE(identity(R"({"version":"2012-10-17","Statement":[]})"));
  EXPECT_NE(error(with(R"("Conditon":{})")).find("`Condition`"), std::string::npos);
}

TEST(PolicyDocument, ARepeatedKeyIsMalformedAlsoWhenItIsEscaped) {
  for (const char* more : {R"("Effect":"Deny")", R"("Resource":"*")", R"("\u0045ffect":"Deny")",
                           R"("Actio\u006e":"s3:*")"}) {
    EXPECT_FALSE(identity(with(more))) << more;
  }
  EXPECT_FALSE(identity(R"({"Statement":[],"Statement":[]})"));
  EXPECT_FALSE(identity(R"({"Statement":[],"\u0053tatement":[]})"));
  EXPECT_FALSE(identity(condition(R"({"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}})")));
  EXPECT_FALSE(identity(condition(R"({"Bool":{"a:b":"true"},"\u0042ool":{"a:c":"true"}})")));
  EXPECT_FALSE(
      resource(document(R"("Effect":"Allow","Action":"ecr:*","Principal":{"AWS":"1","AWS":"2"})")));
}

TEST(PolicyDocument, OneConditionKeyTwiceInOneOperatorIsMalformedAlsoInAnotherCase) {
  EXPECT_FALSE(identity(condition(R"({"Bool":{"a:b":"true","a:b":"false"}})")));
  EXPECT_FALSE(identity(condition(R"({"Bool":{"a:b":"true","A:B":"false"}})")));
  EXPECT_FALSE(identity(condition(R"({"Bool":{"a:b":"true","a:\u0042":"false"}})")));
  EXPECT_TRUE(identity(condition(R"({"Bool":{"a:b":"true"},"Null":{"a:b":"false"}})")));
}

TEST(PolicyDocument, DecodesEscapesBeforeItReads) {
  const auto parsed = identity(
      R"({"\u0053tatement":{"Effect":"\u0041llow","Action":"ecr:\u002a","Resource":"\u002A"}})");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(parsed->statements[0].action.texts[0], "ecr:*");
  EXPECT_EQ(parsed->statements[0].resource->texts[0], "*");
}

TEST(PolicyDocument, NeedsExactlyOneOfActionAndNotAction) {
  EXPECT_FALSE(identity(document(R"("Effect":"Allow","Resource":"*")")));
  EXPECT_FALSE(identity(with(R"("NotAction":"s3:*")")));
}

TEST(PolicyDocument, NeedsExactlyOneOfResourceAndNotResourceInAnIdentityPolicy) {
  EXPECT_FALSE(identity(document(R"("Effect":"Allow","Action":"*")")));
  EXPECT_FALSE(identity(with(R"("NotResource":"*")")));
  EXPECT_TRUE(resource(document(R"("Effect":"Allow","Action":"*","Principal":"*")")));
  EXPECT_FALSE(resource(document(
      R"("Effect":"Allow","Action":"*","Principal":"*","Resource":"*","NotResource":"*")")));
}

TEST(PolicyDocument, AnActionNamesAServiceOrIsAStar) {
  for (const char* action : {"ecr", "**", "?", "", "ecr*"}) {
    EXPECT_FALSE(identity(
        document(R"("Effect":"Allow","Resource":"*","Action":")" + std::string(action) + "\"")))
        << action;
  }
  // White space matches nothing, so it is read and grants nothing.
  EXPECT_TRUE(
      identity(document(R"("Effect":"Allow","Resource":"*","Action":["*","ecr: x","a b"])")));
}

TEST(PolicyDocument, ListsHoldTextsOnly) {
  for (const char* value : {"1", "null", "{}", "[1]", "[[\"*\"]]", "[null]", "true"}) {
    EXPECT_FALSE(
        identity(document(R"("Effect":"Allow","Action":"*","Resource":)" + std::string(value))))
        << value;
  }
}

TEST(PolicyDocument, PrincipalInAnIdentityPolicyIsMalformed) {
  EXPECT_FALSE(identity(with(R"("Principal":"*")")));
  EXPECT_FALSE(identity(with(R"("NotPrincipal":{"AWS":"1"})")));
}

TEST(PolicyDocument, ReadsEveryFormOfEveryone) {
  for (const char* principal : {R"("*")", R"({"AWS":"*"})", R"({"AWS":["1","*"]})"}) {
    const auto parsed = resource(
        document(R"("Effect":"Allow","Action":"*","Principal":)" + std::string(principal)));
    ASSERT_TRUE(parsed.has_value()) << principal;
    EXPECT_TRUE(parsed->statements[0].principal->everyone) << principal;
  }
}

TEST(PolicyDocument, KeepsPrincipalsByKind) {
  const auto parsed = resource(document(
      R"("Effect":"Deny","Action":"*","NotPrincipal":{"AWS":["arn:aws:iam::1:role/*","111122223333"],
         "Service":"lambda.amazonaws.com","Federated":"*","CanonicalUser":"c"})"));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const PrincipalElement& principal = *parsed->statements[0].principal;
  EXPECT_TRUE(principal.negated);
  EXPECT_FALSE(principal.everyone);
  EXPECT_EQ(principal.aws.size(), 2u);
  EXPECT_EQ(principal.service, std::vector<std::string>{"lambda.amazonaws.com"});
  EXPECT_EQ(principal.federated, std::vector<std::string>{"*"});
  EXPECT_EQ(principal.canonical_user, std::vector<std::string>{"c"});
}

TEST(PolicyDocument, RefusesOtherPrincipals) {
  for (const char* principal : {R"("111122223333")", R"({"aws":"*"})", R"({"AWS":1})", "null",
                                R"(["*"])", R"({"Everyone":"*"})"}) {
    EXPECT_FALSE(resource(
        document(R"("Effect":"Allow","Action":"*","Principal":)" + std::string(principal))))
        << principal;
  }
  EXPECT_FALSE(resource(
      document(R"("Effect":"Allow","Action":"*","Principal":"*","NotPrincipal":{"AWS":"1"})")));
}

TEST(PolicyDocument, AResourceStatementMayLackAPrincipal) {
  const auto parsed = resource(document(R"("Effect":"Allow","Action":"*")"));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->statements[0].principal.has_value());
}

TEST(PolicyDocument, ConditionValuesMayBeUnquoted) {
  const auto parsed = identity(condition(
      R"({"Bool":{"a:b":true},"NumericLessThan":{"a:c":[1,-2,2.5,"3"]},"StringEquals":{"a:d":false}})"));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto& conditions = parsed->statements[0].conditions;
  ASSERT_EQ(conditions.size(), 3u);
  EXPECT_EQ(conditions[0].values, std::vector<std::string>{"true"});
  EXPECT_EQ(conditions[1].values, (std::vector<std::string>{"1", "-2", "2.5", "3"}));
  EXPECT_EQ(conditions[2].values, std::vector<std::string>{"false"});
}

TEST(PolicyDocument, ConditionValuesAreNothingElse) {
  for (const char* value : {"null", "{}", "[null]", "[[\"x\"]]"}) {
    EXPECT_FALSE(identity(condition(R"({"StringEquals":{"a:b":)" + std::string(value) + "}}")))
        << value;
  }
}

TEST(PolicyDocument, NumbersHaveAtMostFifteenDigits) {
  EXPECT_TRUE(identity(condition(R"({"NumericEquals":{"a:b":999999999999999}})")));
  EXPECT_FALSE(identity(condition(R"({"NumericEquals":{"a:b":1000000000000001}})")));
  EXPECT_FALSE(identity(condition(R"({"NumericEquals":{"a:b":"1000000000000001"}})")));
  EXPECT_FALSE(identity(condition(R"({"NumericEquals":{"a:b":18446744073709551615}})")));
}

TEST(PolicyDocument, AnEmptyConditionIsNone) {
  const auto parsed = identity(condition("{}"));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(parsed->statements[0].conditions.empty());
  EXPECT_TRUE(identity(condition(R"({"Bool":{}})")));
  EXPECT_FALSE(identity(condition(R"({"Boole":{}})")));
}

TEST(PolicyDocument, ConditionsAreObjects) {
  for (const char* block : {"[]", "null", R"("x")", R"({"Bool":[]})", R"({"Bool":"true"})"}) {
    EXPECT_FALSE(identity(condition(block))) << block;
  }
}

TEST(PolicyDocument, SaysWhereItStopped) {
  EXPECT_NE(error(R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
                     {"Effect":"Allow","Action":"*"}]})")
                .find("statement 1"),
            std::string::npos);
}

TEST(PolicyDocument, RefusesWhatIsNoJsonObject) {
  for (const char* json :
       {"", " ", "null", "[]", "\"x\"", "{", "{}", R"({"Statement":)", R"({"Statement":[]} x)",
        R"({"Statement":[],})", R"({'Statement':[]})", R"({"Statement":null})",
        R"({"Statement":[null]})", R"({"Statement":["x"]})", "\xff\xfe",
        R"({"Statement":[],"Id":"\ud800"})"}) {
    EXPECT_FALSE(identity(json).has_value()) << json;
    EXPECT_FALSE(error(json).empty()) << json;
  }
}

TEST(PolicyDocument, RefusesBytesThatAreNotUtf8) {
  EXPECT_FALSE(identity(with("\"Sid\":\"\xff\"")));
  EXPECT_FALSE(identity(with("\"Sid\":\"\xf4\x90\x80\x80\"")));
}

TEST(PolicyDocument, SizeIsBounded) {
  const std::string open = R"({"Id":")";
  const std::string close = R"(","Statement":[]})";
  const std::string fill(policy_bytes_max - open.size() - close.size(), 'x');
  EXPECT_TRUE(identity(open + fill + close).has_value());
  EXPECT_FALSE(identity(open + fill + "x" + close).has_value());
}

TEST(PolicyDocument, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_FALSE(identity(R"({"Statement":)" + deep).has_value());
  EXPECT_FALSE(identity(R"({"Statement":)" + deep + std::string(100'000, ']') + "}").has_value());
}

TEST(PolicyDocument, NumberOfStatementsIsBounded) {
  const std::string one = R"({"Effect":"Deny","Action":"*","Resource":"*"})";
  std::string all = R"({"Statement":[)" + one;
  for (std::size_t i = 1; i < policy_statements_max; ++i) all += "," + one;
  const auto most = identity(all + "]}");
  ASSERT_TRUE(most.has_value()) << most.error().message;
  EXPECT_EQ(most->statements.size(), policy_statements_max);
  EXPECT_FALSE(identity(all + "," + one + "]}").has_value());
}

TEST(PolicyDocument, ManyConditionsAreRefusedBeforeTheyTakeLong) {
  std::string keys;
  for (int i = 0; i < 20'000; ++i) {
    keys += std::string(i == 0 ? "" : ",") + "\"a:" + std::to_string(i) + R"(":"x")";
  }
  EXPECT_FALSE(identity(condition(R"({"StringEquals":{)" + keys + "}}")).has_value());
}

TEST(PolicyDocument, AGoodDocumentIsReadAfterABadOne) {
  const std::string good = with(R"("Sid":"x")");
  ASSERT_TRUE(identity(good).has_value());
  EXPECT_FALSE(identity("{").has_value());
  EXPECT_TRUE(identity(good).has_value());
}

}  // namespace
}  // namespace auditor::policy_document_test
