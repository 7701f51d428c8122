#include "evaluator/symbolic/symbolic_request.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/text/ascii_case.h"

namespace auditor::world_test {
namespace {

constexpr PrincipalKind kinds[] = {PrincipalKind::role,      PrincipalKind::user,
                                   PrincipalKind::root,      PrincipalKind::session,
                                   PrincipalKind::service,   PrincipalKind::federated,
                                   PrincipalKind::anonymous, PrincipalKind::federated_user};

bool has_arn(PrincipalKind kind) {
  return kind != PrincipalKind::service && kind != PrincipalKind::federated &&
         kind != PrincipalKind::anonymous;
}

RequestEnv env_of(PrincipalKind kind) {
  RequestEnv env;
  env.principal = kind;
  env.account = "111122223333";
  env.action = "ecr:deleterepository";
  env.resource = RequestEnv::Resource::repository;
  if (kind == PrincipalKind::session) {
    env.principal_arn = "arn:aws:iam::111122223333:role/dev";
    env.session_arn = "arn:aws:sts::111122223333:assumed-role/dev/s";
  }
  return env;
}

// An environment, and wishes about its keys: is there a request that fulfils them?
class Wishes {
 public:
  explicit Wishes(RequestEnv env) : request_(problem_, std::move(env)) {}

  Wishes& is_present(const std::string& key, bool positive = true) {
    return add(key, {.ask = Ask::present, .predicate = nullptr, .positive = positive});
  }
  Wishes& is_absent(const std::string& key) { return is_present(key, false); }
  Wishes& is(const std::string& key, const std::string& glob, bool inside = true) {
    const KeyReading reading = read(key);
    problem_.predicates.push_back(
        text_predicate(reading.projection, {make_pattern(glob, Matching::glob)}));
    return add(key, {.ask = inside ? Ask::inside : Ask::outside,
                     .predicate = &problem_.predicates.back(),
                     .positive = true});
  }
  Wishes& is_not(const std::string& key, const std::string& glob) { return is(key, glob, false); }

  std::optional<Request> request() {
    Budget budget;
    const Solution solution = solve(problem_, wishes_, budget);
    EXPECT_NE(solution.kind, Solution::Kind::unknown) << solution.reason;
    if (solution.kind != Solution::Kind::satisfiable) return std::nullopt;
    return request_.concrete(solution.model);
  }
  bool can_be() { return request().has_value(); }

  KeyReading read(const std::string& key) { return request_.key(to_lower(key), key, false); }
  const SymbolicRequest& symbolic() const { return request_; }

 private:
  Wishes& add(const std::string& key, Constraint constraint) {
    const KeyReading reading = read(key);
    constraint.element = reading.element;
    wishes_.push_back({{.variable = reading.variable, .constraint = constraint}});
    return *this;
  }

  Problem problem_;
  SymbolicRequest request_;
  std::vector<Clause> wishes_;
};

bool can_be_present(PrincipalKind kind, const std::string& key) {
  return Wishes(env_of(kind)).is_present(key).can_be();
}
bool can_be_absent(PrincipalKind kind, const std::string& key) {
  return Wishes(env_of(kind)).is_absent(key).can_be();
}

TEST(SymbolicRequest, OnlyPrincipalsWithAnArnHaveArnOrganizationTagsAndMfa) {
  for (const PrincipalKind kind : kinds) {
    for (const char* key : {"aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
                            "aws:PrincipalTag/team", "aws:MultiFactorAuthPresent",
                            "aws:MultiFactorAuthAge", "aws:TokenIssueTime"}) {
      // GetFederationToken takes no second factor.
      const bool is_without_mfa = kind == PrincipalKind::federated_user &&
                                  std::string_view(key) == "aws:MultiFactorAuthAge";
      EXPECT_EQ(can_be_present(kind, key), has_arn(kind) && !is_without_mfa)
          << static_cast<int>(kind) << " " << key;
    }
  }
}

TEST(SymbolicRequest, AccountIsTheArnsFifthField) {
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role))
                   .is("aws:PrincipalArn", "arn:aws:iam::111122223333:*")
                   .is_not("aws:PrincipalAccount", "111122223333")
                   .can_be());
  const auto request =
      Wishes(env_of(PrincipalKind::role)).is("aws:PrincipalAccount", "444455556666").request();
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE(std::get<ArnPrincipal>(request->principal)
                  .arn.starts_with("arn:aws:iam::444455556666:role/"));
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role)).is("aws:PrincipalAccount", "1234").can_be());
}

