// What a broker refuses, and what would change its mind, in one line for people: "topic `t`: the
// broker refuses Read to user `u` (TOPIC_AUTHORIZATION_FAILED); grant Read on the topic".
//
// librdkafka tells of a refusal in three ways: the error code of a request, a line of its log
// (whatever is refused while a connection is made ends as "no answer" for the one who asks), and
// OpenSSL's verdict on a certificate. Here each becomes a Refusal. Pure.
#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string>
#include <string_view>

namespace auditor {

struct Refusal {
  enum class Of {
    resource,     // a right of the user, who is known to the broker
    login,        // the user
    certificate,  // the broker's, and it is we who refuse
    connection,   // before anybody has said who he is
  } of = Of::resource;
  std::string what;    // "topic `cloudtrail.events`", "broker `kafka-1:9093`"
  std::string why;     // "the broker refuses Read to user `auditor` (TOPIC_AUTHORIZATION_FAILED)"
  std::string remedy;  // "grant Read on the topic"
  // The broker has only hung up, which one that is going away does too: whoever has had an answer
  // before is not to believe it.
  bool is_guess = false;

  bool operator==(const Refusal&) const = default;
};

std::string to_string(const Refusal& refusal);

// Kafka's names of what an ACL allows.
namespace operation {
inline constexpr std::string_view describe = "Describe";
inline constexpr std::string_view describe_configs = "DescribeConfigs";
inline constexpr std::string_view read = "Read";
inline constexpr std::string_view write = "Write";
}  // namespace operation

// True for the errors that a missing right leads to.
bool is_refusal(rd_kafka_resp_err_t error);

// Who asked, and for what. A name may be empty: what the error is not about needs none.
struct BrokerRequest {
  std::string user;  // empty: nobody knows, as with client certificates
  std::string topic, group, transactional_id;
};

// A request that needs `asked` was answered with `error`; nullopt when that is no refusal.
std::optional<Refusal> refused_request(rd_kafka_resp_err_t error, const BrokerRequest& request,
                                       std::string_view asked);

// How this side introduces itself to brokers.
struct Introduction {
  bool has_certificate = false;  // a client certificate is set
  std::string mechanism;         // of SASL; empty: no login
};

// From a line of librdkafka's log about a connection; nullopt when it tells of no refusal.
std::optional<Refusal> refused_connection(std::string_view line, const Introduction& by);

// The topic that the broker lets nobody add to a transaction, from a line of librdkafka's log: the
// records themselves only learn that the transaction has failed. Empty: the line tells of none.
std::string topic_without_write(std::string_view line);

// From OpenSSL's verdict (X509_STORE_CTX_get_error(3)) on the certificate of `broker`; not for 0.
Refusal refused_certificate(std::string_view broker, int x509_error);

// A login by SCRAM that Kafka 4 will refuse whatever the password is; empty when there is nothing
// to say. `version` is rd_kafka_version()'s.
std::string scram_problem(std::string_view mechanism, int version = rd_kafka_version());

}  // namespace auditor
