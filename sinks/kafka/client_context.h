// What goes with one librdkafka client for as long as it lives: what it has been refused, and the
// login it was made with. Every client has one (kafka_handles.h makes both together), and every
// line of its log and every verdict on a certificate passes through it, so that no path swallows a
// refusal: whoever waits for the client asks it, by KafkaClient::refusal().
//
// A refusal stands from when it is first met until what was refused is granted, or a broker answers
// where it was a connection or a login. A new ACL counts after a second or two, so for
// `refusal_grace` it is only said, and the client goes on trying; then it is final.
//
// Thread-safe: librdkafka's own threads write, the client's owner reads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sinks/kafka/refusal.h"

namespace auditor {

inline constexpr std::chrono::seconds refusal_grace{5};
inline constexpr std::chrono::seconds guess_grace{20};  // Refusal::is_guess

// librdkafka's properties. What came from a file can be read anew, since files are how secrets
// rotate.
struct KafkaProperties : std::map<std::string, std::string> {
  using Map = std::map<std::string, std::string>;
  using Map::Map;
  KafkaProperties(Map properties) : Map(std::move(properties)) {}

  using ReadAgain = std::function<std::optional<std::string>()>;
  std::map<std::string, ReadAgain> from_files;  // by property
};

std::string property(const KafkaProperties& properties, const std::string& key);
bool uses_sasl(const KafkaProperties& properties);
std::string sasl_mechanism(const KafkaProperties& properties);  // empty: librdkafka's default

class ClientContext {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ClientContext(const KafkaProperties& properties);

  void* owner = nullptr;  // for the callbacks of whoever made the client

  BrokerRequest request_about(const std::string& topic) const;

  // ---- refusals are noted

  // Says it in the log when it is new.
  void note(const Refusal& refusal);
  // A request that needs `asked` was answered with `error`. False: that is no refusal.
  bool note_answer(rd_kafka_resp_err_t error, const std::string& topic, std::string_view asked);
  void note_line(std::string_view line);
  void note_certificate(std::string_view broker, int x509_error);

  // What stands of the client that this one takes the place of.
  void inherit(const ClientContext& other);

  // ---- and taken back

  // A broker has answered: whoever was refused a connection has one.
  void note_contact();
  // `what` of a Refusal is granted: "topic `t`".
  void note_granted(const std::string& what);
  void note_all_granted();  // cheap where nothing was refused: for each message

  // ---- and asked for

  // All that stand; empty when none does.
  std::string refusals() const;
  // Those that have stood for longer than the grace.
  std::string final_refusals() const;
  bool is_without_contact() const;  // a connection or a login was refused last

  // ---- the login

  struct Login {
    std::string user, password;
  };
  Login login() const;
  // What is in the files now, when that is another login than the last; then refusals of it no
  // longer stand.
  std::optional<Login> renewed_login();

 private:
  struct Standing {
    Refusal refusal;
    Clock::time_point since;
  };

  std::string text_of(std::chrono::seconds grace, std::chrono::seconds of_guesses) const;

  mutable std::mutex mutex_;
  BrokerRequest request_;  // without a topic
  Introduction introduction_;
  Login login_;
  std::map<std::string, KafkaProperties::ReadAgain> from_files_;
  std::map<std::string, Standing> resources_;  // by Refusal::what
  std::optional<Standing> connection_;
  bool has_had_contact_ = false;
  std::atomic<bool> is_quiet_ = false;  // contact, and nothing stands: nothing to take back
};

}  // namespace auditor