TEST(SymbolicRequest, AccountOfAnonymousIsAWordAndOfAServiceNothing) {
  EXPECT_TRUE(
      Wishes(env_of(PrincipalKind::anonymous)).is("aws:PrincipalAccount", "anonymous").can_be());
  EXPECT_FALSE(can_be_absent(PrincipalKind::anonymous, "aws:PrincipalAccount"));
  EXPECT_FALSE(can_be_present(PrincipalKind::service, "aws:PrincipalAccount"));
}

TEST(SymbolicRequest, UserNameIsThereForUsersOnlyAndEndsTheirArn) {
  for (const PrincipalKind kind : kinds) {
    EXPECT_EQ(can_be_present(kind, "aws:username"), kind == PrincipalKind::user);
  }
  EXPECT_FALSE(can_be_absent(PrincipalKind::user, "aws:username"));
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::user))
                   .is("aws:username", "alice")
                   .is_not("aws:PrincipalArn", "*alice")
                   .can_be());
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::user)).is("aws:username", "a/b").can_be());
}

TEST(SymbolicRequest, OrganizationPathBeginsWithItsId) {
  for (const bool id_first : {true, false}) {
    Wishes wishes(env_of(PrincipalKind::role));
    if (id_first) wishes.read("aws:PrincipalOrgID");
    wishes.is("aws:PrincipalOrgPaths", "o-a/*").is_not("aws:PrincipalOrgID", "o-a");
    EXPECT_FALSE(wishes.can_be());
  }
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role))
                   .is_present("aws:PrincipalOrgPaths")
                   .is_absent("aws:PrincipalOrgID")
                   .can_be());
  EXPECT_TRUE(can_be_absent(PrincipalKind::role, "aws:PrincipalOrgID"));
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role)).is("aws:PrincipalOrgPaths", "o-a").can_be());
}

TEST(SymbolicRequest, MfaAgeIsThereExactlyWhenMfaIsTrue) {
  constexpr auto mfa = "aws:MultiFactorAuthPresent";
  constexpr auto age = "aws:MultiFactorAuthAge";
  for (const PrincipalKind kind : {PrincipalKind::role, PrincipalKind::user}) {
    EXPECT_TRUE(Wishes(env_of(kind)).is(mfa, "true").is_present(age).can_be());
    EXPECT_FALSE(Wishes(env_of(kind)).is(mfa, "true").is_absent(age).can_be());
    EXPECT_FALSE(Wishes(env_of(kind)).is(mfa, "false").is_present(age).can_be());
    EXPECT_FALSE(Wishes(env_of(kind)).is_absent(mfa).is_present(age).can_be());
    EXPECT_TRUE(Wishes(env_of(kind)).is_absent(mfa).can_be());
  }
}

TEST(SymbolicRequest, ATokenIsAlwaysThereForRolesAndWithMfaForUsers) {
  EXPECT_FALSE(can_be_absent(PrincipalKind::role, "aws:TokenIssueTime"));
  EXPECT_TRUE(can_be_absent(PrincipalKind::user, "aws:TokenIssueTime"));
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::user))
                   .is("aws:MultiFactorAuthPresent", "false")
                   .is_absent("aws:TokenIssueTime")
                   .can_be());
}

TEST(SymbolicRequest, AServiceLinkedRoleNeverHasMfa) {
  RequestEnv env = env_of(PrincipalKind::role);
  env.principal_arn =
      "arn:aws:iam::111122223333:role/aws-service-role/ecr.amazonaws.com/AWSServiceRoleForECR";
  EXPECT_FALSE(Wishes(env).is("aws:MultiFactorAuthPresent", "true").can_be());
}

TEST(SymbolicRequest, ServicesAndNobodyElseSayThatTheyAreOne) {
  for (const PrincipalKind kind : kinds) {
    const bool is_service = kind == PrincipalKind::service;
    EXPECT_EQ(Wishes(env_of(kind)).is("aws:PrincipalIsAWSService", "true").can_be(), is_service);
    for (const char* key : {"aws:PrincipalServiceName", "aws:SourceArn", "aws:SourceAccount",
                            "aws:SourceOrgID", "aws:SourceOrgPaths"}) {
      EXPECT_EQ(can_be_present(kind, key), is_service) << key;
    }
  }
}

TEST(SymbolicRequest, SomeKeysAreAlwaysThere) {
  for (const char* key : {"aws:CurrentTime", "aws:EpochTime", "aws:SecureTransport",
                          "aws:PrincipalType", "aws:userid", "aws:RequestedRegion"}) {
    for (const PrincipalKind kind : kinds) {
      EXPECT_FALSE(can_be_absent(kind, key)) << static_cast<int>(kind) << " " << key;
    }
  }
}

