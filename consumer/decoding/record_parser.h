// The one home of CloudTrail's JSON: the text of one record -> CloudTrailEvent.
//
// A record of another service is dropped after eventSource and eventName were read (most often by
// record_prefilter.h): its other members are only stepped over. The members of a relevant call are
// read in one walk, in any order. Owned by one worker, with its buffer; copies its input, since
// simdjson needs padding behind it. Tested by record_parser_test.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "evaluator/events/cloudtrail_event.h"
#include "evaluator/events/guarded_call.h"

namespace auditor {

// CloudTrail's own bound is 256 KiB (1 MiB for some events); pipelines add to that.
inline constexpr std::size_t event_bytes_max = 8 << 20;

struct ParsedEvent {
  enum class Kind {
    relevant,      // a policy call or a guarded one
    irrelevant,    // a CloudTrail record of another call
    not_an_event,  // JSON, but without eventSource and eventName; or of another source: `aws:s3`
    several,       // a record, and more text behind it: cut it first
    unreadable,    // `reason` says why
  };
  Kind kind = Kind::unreadable;
  std::string reason;  // "not-json: unclosed string", "duplicate-key: `eventName`"
  std::optional<CloudTrailEvent> event;  // of a relevant record, without its position
};

// A lawful record of CloudTrail that is none of a call: Insights, aggregated events, and what an
// endpoint of a network saw of a call without its parameters, which the call's own record carries.
// `category` and `type` are the record's eventCategory and eventType; where the first is missing,
// as in old records, the second counts. Whatever is not known could be a call.
bool is_no_call(std::string_view category, std::string_view type, bool has_parameters);

class CloudTrailParser {
 public:
  // `guarded`: the calls that are wanted besides those that change policies.
  explicit CloudTrailParser(GuardedActions guarded = {});
  ~CloudTrailParser();

  // Never throws for what the text holds.
  ParsedEvent parse(std::string_view json);

  // The text of a JSON string literal (with its quotes), escapes decoded; nullptr when it is
  // none. Valid until the next call.
  const std::string* decode_string(std::string_view literal);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auditor
