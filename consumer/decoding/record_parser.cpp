#include "consumer/decoding/record_parser.h"

#include <simdjson.h>

#include <cstring>
#include <utility>
#include <vector>

#include "consumer/decoding/event_time.h"
#include "consumer/decoding/json_members.h"
#include "consumer/decoding/record_prefilter.h"
#include "consumer/decoding/record_reader.h"
#include "evaluator/events/account_change.h"
#include "evaluator/text/digest.h"

namespace auditor {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

ParsedEvent unreadable(std::string reason) {
  return {.kind = ParsedEvent::Kind::unreadable, .reason = std::move(reason), .event = {}};
}

ParsedEvent told(ParsedEvent::Kind kind) { return {.kind = kind, .reason = {}, .event = {}}; }

// A value of the record in a message for people: short, and nothing that a terminal would obey.
std::string as_text(std::string_view value) {
  static constexpr std::size_t shown_bytes_max = 64;
  std::string text = "`";
  for (const char c : value.substr(0, shown_bytes_max)) text += c < ' ' || c > '~' ? '?' : c;
  return text += value.size() > shown_bytes_max ? "...`" : "`";
}

ParsedEvent unreadable(error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return unreadable("not-json: invalid utf-8");
    case simdjson::UNCLOSED_STRING:
      return unreadable("not-json: unclosed string");
    case simdjson::EMPTY:
      return unreadable("empty: no text");
    case simdjson::MEMALLOC:
      return unreadable("too-large: no memory to parse the record");
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return unreadable("not-json: a bracket is never closed");
    default:
      return unreadable("not-json: broken structure");
  }
}

// Of a record that has none, or it would be taken for every other one of its second without.
std::string id_of(std::string_view json) {
  static constexpr std::size_t digits = 32;  // as many as a UUID has: readers bound ids
  return "sha256:" + sha256_hex(json).substr(0, digits);
}

// Of S3, Kinesis or DynamoDB, which use the same names; one may carry a record.
bool is_notice(std::string_view event_source) { return event_source.starts_with("aws:"); }

// eventSource and eventName, and how often they occur: readers may believe either of two, so a
// record with two must not be dropped for one of them.
struct Heads {
  std::string_view source, name;
  std::size_t sources = 0, names = 0;
  std::string category, type;
  std::size_t categories = 0, types = 0;
  bool has_parameters = false;
  std::optional<std::string> time;  // eventTime as it is written
  // Logstash's codec for CloudTrail takes eventTime out and writes it to @timestamp.
  std::optional<std::string> logstash_time;
  std::size_t logstash_times = 0;
  bool is_of_logstash = false;

  const std::optional<std::string>& written_time() const {
    return !time && is_of_logstash && logstash_times == 1 ? logstash_time : time;
  }
};

// What is broken here is stepped over, as the prefilter does: whoever needs it will find it broken.
void read_if_string(ondemand::value value, std::string& text) {
  ondemand::json_type type{};
  if (value.type().get(type) || type != ondemand::json_type::string) return;
  std::string_view found;
  if (value.get_string().get(found) == SUCCESS) text = found;
}

error_code read_heads(ondemand::object object, Heads& heads) {
  return for_each_member(object, [&heads](std::string_view key, ondemand::value value) {
    if (key == "eventTime") return read_text(value, heads.time);
    if (key == "@version") heads.is_of_logstash = true;
    if (key == "@timestamp") {
      ++heads.logstash_times;
      return read_text(value, heads.logstash_time);
    }
    if (key == "eventCategory" || key == "eventType") {
      const bool is_category = key == "eventCategory";
      ++(is_category ? heads.categories : heads.types);
      read_if_string(value, is_category ? heads.category : heads.type);
      return SUCCESS;
    }
    if (key == "requestParameters") {
      ondemand::json_type type{};
      heads.has_parameters = value.type().get(type) || type != ondemand::json_type::null;
      return SUCCESS;
    }
    const bool is_source = key == "eventSource";
    if (!is_source && key != "eventName") return SUCCESS;
    std::string_view text;
    if (const error_code error = value.get_string().get(text)) return error;
    (is_source ? heads.source : heads.name) = text;
    ++(is_source ? heads.sources : heads.names);
    return SUCCESS;
  });
}

}  // namespace

class CloudTrailParser::Impl {
 public:
  explicit Impl(GuardedActions guarded) : guarded_(std::move(guarded)) {}

  ParsedEvent parse(std::string_view json);
  const std::string* decode_string(std::string_view literal);