TEST(SymbolicRequest, BothClocksAreOne) {
  Wishes wishes(env_of(PrincipalKind::role));
  EXPECT_EQ(wishes.read("aws:CurrentTime").variable, wishes.read("aws:EpochTime").variable);
}

TEST(SymbolicRequest, RegionAndAccountOfTheResourceAreItsArns) {
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role)).is("aws:RequestedRegion", "no region").can_be());
  EXPECT_FALSE(
      Wishes(env_of(PrincipalKind::role)).is_not("aws:ResourceAccount", "111122223333").can_be());
  const auto request =
      Wishes(env_of(PrincipalKind::role)).is("aws:RequestedRegion", "eu-west-1").request();
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE(request->resource.starts_with("arn:aws:ecr:eu-west-1:111122223333:repository/"));
}

TEST(SymbolicRequest, ARequestComesFromOneAddress) {
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::role))
                   .is_present("aws:SourceIp")
                   .is_present("aws:VpcSourceIp")
                   .can_be());
  EXPECT_TRUE(can_be_present(PrincipalKind::role, "aws:VpcSourceIp"));
}

TEST(SymbolicRequest, ATagIsOneKeyUnderBothItsNames) {
  Wishes wishes(env_of(PrincipalKind::role));
  EXPECT_EQ(wishes.read("aws:ResourceTag/Team"), wishes.read("ecr:ResourceTag/team"));
  const ServiceModel* const ecr = service_of("ecr:");
  EXPECT_EQ(canonical_key("aws:resourcetag/x", ecr), "ecr:resourcetag/x");
  EXPECT_EQ(canonical_key("aws:resourcetag/x", nullptr), "aws:resourcetag/x");
  EXPECT_EQ(canonical_key("ecr:resourcetag/x", ecr), "ecr:resourcetag/x");
}

// Whose calls can carry a key, written apart from the table of the product.
TEST(SymbolicRequest, KeysAreThereForThoseWhoCanCarryThem) {
  using enum PrincipalKind;
  const std::vector<PrincipalKind> all(std::begin(kinds), std::end(kinds));
  const std::vector<PrincipalKind> with_arn{role, user, root, session, federated_user};
  const std::vector<PrincipalKind> with_mfa{role, user, root, session};
  const std::vector<PrincipalKind> from_elsewhere{role, session, federated};
  const std::vector<std::pair<const char*, std::vector<PrincipalKind>>> table{
      {"aws:PrincipalArn", with_arn},
      {"aws:PrincipalAccount", {role, user, root, session, federated_user, anonymous}},
      {"aws:username", {user}},
      {"aws:PrincipalOrgID", with_arn},
      {"aws:PrincipalOrgPaths", with_arn},
      {"aws:PrincipalOrgMasterAccountId", with_arn},
      {"aws:PrincipalTag/team", with_arn},
      {"aws:PrincipalType", all},
      {"aws:userid", all},
      {"aws:SourceIdentity", from_elsewhere},
      {"aws:FederatedProvider", from_elsewhere},
      {"aws:MultiFactorAuthPresent", with_arn},
      {"aws:MultiFactorAuthAge", with_mfa},
      {"aws:TokenIssueTime", with_arn},
      {"aws:PrincipalIsAWSService", all},
      {"aws:PrincipalServiceName", {service}},
      {"aws:PrincipalServiceNamesList", {service}},
      {"aws:SourceAccount", {service}},
      {"aws:SourceArn", {service}},
      {"aws:SourceOrgID", {service}},
      {"aws:SourceOrgPaths", {service}},
      {"aws:RequestedRegion", all},
      {"aws:ResourceAccount", all},
      {"ecr:ResourceTag/team", all},
      {"aws:RequestTag/team", {}},  // no call that tags
      {"aws:TagKeys", {}},
      {"aws:CurrentTime", all},
      {"aws:EpochTime", all},
      {"aws:SecureTransport", all},
      {"aws:ViaAWSService", all},
      {"aws:SourceIp", all},
      {"aws:VpcSourceIp", all},
  };
  for (const auto& [key, expected] : table) {
    for (const PrincipalKind kind : kinds) {
      EXPECT_EQ(can_be_present(kind, key), std::ranges::find(expected, kind) != expected.end())
          << key << " " << static_cast<int>(kind);
    }
  }
}

