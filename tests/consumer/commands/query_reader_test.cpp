#include "consumer/commands/query_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace auditor::question_reader_test {
namespace {

constexpr auto role = R"("subject":{"type":"role","arn":"arn:aws:iam::111122223333:role/dev"})";
constexpr auto repository =
    R"("subject":{"type":"repository","arn":"arn:aws:ecr:eu-west-1:111122223333:repository/a"})";
constexpr auto policy = R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

ExplainLine explain(const std::string& members) {
  QueryReader reader;
  return reader.read_explain("{" + members + "}");
}

CompareLine compare_line(const std::string& members) {
  QueryReader reader;
  return reader.read_compare("{" + members + "}");
}

TEST(ExplainLine, ReadsTheSubjectFromItsArn) {
  const ExplainLine line = explain(std::string(R"("id":"1",)") + repository);
  EXPECT_EQ(line.error, "");
  EXPECT_EQ(line.id, "1");
  EXPECT_EQ(line.subject.type, EntityKind::repository);
  EXPECT_EQ(line.subject.account, "111122223333");
  EXPECT_EQ(line.subject.region, "eu-west-1");
}

TEST(ExplainLine, TakesAPolicyAsAnObjectOrAsText) {
  const ExplainLine line =
      explain(std::string(role) + R"(,"identity_policies":[)" + policy +
              R"(,"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"])");
  ASSERT_EQ(line.error, "");
  ASSERT_EQ(line.identity_policies.size(), 2u);
  ASSERT_TRUE(line.identity_policies[0].has_value());
  ASSERT_TRUE(line.identity_policies[1].has_value());
  EXPECT_EQ(line.identity_policies[1]->statements[0].effect, Effect::deny);
}

// The line itself is well formed: the policy is what cannot be judged.
TEST(ExplainLine, AMalformedPolicyIsNoErrorOfTheLine) {
  for (const char* bad :
       {R"("nonsense")", "1", "[]", "{}", "null", R"({"Statement":[],"Statement":[]})"}) {
    const ExplainLine line = explain(std::string(role) + R"(,"identity_policies":[)" + bad + "]");
    EXPECT_EQ(line.error, "") << bad;
    ASSERT_EQ(line.identity_policies.size(), 1u) << bad;
    EXPECT_FALSE(line.identity_policies[0].has_value()) << bad;
  }
}

TEST(ExplainLine, ANullBoundaryIsNone) {
  EXPECT_FALSE(explain(std::string(role) + R"(,"permissions_boundary":null)").permissions_boundary);
  const ExplainLine line = explain(std::string(role) + R"(,"permissions_boundary":)" + policy);
  EXPECT_TRUE(line.permissions_boundary.has_value());
}

TEST(ExplainLine, PutsTheRepositorysPolicyBeforeTheRegistrys) {
  const std::string open = R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]})";
  const ExplainLine both = explain(std::string(repository) + R"(,"registry_policy":)" + open +
                                   R"(,"resource_policy":{"Statement":[]})");
  ASSERT_EQ(both.resource_policies.size(), 2u);
  EXPECT_TRUE(both.resource_policies[0]->statements.empty());
  EXPECT_EQ(both.resource_policies[1]->statements.size(), 1u);
  const ExplainLine registry_only =
      explain(std::string(repository) + R"(,"registry_policy":)" + open);
  ASSERT_EQ(registry_only.resource_policies.size(), 2u);
  EXPECT_TRUE(registry_only.resource_policies[0]->statements.empty());
}

TEST(ExplainLine, RefusesPoliciesOfTheOtherKind) {
  EXPECT_NE(explain(std::string(role) + R"(,"resource_policy":)" + policy).error, "");
  EXPECT_NE(explain(std::string(repository) + R"(,"identity_policies":[)" + policy + "]").error,
            "");
  EXPECT_NE(explain(std::string(repository) + R"(,"permissions_boundary":)" + policy).error, "");
}

