// Tested by refusal_test.cpp, with lines that librdkafka has written; tests/kafka/refusal_test.cpp
// has them written anew, by a broker that refuses.
#include "sinks/kafka/refusal.h"

#include <algorithm>
#include <array>

#include "evaluator/text/wording.h"

namespace auditor {
namespace {

using Of = Refusal::Of;

std::string user_of(const BrokerRequest& request) {
  return request.user.empty() ? "this user" : "user " + in_backticks(request.user);
}

Refusal refused_right(std::string_view kind, const std::string& name, std::string_view asked,
                      rd_kafka_resp_err_t error, const BrokerRequest& request) {
  const std::string kind_text(kind), asked_text(asked);
  return {Of::resource, kind_text + (name.empty() ? "" : " " + in_backticks(name)),
          "the broker refuses " + asked_text + " to " + user_of(request) + " (" +
              rd_kafka_err2name(error) + ")",
          "grant " + asked_text + " on the " + kind_text};
}

// "[thrd:…]: sasl_ssl://localhost:9093/bootstrap: …" -> "localhost:9093".
std::string broker_of(std::string_view line) {
  if (line.starts_with("[thrd:")) {
    const std::size_t end = line.find("]: ");
    if (end == line.npos) return "";
    line.remove_prefix(end + 3);
  }
  std::string_view name = line.substr(0, line.find(": "));
  if (const std::size_t scheme = name.find("://"); scheme != name.npos) {
    name.remove_prefix(scheme + 3);
  }
  return std::string(name.substr(0, name.find('/')));
}

// Behind `sign`, up to librdkafka's "(after 255ms in state AUTH_REQ)".
std::string detail_behind(std::string_view line, std::string_view sign) {
  std::string_view detail = line.substr(line.find(sign) + sign.size());
  detail = detail.substr(0, detail.find(" (after "));
  while (!detail.empty() && (detail.front() == ' ' || detail.front() == ':')) {
    detail.remove_prefix(1);
  }
  while (!detail.empty() && (detail.back() == ' ' || detail.back() == ':')) detail.remove_suffix(1);
  return std::string(detail);
}

constexpr std::string_view set_certificate =
    "set `kafka.ssl.certificate.location` and `kafka.ssl.key.location`";

// How lines about connections are told apart. The first row whose sign is in the line wins.
struct ConnectionLine {
  std::string_view sign;
  Of of;
  std::string_view why;  // "{}" stands for what follows the sign
  std::string_view remedy;
  bool is_guess = false;
};

constexpr std::string_view set_plaintext =
    "set `kafka.security.protocol` to `plaintext` or `sasl_plaintext`, or use the port with TLS";

constexpr ConnectionLine connection_lines[] = {
    {"SASL authentication error:", Of::login, "the broker refuses the login ({})",
     "check `kafka.sasl.username` and `kafka.sasl.password`"},
    {"Unsupported SASL mechanism: broker's supported mechanisms:", Of::login,
     "the broker does not offer the SASL mechanism; it offers {}",
     "set `kafka.sasl.mechanism` to one of these"},
    {"Request not valid in current SASL state", Of::login,
     "the broker asks for no login on this port",
     "set `kafka.security.protocol` to `ssl` or `plaintext`, or use the port for SASL"},
    {"broker might require SASL authentication", Of::login,
     "the broker hangs up at the first request, as one that asks for a login does",
     "set `kafka.security.protocol` to `sasl_ssl` or `sasl_plaintext`, and `kafka.sasl.mechanism`",
     true},
    {"(connecting to a SSL listener?)", Of::connection,
     "the broker hangs up at the first request, as one that speaks TLS does",
     "set `kafka.security.protocol` to `ssl` or `sasl_ssl`, or use the port without TLS", true},
    {"connecting to a PLAINTEXT broker listener", Of::connection,
     "the broker does not speak TLS on this port", set_plaintext},
    {"wrong version number", Of::connection, "the broker does not speak TLS on this port",
     set_plaintext},
    {"unexpected eof while reading", Of::connection,
     "the broker hangs up in the TLS handshake, as one that does not speak TLS does", set_plaintext,
     true},
    {"certificate verify failed", Of::certificate, "its certificate cannot be verified",
     "check `kafka.ssl.ca.location`"},
};

// KAFKA: what a broker thinks of a client's certificate comes as an alert of TLS. Java's brokers
// say "bad certificate" (42) for none and "certificate unknown" (46) for one that they do not trust
// or that has expired; TLS 1.3 knows "certificate required" (116).
constexpr std::string_view alert_sign = "SSL alert number ";
constexpr std::array<std::string_view, 8> certificate_alerts = {"41", "42",  "43", "44",
                                                                "45", "116", "46", "48"};

std::optional<Refusal> refused_client_certificate(std::string_view line, const Introduction& by) {
  const std::size_t sign = line.find(alert_sign);
  if (sign == line.npos) return std::nullopt;
  std::string_view number = line.substr(sign + alert_sign.size());
  number = number.substr(0, number.find_first_not_of("0123456789"));
  Refusal refusal{Of::connection, "broker " + in_backticks(broker_of(line)), "", ""};
  const std::string alert = "(TLS alert " + std::string(number) + ")";
  if (std::ranges::find(certificate_alerts, number) == certificate_alerts.end()) {
    refusal.why = "the broker refuses the TLS connection " + alert;
    refusal.remedy = "check the versions, ciphers and certificates of `kafka.ssl.…`";
  } else if (by.has_certificate) {
    refusal.why = "the broker refuses the client certificate " + alert;
    refusal.remedy = "check that it has not expired and is of a CA that the broker trusts";
  } else {
    refusal.why = "the broker wants a client certificate " + alert;
    refusal.remedy = set_certificate;
  }
  return refusal;
}

// OpenSSL's X509_V_ERR_…, which are numbers for good.
struct CertificateError {
  int number;
  std::string_view why;
  std::string_view remedy;
};

constexpr std::string_view set_ca =
    "set `kafka.ssl.ca.location` to the certificate of the CA that signed it";
constexpr std::string_view use_its_name =
    "use a name that the certificate has, in `kafka.bootstrap.servers` and in the broker's "
    "`advertised.listeners`";

constexpr CertificateError certificate_errors[] = {
    {2, "its certificate is of a CA that is not trusted here", set_ca},
    {9, "its certificate is not valid yet", "check the clocks, or the certificate"},
    {10, "its certificate has expired", "the broker needs a new one"},
    {18, "its certificate is self-signed and not trusted here", set_ca},
    {19, "its certificate is of a CA that is not trusted here (self-signed in its chain)", set_ca},
    {20,
     "its certificate is of a CA that is not trusted here (unable to get local issuer "
     "certificate)",
     set_ca},
    {21,
     "its certificate is of a CA that is not trusted here (unable to verify the first "
     "certificate)",
     set_ca},
    {23, "its certificate is revoked", "the broker needs a new one"},
    {62, "its certificate is for another host name", use_its_name},
    {64, "its certificate is for another host (IP address mismatch)", use_its_name},
};

}  // namespace

std::string to_string(const Refusal& refusal) {
  return refusal.what + ": " + refusal.why + "; " + refusal.remedy;
}

bool is_refusal(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

std::optional<Refusal> refused_request(rd_kafka_resp_err_t error, const BrokerRequest& request,
                                       std::string_view asked) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return refused_right("topic", request.topic, asked, error, request);
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return refused_right("group", request.group,
                           asked == operation::write ? operation::read : asked, error, request);
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return refused_right("transactional id", request.transactional_id, operation::write, error,
                           request);
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return refused_right("cluster", "", asked, error, request);
    default:
      return std::nullopt;
  }
}