TEST(SymbolicRequest, KeysOfOtherServicesAreAbsent) {
  for (const char* key : {"s3:prefix", "ecr:NoSuchKey", "iam:PassedToService"}) {
    EXPECT_FALSE(can_be_present(PrincipalKind::role, key)) << key;
  }
  EXPECT_TRUE(can_be_present(PrincipalKind::role, "aws:SomeFutureKey"));
}

TEST(SymbolicRequest, KnowsConstants) {
  Wishes wishes(env_of(PrincipalKind::anonymous));
  EXPECT_EQ(wishes.symbolic().constant(wishes.read("aws:PrincipalArn")), Constant::absent());
  EXPECT_EQ(wishes.symbolic().constant(wishes.read("aws:PrincipalAccount")),
            Constant::of("anonymous"));
  EXPECT_FALSE(wishes.symbolic().constant(wishes.read("aws:SourceIp")).is_known());
}

TEST(SymbolicRequest, WritesPrincipalsAsTheRequestSaysThem) {
  const auto principal = [](PrincipalKind kind) {
    return Wishes(env_of(kind)).request()->principal;
  };
  EXPECT_EQ(principal(PrincipalKind::anonymous), Principal{AnonymousPrincipal{}});
  EXPECT_EQ(principal(PrincipalKind::service), Principal{ServicePrincipal{"lambda.amazonaws.com"}});
  EXPECT_EQ(principal(PrincipalKind::session),
            Principal{ArnPrincipal{"arn:aws:sts::111122223333:assumed-role/dev/s"}});
  EXPECT_TRUE(std::holds_alternative<FederatedPrincipal>(principal(PrincipalKind::federated)));
}

TEST(SymbolicRequest, WhatFollowsFromTheRequestIsNotWritten) {
  const auto request = Wishes(env_of(PrincipalKind::role))
                           .is_present("aws:PrincipalAccount")
                           .is("aws:PrincipalTag/team", "blue")
                           .request();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->context,
            (std::map<std::string, ContextValue>{{"aws:PrincipalTag/team", "blue"}}));
}

TEST(SymbolicRequest, KnowsWhichKeysAreMultivalued) {
  for (const char* key : {"aws:principalorgpaths", "aws:tagkeys", "aws:calledvia"}) {
    EXPECT_TRUE(is_multivalued(key)) << key;
  }
  EXPECT_FALSE(is_multivalued("aws:principalorgid"));
}

TEST(SymbolicRequest, CrossServiceKeysAreOfRoleSessionsAndOfEveryService) {
  for (const PrincipalKind kind : kinds) {
    const bool is_session = kind == PrincipalKind::role || kind == PrincipalKind::session ||
                            kind == PrincipalKind::federated;
    for (const char* key :
         {"lambda:SourceFunctionArn", "ec2:SourceInstanceARN", "ec2:RoleDelivery",
          "ssm:SourceInstanceArn", "codebuild:ProjectArn", "codebuild:BuildArn",
          "glue:CredentialIssuingService", "glue:RoleAssumedBy", "identitystore:UserId"}) {
      EXPECT_EQ(can_be_present(kind, key), is_session) << static_cast<int>(kind) << " " << key;
      EXPECT_TRUE(can_be_absent(kind, key));
    }
  }
}

TEST(SymbolicRequest, AKeyOfAnUnknownServiceIsThereInOneReading) {
  RequestEnv env = env_of(PrincipalKind::role);
  Wishes open(env);
  EXPECT_TRUE(open.is_present("foo:Bar").can_be());
  EXPECT_EQ(open.symbolic().assumptions().size(), 1u);
  env.documented_only = true;
  EXPECT_FALSE(Wishes(env).is_present("foo:Bar").can_be());
  EXPECT_FALSE(can_be_present(PrincipalKind::role, "s3:prefix"));
}

TEST(SymbolicRequest, AnEndpointBringsItsKeysTogetherAndNoPublicAddress) {
  const auto wishes = [] { return Wishes(env_of(PrincipalKind::role)); };
  const std::vector<std::string> keys{"aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"};
  for (const std::string& key : keys) {
    for (const std::string& other : keys) {
      EXPECT_EQ(wishes().is_present(key).is_absent(other).can_be(), false) << key << other;
    }
    EXPECT_FALSE(wishes().is_present("aws:SourceIp").is_present(key).can_be());
    EXPECT_TRUE(wishes().is_present("aws:SourceIp").is_absent(key).can_be());
    for (const char* told :
         {"aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:SourceVpcArn"}) {
      EXPECT_FALSE(wishes().is_present(told).is_absent(key).can_be()) << told << key;
      EXPECT_FALSE(wishes().is_absent(key).is_present(told).can_be()) << told << key;
      EXPECT_TRUE(wishes().is_absent(told).is_present(key).can_be()) << told << key;
    }
  }
}

