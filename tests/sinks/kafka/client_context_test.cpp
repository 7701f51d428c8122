// How long a refusal stands, and what takes it back.
#include "sinks/kafka/client_context.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace auditor::client_context_test {
namespace {

constexpr auto login_refused =
    "[thrd:x]: sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed (after "
    "1ms in state AUTH_REQ)";
constexpr auto hung_up =
    "[thrd:x]: b:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by "
    "incorrect security.protocol configuration (connecting to a SSL listener?)";

class ClientContextTest : public testing::Test {
 protected:
  ClientContextTest() { spdlog::set_level(spdlog::level::off); }

  void refuse_topic() {
    EXPECT_TRUE(
        context.note_answer(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "t", operation::read));
  }

  std::string password = "old";
  KafkaProperties properties = [this] {
    KafkaProperties made{{"security.protocol", "sasl_ssl"},
                         {"sasl.mechanism", "PLAIN"},
                         {"sasl.username", "u"},
                         {"sasl.password", "old"}};
    made.from_files["sasl.password"] = [this] { return std::optional(password); };
    return made;
  }();
  ClientContext context{properties};
};

TEST_F(ClientContextTest, ARightThatIsMissingStandsUntilItIsGranted) {
  refuse_topic();
  context.note_contact();  // of a broker that answers, and refuses
  EXPECT_NE(context.refusals(), "");
  EXPECT_EQ(context.final_refusals(), "");  // not at once
  context.note_granted("group `g`");
  EXPECT_NE(context.refusals(), "");
  context.note_granted("topic `t`");
  EXPECT_EQ(context.refusals(), "");
}

TEST_F(ClientContextTest, ALoginThatIsRefusedStandsUntilThereIsContact) {
  context.note_line(login_refused);
  EXPECT_TRUE(context.is_without_contact());
  context.note_contact();
  EXPECT_FALSE(context.is_without_contact());
  EXPECT_EQ(context.refusals(), "");
}

// A broker that goes away hangs up too.
TEST_F(ClientContextTest, AGuessIsNotBelievedOnceThereWasContact) {
  context.note_line(hung_up);
  EXPECT_NE(context.refusals(), "");
  context.note_contact();
  context.note_line(hung_up);
  EXPECT_EQ(context.refusals(), "");
}

TEST_F(ClientContextTest, AllThatStandsIsSaid) {
  refuse_topic();
  context.note_answer(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "s", operation::write);
  const std::string told = context.refusals();
  EXPECT_NE(told.find("topic `s`: the broker refuses Write to user `u`"), std::string::npos)
      << told;
  EXPECT_NE(told.find("; and topic `t`: the broker refuses Read"), std::string::npos) << told;
}

TEST_F(ClientContextTest, OpenSslsVerdictIsNotOverwrittenByTheLineThatFollowsIt) {
  context.note_certificate("b:1", 10);
  context.note_line("[thrd:x]: ssl://b:1/0: SSL handshake failed: certificate verify failed");
  EXPECT_NE(context.refusals().find("has expired"), std::string::npos) << context.refusals();
}

TEST_F(ClientContextTest, ANewPasswordInTheFileIsALoginToTry) {
  context.note_line(login_refused);
  EXPECT_FALSE(context.renewed_login());
  password = "new";
  const auto login = context.renewed_login();
  ASSERT_TRUE(login);
  EXPECT_EQ(login->user, "u");
  EXPECT_EQ(login->password, "new");
  EXPECT_EQ(context.refusals(), "");  // of the old one
  EXPECT_FALSE(context.renewed_login());
  EXPECT_EQ(context.login().password, "new");  // whoever wakes the client gives it this one
}

TEST_F(ClientContextTest, NoLineHoldsAPassword) {
  context.note_line(login_refused);
  EXPECT_EQ(context.refusals().find("old"), std::string::npos);
}

}  // namespace
}  // namespace auditor::client_context_test