 private:
  simdjson::padded_string_view padded(std::string_view text) {
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (buffer_.size() < needed) buffer_.resize(needed + needed / 2);
    std::memcpy(buffer_.data(), text.data(), text.size());
    std::memset(buffer_.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(buffer_.data(), text.size(), buffer_.size());
  }

  bool is_relevant(std::string_view source, std::string_view name) const {
    return is_policy_call(source, name) || guarded_.contains(source, name);
  }

  // Without a parse, for most records of a stream. False: the parse will tell.
  bool is_plainly_irrelevant(std::string_view json) const {
    const auto heads = heads_of_plain_record(json);
    return heads && !is_notice(heads->source) && !is_relevant(heads->source, heads->name);
  }

  GuardedActions guarded_;
  ondemand::parser parser_;
  std::vector<char> buffer_;
  std::string decoded_;
};

ParsedEvent CloudTrailParser::Impl::parse(std::string_view json) {
  if (is_plainly_irrelevant(json)) return told(ParsedEvent::Kind::irrelevant);
  if (json.empty()) return unreadable("empty: no text");
  if (json.size() > event_bytes_max) return unreadable("too-large: a record of that size");
  ondemand::document document;
  if (const error_code error = parser_.iterate(padded(json)).get(document)) {
    return unreadable(error);
  }
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return unreadable(error);
  Heads heads;
  if (const error_code error = read_heads(object, heads)) return unreadable(error);
  const char* rest = nullptr;
  const bool has_more = document.current_location().get(rest) == SUCCESS;
  if (heads.sources == 0 || heads.names == 0) return told(ParsedEvent::Kind::not_an_event);
  if (has_more) return told(ParsedEvent::Kind::several);
  if (is_notice(heads.source)) return told(ParsedEvent::Kind::not_an_event);
  if (heads.sources > 1) return unreadable("duplicate-key: `eventSource`");
  if (heads.names > 1) return unreadable("duplicate-key: `eventName`");
  if (!is_relevant(heads.source, heads.name)) return told(ParsedEvent::Kind::irrelevant);
  if (heads.categories > 1) return unreadable("duplicate-key: `eventCategory`");
  if (heads.types > 1) return unreadable("duplicate-key: `eventType`");
  if (is_no_call(heads.category, heads.type, heads.has_parameters)) {
    return told(ParsedEvent::Kind::irrelevant);
  }
  const std::optional<std::string>& written = heads.written_time();
  if (!written) return unreadable("no-time: the record has no `eventTime`");
  const auto time = read_event_time(*written);
  if (!time) return unreadable("no-time: `eventTime` is not understood: " + as_text(*written));

  document.rewind();
  if (const error_code error = document.get_object().get(object)) return unreadable(error);
  CloudTrailEvent event(*time);
  RecordReader reader(event);
  if (const error_code error = reader.read(object)) return unreadable(error);
  if (!reader.duplicate().empty()) {
    return unreadable("duplicate-key: " + as_text(reader.duplicate()));
  }
  if (event.id.empty()) event.id = id_of(json);
  return {.kind = ParsedEvent::Kind::relevant, .reason = {}, .event = std::move(event)};
}

const std::string* CloudTrailParser::Impl::decode_string(std::string_view literal) {
  if (!literal.starts_with('"')) return nullptr;
  ondemand::document document;
  std::string_view text;
  if (parser_.iterate(padded(literal)).get(document)) return nullptr;
  if (document.get_string().get(text)) return nullptr;
  decoded_.assign(text);
  return &decoded_;
}

bool is_no_call(std::string_view category, std::string_view type, bool has_parameters) {
  if (category == "Insight" || category == "Aggregated") return true;
  if (category == "NetworkActivity") return !has_parameters;
  if (!category.empty()) return false;
  return type == "AwsCloudTrailInsight" || type == "AwsAggregatedEvent" ||
         (type == "AwsVpceEvent" && !has_parameters) ||
         (type == "AwsVpceEvents" && !has_parameters);
}

CloudTrailParser::CloudTrailParser(GuardedActions guarded)
    : impl_(std::make_unique<Impl>(std::move(guarded))) {}
CloudTrailParser::~CloudTrailParser() = default;

ParsedEvent CloudTrailParser::parse(std::string_view json) { return impl_->parse(json); }

const std::string* CloudTrailParser::decode_string(std::string_view literal) {
  return impl_->decode_string(literal);
}

}  // namespace auditor