TEST(SymbolicRequest, FirstAndLastAreTheEndsOfCalledVia) {
  const auto wishes = [] { return Wishes(env_of(PrincipalKind::role)); };
  for (const char* end : {"aws:CalledViaFirst", "aws:CalledViaLast"}) {
    EXPECT_FALSE(wishes().is_present("aws:CalledVia").is_absent(end).can_be());
    EXPECT_FALSE(wishes().is_present(end).is_absent("aws:CalledVia").can_be());
    EXPECT_FALSE(wishes().is_present(end).is("aws:ViaAWSService", "false").can_be());
    EXPECT_FALSE(wishes().is("aws:ViaAWSService", "true").is_absent(end).can_be());
  }
}

TEST(SymbolicRequest, UserIdFitsTheKindOfPrincipal) {
  const auto can_be = [](PrincipalKind kind, const std::string& glob) {
    return Wishes(env_of(kind)).is("aws:userid", glob).can_be();
  };
  EXPECT_TRUE(can_be(PrincipalKind::user, "AIDA*"));
  EXPECT_FALSE(can_be(PrincipalKind::user, "*:*"));
  EXPECT_TRUE(can_be(PrincipalKind::role, "AROA*:ci"));
  EXPECT_FALSE(can_be(PrincipalKind::role, "AIDA*"));
  EXPECT_TRUE(can_be(PrincipalKind::root, "444455556666"));
  EXPECT_FALSE(can_be(PrincipalKind::root, "AIDA*"));
  EXPECT_TRUE(can_be(PrincipalKind::federated_user, "444455556666:bob"));
  EXPECT_FALSE(can_be(PrincipalKind::federated_user, "bob"));
  const auto tied = [](const std::string& id) {
    return Wishes(env_of(PrincipalKind::federated_user))
        .is("aws:PrincipalArn", "arn:aws:sts::444455556666:federated-user/bob")
        .is("aws:userid", id)
        .can_be();
  };
  for (const char* id : {"444455556666:bob", "4*b", "*:bob", "444455556666?bob", "*"}) {
    EXPECT_TRUE(tied(id)) << id;
  }
  for (const char* id : {"444455556666:alice", "111122223333:bob", "bob", "*:*:*"}) {
    EXPECT_FALSE(tied(id)) << id;
  }
}

TEST(SymbolicRequest, AFederatedUserIsAPrincipalOfItsAccount) {
  const auto request = Wishes(env_of(PrincipalKind::federated_user))
                           .is("aws:PrincipalAccount", "444455556666")
                           .is("aws:PrincipalType", "FederatedUser")
                           .request();
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE(std::get<ArnPrincipal>(request->principal)
                  .arn.starts_with("arn:aws:sts::444455556666:federated-user/"));
  EXPECT_FALSE(Wishes(env_of(PrincipalKind::federated_user))
                   .is("aws:MultiFactorAuthPresent", "true")
                   .can_be());
}

TEST(SymbolicRequest, AnOpenPathMayBeAnyAndChangesNothingElse) {
  RequestEnv env = env_of(PrincipalKind::user);
  env.principal_arn = "arn:aws:iam::111122223333:user/dev";
  env.path_is_open = true;
  EXPECT_TRUE(Wishes(env).is("aws:PrincipalArn", "*:user/team:x/dev").can_be());
  EXPECT_TRUE(Wishes(env).is("aws:PrincipalArn", "*:user/dev").can_be());
  EXPECT_FALSE(Wishes(env).is("aws:PrincipalArn", "*:user/*/other").can_be());
  Wishes wishes(env);
  EXPECT_EQ(wishes.symbolic().constant(wishes.read("aws:username")).value, "dev");
  EXPECT_EQ(wishes.symbolic().constant(wishes.read("aws:PrincipalAccount")).value, "111122223333");
}

TEST(SymbolicRequest, AnonymousLacksTheKeyThatTellsServices) {
  EXPECT_TRUE(can_be_absent(PrincipalKind::anonymous, "aws:PrincipalIsAWSService"));
  EXPECT_FALSE(can_be_absent(PrincipalKind::role, "aws:PrincipalIsAWSService"));
}

}  // namespace
}  // namespace auditor::world_test