TEST(ExplainLine, NamesTheNearestKeyOfAnUnknownOne) {
  const ExplainLine line = explain(std::string(role) + R"(,"identity_policy":[])");
  EXPECT_NE(line.error.find("`identity_policies`"), std::string::npos) << line.error;
  EXPECT_NE(
      explain(R"("subject":{"type":"rol","arn":"arn:aws:iam::1:role/x"})").error.find("`role`"),
      std::string::npos);
}

TEST(ExplainLine, RefusesARepeatedKey) {
  EXPECT_NE(explain(std::string(role) + R"(,"identity_policies":[],"identity_policies":[])").error,
            "");
}

TEST(ExplainLine, RefusesASubjectThatIsNone) {
  for (const char* members :
       {"", R"("id":1)", R"("subject":null)", R"("subject":{"type":"role"})",
        R"("subject":{"arn":"arn:aws:iam::1:role/x"})", R"("subject":{"type":"role","arn":"dev"})",
        R"("subject":{"type":"role","arn":"urn:aws:iam::1:role/x"})",
        R"("subject":{"type":1,"arn":"arn:aws:iam::1:role/x"})"}) {
    EXPECT_NE(explain(members).error, "") << members;
  }
}

TEST(ExplainLine, RefusesIdentityPoliciesThatAreNoList) {
  EXPECT_NE(explain(std::string(role) + R"(,"identity_policies":)" + policy).error, "");
}

TEST(ExplainLine, EchoesAnyId) {
  for (const char* id : {"7", R"("x")", "null", R"({"a":[1]})", "1.5"}) {
    const ExplainLine line = explain(R"("id":)" + std::string(id) + "," + role);
    EXPECT_EQ(line.id.dump(), id);
  }
  EXPECT_TRUE(explain(role).id.is_null());
  EXPECT_EQ(explain(R"("id":"kept","subject":1)").id, "kept");  // also when the line is refused
}

TEST(QueryReader, ReadsTheNextLineAfterABadOne) {
  QueryReader reader;
  for (const char* bad : {"", "{", "null", "[]", "\xff", "{}x"}) {
    EXPECT_NE(reader.read_explain(bad).error, "") << bad;
    EXPECT_NE(reader.read_compare(bad).error, "") << bad;
  }
  EXPECT_EQ(reader.read_explain("{" + std::string(role) + "}").error, "");
}

TEST(QueryReader, LengthAndDepthOfALineAreBounded) {
  QueryReader reader;
  EXPECT_NE(reader.read_explain(std::string(query_bytes_max + 1, ' ')).error, "");
  EXPECT_NE(reader.read_explain(std::string(1 << 20, '[')).error, "");
  EXPECT_NE(reader.read_explain(R"({"id":)" + std::string(1 << 20, '[')).error, "");
}

TEST(CompareLine, ReadsBothDocuments) {
  const CompareLine line = compare_line(std::string(R"("id":1,"type":"identity","reference":)") +
                                        policy + R"(,"candidate":"{\"Statement\":[]}")");
  EXPECT_EQ(line.error, "");
  EXPECT_EQ(line.kind, PolicyKind::identity);
  EXPECT_EQ(line.reference->statements.size(), 1u);
  EXPECT_TRUE(line.candidate->statements.empty());
}

TEST(CompareLine, ReadsTheGrammarOfItsType) {
  const std::string open = R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]})";
  const std::string documents = R"(,"reference":)" + open + R"(,"candidate":)" + open;
  EXPECT_TRUE(compare_line(R"("type":"resource")" + documents).candidate.has_value());
  EXPECT_FALSE(compare_line(R"("type":"identity")" + documents).candidate.has_value());
}

TEST(CompareLine, RefusesWhatIsMissingOrUnknown) {
  const std::string documents =
      std::string(R"(,"reference":)") + policy + R"(,"candidate":)" + policy;
  EXPECT_NE(compare_line(R"("type":"both")" + documents).error, "");
  EXPECT_NE(compare_line(R"("id":1)" + documents).error, "");
  EXPECT_NE(compare_line(std::string(R"("type":"identity","reference":)") + policy).error, "");
  EXPECT_NE(compare_line(R"("type":"identity","kind":1)" + documents).error, "");
}

}  // namespace
}  // namespace auditor::question_reader_test
