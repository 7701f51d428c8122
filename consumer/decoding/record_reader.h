// The members of a CloudTrail record that the auditor uses, and where each goes: the tables beside
// the parser. One walk, in any order.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "evaluator/events/cloudtrail_event.h"

namespace auditor {

// Fills `event` from one record.
class RecordReader {
 public:
  using Value = simdjson::ondemand::value;

  explicit RecordReader(CloudTrailEvent& event) : event_(event) {}

  simdjson::error_code read(simdjson::ondemand::object object);

  // The first key that came twice; empty: none. Two parsers may believe different ones, so such a
  // record cannot be trusted.
  const std::string& duplicate() const { return duplicate_; }

 private:
  struct Part;
  static const Part parts[];

  simdjson::error_code read_member(std::string_view key, Value value);
  simdjson::error_code pass_over(Value value);
  simdjson::error_code read_addendum(Value addendum);
  simdjson::error_code read_source_address(Value value);
  simdjson::error_code read_user_agent(Value value);
  simdjson::error_code read_identity(Value identity);
  simdjson::error_code read_person(Value person);
  simdjson::error_code read_session(Value session);
  simdjson::error_code read_issuer(Value issuer);
  simdjson::error_code read_resources(Value resources);
  simdjson::error_code read_request(Value request);
  simdjson::error_code read_parameter(std::string_view key, Value value);
  simdjson::error_code read_tags(Value tags);
  simdjson::error_code read_response(Value response);
  simdjson::error_code read_answer(Value answer, int depth);
  simdjson::error_code read_answer_member(std::string_view key, Value value, int depth);
  simdjson::error_code read_service_event(Value details);

  void note_duplicate(bool is_duplicate, std::string_view key);

  CloudTrailEvent& event_;
  std::uint32_t seen_ = 0;
  std::string duplicate_;
};

}  // namespace auditor