std::optional<Refusal> refused_connection(std::string_view line, const Introduction& by) {
  // KAFKA: what begins so is the client's own error, as of a connection that was lost meanwhile:
  // "SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport failure".
  if (line.find("Local: ") != line.npos) return std::nullopt;
  const auto* const found = std::ranges::find_if(
      connection_lines, [&](const auto& row) { return line.find(row.sign) != line.npos; });
  if (found == std::end(connection_lines)) return refused_client_certificate(line, by);
  Refusal refusal{found->of, "broker " + in_backticks(broker_of(line)), std::string(found->why),
                  std::string(found->remedy), found->is_guess};
  if (const std::size_t place = refusal.why.find("{}"); place != refusal.why.npos) {
    refusal.why.replace(place, 2, detail_behind(line, found->sign));
  }
  if (found->of != Of::login) return refusal;
  if (by.mechanism == "OAUTHBEARER") refusal.remedy = "check the token, and who it is for";
  if (const std::string problem = scram_problem(by.mechanism); !problem.empty()) {
    refusal.remedy += "; " + problem;
  }
  return refusal;
}

// KAFKA: TxnCoordinator/0: Failed to add partition "t" [0] to transaction: Broker: Topic
// authorization failed.
std::string topic_without_write(std::string_view line) {
  static constexpr std::string_view sign = "Failed to add partition \"";
  const std::size_t at = line.find(sign);
  if (at == line.npos || !line.ends_with(": Broker: Topic authorization failed")) return "";
  line.remove_prefix(at + sign.size());
  return std::string(line.substr(0, line.find('"')));
}

Refusal refused_certificate(std::string_view broker, int x509_error) {
  Refusal refusal{Of::certificate, "broker " + in_backticks(broker), "", ""};
  const auto* const found =
      std::ranges::find(certificate_errors, x509_error, &CertificateError::number);
  if (found != std::end(certificate_errors)) {
    refusal.why = found->why;
    refusal.remedy = found->remedy;
  } else {
    refusal.why =
        "its certificate cannot be verified (OpenSSL's error " + std::to_string(x509_error) + ")";
    refusal.remedy = "`openssl s_client -verify_return_error` says more";
  }
  return refusal;
}

std::string scram_problem(std::string_view mechanism, int version) {
  constexpr int first_good = 0x020601ff;
  if (!mechanism.starts_with("SCRAM") || version >= first_good) return "";
  return "librdkafka " + std::string(rd_kafka_version_str()) +
         " cannot log in to Kafka 4 by SCRAM whatever the password is: 2.6.1 or newer can, and so "
         "can PLAIN, or a client certificate";
}

}  // namespace auditor
