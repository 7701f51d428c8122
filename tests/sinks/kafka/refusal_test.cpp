// What librdkafka says of a refusal, word for word as 2.0.2 has written it against Apache Kafka
// 4.1.2, and what people are told instead.
#include "sinks/kafka/refusal.h"

#include <gtest/gtest.h>

namespace auditor::refusal_test {
namespace {

constexpr std::string_view sasl =
    "[thrd:sasl_ssl://localhost:21500/bootstrap]: sasl_ssl://localhost:21500/bootstrap: ";
constexpr std::string_view tls =
    "[thrd:ssl://localhost:21501/bootstrap]: ssl://localhost:21501/bootstrap: ";

struct Line {
  std::string_view prefix, text;
  Introduction by;
  std::string_view told;  // empty: it is no refusal
};

class ConnectionLine : public testing::TestWithParam<Line> {};

TEST_P(ConnectionLine, IsToldAsWhatItIs) {
  const auto& [prefix, text, by, told] = GetParam();
  const auto refusal = refused_connection(std::string(prefix) + std::string(text), by);
  EXPECT_EQ(refusal ? to_string(*refusal) : "", told);
}

INSTANTIATE_TEST_SUITE_P(
    Refusals, ConnectionLine,
    testing::Values(
        Line{sasl,
             "SASL authentication error: Authentication failed: Invalid username or password "
             "(after 255ms in state AUTH_REQ)",
             {false, "PLAIN"},
             "broker `localhost:21500`: the broker refuses the login (Authentication failed: "
             "Invalid username or password); check `kafka.sasl.username` and "
             "`kafka.sasl.password`"},
        Line{sasl,
             "SASL authentication error: {\"status\":\"invalid_token\"} (after 5ms in state "
             "AUTH_REQ)",
             {false, "OAUTHBEARER"},
             "broker `localhost:21500`: the broker refuses the login "
             "({\"status\":\"invalid_token\"}); check the token, and who it is for"},
        Line{sasl,
             "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's "
             "supported mechanisms: SCRAM-SHA-512,GSSAPI (after 229ms in state AUTH_HANDSHAKE)",
             {false, "PLAIN"},
             "broker `localhost:21500`: the broker does not offer the SASL mechanism; it offers "
             "SCRAM-SHA-512,GSSAPI; set `kafka.sasl.mechanism` to one of these"},
        Line{sasl,
             "SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL "
             "state: broker's supported mechanisms:  (after 51ms in state AUTH_HANDSHAKE)",
             {false, "PLAIN"},
             "broker `localhost:21500`: the broker asks for no login on this port; set "
             "`kafka.security.protocol` to `ssl` or `plaintext`, or use the port for SASL"},
        Line{tls,
             "Disconnected: verify that security.protocol is correctly configured, broker might "
             "require SASL authentication (after 21ms in state UP)",
             {},
             "broker `localhost:21501`: the broker hangs up at the first request, as one that asks "
             "for a login does; set `kafka.security.protocol` to `sasl_ssl` or `sasl_plaintext`, "
             "and `kafka.sasl.mechanism`"},
        Line{"[thrd:localhost:21500/bootstrap]: localhost:21500/bootstrap: ",
             "Disconnected while requesting ApiVersion: might be caused by incorrect "
             "security.protocol configuration (connecting to a SSL listener?) or broker version is "
             "< 0.10 (see api.version.request) (after 289ms in state APIVERSION_QUERY)",
             {},
             "broker `localhost:21500`: the broker hangs up at the first request, as one that "
             "speaks TLS does; set `kafka.security.protocol` to `ssl` or `sasl_ssl`, or use the "
             "port without TLS"},
        Line{tls,
             "Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert "
             "number 42 (after 96ms in state APIVERSION_QUERY)",
             {},
             "broker `localhost:21501`: the broker wants a client certificate (TLS alert 42); set "
             "`kafka.ssl.certificate.location` and `kafka.ssl.key.location`"},
        Line{tls,
             "Receive failed: error:0A000416:SSL routines::sslv3 alert certificate unknown: SSL "
             "alert number 46 (after 86ms in state APIVERSION_QUERY)",
             {true, ""},
             "broker `localhost:21501`: the broker refuses the client certificate (TLS alert 46); "
             "check that it has not expired and is of a CA that the broker trusts"},
        Line{tls,
             "SSL handshake failed: error:0A000410:SSL routines::sslv3 alert handshake failure: "
             "SSL alert number 40 (after 9ms in state SSL_HANDSHAKE)",
             {},
             "broker `localhost:21501`: the broker refuses the TLS connection (TLS alert 40); "
             "check the versions, ciphers and certificates of `kafka.ssl.…`"},
        Line{tls,
             "SSL handshake failed: error:0A00010B:SSL routines::wrong version number: connecting "
             "to a PLAINTEXT broker listener? (after 1ms in state SSL_HANDSHAKE)",
             {},
             "broker `localhost:21501`: the broker does not speak TLS on this port; set "
             "`kafka.security.protocol` to `plaintext` or `sasl_plaintext`, or use the port with "
             "TLS"},
        // What a broker that is away leads to is no refusal.
        Line{sasl,
             "SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport "
             "failure (after 5000ms in state AUTH_REQ)",
             {false, "PLAIN"},
             ""},
        Line{tls, "Disconnected (after 3044ms in state UP)", {}, ""},
        Line{tls,
             "Connect to ipv4#127.0.0.1:21501 failed: Connection refused (after 0ms in state "
             "CONNECT)",
             {},
             ""},
        Line{"[thrd:ssl://localhost:21501/bootstrap]: ", "1/1 brokers are down", {}, ""}));

TEST(Refusal, OfARightNamesWhatWhichOperationWhoAndWhatToGrant) {
  const BrokerRequest request{"auditor", "t", "g", "x"};
  const auto told = [&](rd_kafka_resp_err_t error, std::string_view asked) {
    const auto refusal = refused_request(error, request, asked);
    return refusal ? to_string(*refusal) : "";
  };
  EXPECT_EQ(told(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, operation::read),
            "topic `t`: the broker refuses Read to user `auditor` (TOPIC_AUTHORIZATION_FAILED); "
            "grant Read on the topic");
  EXPECT_EQ(told(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, operation::read),
            "group `g`: the broker refuses Read to user `auditor` (GROUP_AUTHORIZATION_FAILED); "
            "grant Read on the group");
  EXPECT_EQ(told(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, operation::read),
            "transactional id `x`: the broker refuses Write to user `auditor` "
            "(TRANSACTIONAL_ID_AUTHORIZATION_FAILED); grant Write on the transactional id");
  EXPECT_EQ(told(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, operation::read), "");
}

// Whoever asks with a certificate has a name that only the broker knows.
TEST(Refusal, OfAnUnknownUserSaysThisUser) {
  const auto refusal = refused_request(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                       {"", "t", "", ""}, operation::write);
  EXPECT_EQ(refusal->why, "the broker refuses Write to this user (TOPIC_AUTHORIZATION_FAILED)");
}

TEST(Refusal, EveryErrorOfAMissingRightIsOne) {
  int found = 0;
  for (int code = -200; code < 120; ++code) {
    const auto error = static_cast<rd_kafka_resp_err_t>(code);
    const std::string name = rd_kafka_err2name(error);
    const bool is_of_a_right =
        name.ends_with("_AUTHORIZATION_FAILED") && name != "DELEGATION_TOKEN_AUTHORIZATION_FAILED";
    EXPECT_EQ(is_refusal(error), is_of_a_right) << name;
    EXPECT_EQ(refused_request(error, {}, operation::read).has_value(), is_of_a_right) << name;
    found += is_of_a_right ? 1 : 0;
  }
  EXPECT_EQ(found, 4);
}

TEST(Refusal, OfACertificateTellsUnknownCaWrongHostAndExpiredApart) {
  EXPECT_NE(refused_certificate("b:1", 20).why.find("a CA that is not trusted"), std::string::npos);
  EXPECT_NE(refused_certificate("b:1", 62).why.find("another host name"), std::string::npos);
  EXPECT_NE(refused_certificate("b:1", 64).why.find("another host"), std::string::npos);
  EXPECT_NE(refused_certificate("b:1", 10).why.find("has expired"), std::string::npos);
  EXPECT_NE(refused_certificate("b:1", 99).why.find("error 99"), std::string::npos);
}

TEST(Refusal, OfAPartOfATransactionNamesTheTopicThatIsRefusedAndNoOther) {
  const std::string begin = "[thrd:main]: TxnCoordinator/0: Failed to add partition \"t\" [0] ";
  EXPECT_EQ(topic_without_write(begin + "to transaction: Broker: Topic authorization failed"), "t");
  EXPECT_EQ(topic_without_write(begin + "to transaction: Broker: Operation not attempted"), "");
  EXPECT_EQ(topic_without_write("[thrd:main]: Broker: Topic authorization failed"), "");
}

TEST(Scram, IsWarnedOfWhereTheClientIsTooOldForKafka4) {
  EXPECT_NE(scram_problem("SCRAM-SHA-512", 0x020002ff), "");
  EXPECT_NE(scram_problem("SCRAM-SHA-256", 0x020600ff), "");
  EXPECT_EQ(scram_problem("SCRAM-SHA-512", 0x020601ff), "");
  EXPECT_EQ(scram_problem("PLAIN", 0x020002ff), "");
}

}  // namespace
}  // namespace auditor::refusal_test
