#include "consumer/decoding/envelope.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "consumer/decoding/compression.h"
#include "consumer/decoding/json_scanner.h"

namespace auditor {
namespace {

// The members of an object that tell wrappings apart. Raw JSON; empty when absent.
struct Members {
  std::string_view event_source, event_name, event_category, insight_details;
  std::string_view records, awslogs, message_type, log_events;
  std::string_view detail_type, detail, schema, payload, cloudtrail_event;
  std::string_view type, notice_text, s3_bucket, s3_object_key;
  std::string_view class_uid, digest_bucket, original, event, message, log, body, data;
  std::string_view fault;  // why these members cannot be believed
};

struct MemberName {
  std::string_view key;
  std::string_view Members::* member;
};

constexpr std::array<MemberName, 29> member_names{{
    {"eventSource", &Members::event_source},
    {"eventName", &Members::event_name},
    {"eventCategory", &Members::event_category},
    {"insightDetails", &Members::insight_details},
    {"Records", &Members::records},
    {"awslogs", &Members::awslogs},
    {"messageType", &Members::message_type},
    {"logEvents", &Members::log_events},
    {"detail-type", &Members::detail_type},
    {"detail", &Members::detail},
    {"schema", &Members::schema},
    {"payload", &Members::payload},
    {"CloudTrailEvent", &Members::cloudtrail_event},
    {"Type", &Members::type},
    {"Message", &Members::notice_text},
    {"s3Bucket", &Members::s3_bucket},
    {"s3ObjectKey", &Members::s3_object_key},
    {"class_uid", &Members::class_uid},
    {"digestS3Bucket", &Members::digest_bucket},
    {"digestStartTime", &Members::digest_bucket},
    {"event.original", &Members::original},
    {"original", &Members::original},
    {"event", &Members::event},
    {"message", &Members::message},
    {"log", &Members::log},
    {"body", &Members::body},
    {"Body", &Members::body},
    {"data", &Members::data},
    {"eventData", &Members::data},
}};

Members read_members(std::string_view object) {
  static_assert(member_names.size() <= 32);
  Members members;
  std::uint32_t seen = 0;
  JsonSkimmer skimmer(object);
  while (skimmer.next()) {
    for (std::size_t i = 0; i < member_names.size(); ++i) {
      if (member_names[i].key != skimmer.key()) continue;
      // Of two `Records` one would go unread.
      if ((seen & (1U << i)) != 0) members.fault = "duplicate-key: in a wrapping";
      seen |= 1U << i;
      members.*member_names[i].member = skimmer.value();
    }
  }
  if (!skimmer.complete()) members.fault = "not-json: broken structure";
  return members;
}

bool is_object(std::string_view json) { return json.starts_with('{'); }
bool is_array(std::string_view json) { return json.starts_with('['); }
bool is_string(std::string_view json) { return json.starts_with('"'); }
// Text or an object: what a log shipper's `message` may be.
bool is_content(std::string_view json) { return is_object(json) || is_string(json); }

constexpr std::string_view no_record = "unrecognised: no CloudTrail record in it";
constexpr std::string_view broken_array = "not-json: broken structure in an array";

// How CloudTrail begins its log files; the whole file is one line.
constexpr std::string_view log_file_begin = R"({"Records":[)";

bool is_log_file(std::string_view text) {
  return text.starts_with(log_file_begin) && !text.contains('\n');
}

class Unwrapper {
 public:
  Unwrapper(CloudTrailParser& parser, const TryRecord& try_record, const UnwrappedSink& sink)
      : parser_(parser), try_record_(try_record), sink_(sink) {}

  // Any text: documents one after the other, or bytes that hold some.
  void text(std::string_view bytes, int depth) {
    const std::string_view trimmed = trim_json(bytes);
    if (trimmed.empty()) return unreadable(bytes, "empty: no bytes");
    if (depth > envelope_depth_max) return unreadable(bytes, "too-deep: wrapped too many times");
    if (is_gzip(bytes)) return inflated(bytes, depth);
    if (is_log_file(trimmed)) return log_file(trimmed, depth);
    if (is_object(trimmed) || is_array(trimmed) || is_string(trimmed)) {
      return is_line_wise(trimmed) ? lines(trimmed, depth) : documents(trimmed, depth);
    }
    const auto decoded = decode_base64(trimmed);
    if (decoded && is_gzip(*decoded)) return inflated(*decoded, depth);
    if (decoded && is_object(*decoded)) return text(*decoded, depth + 1);
    unreadable(bytes, "not-json: neither JSON nor gzip");
  }

 private:
  void emit(Unwrapped::Kind kind, std::string_view bytes, std::string_view reason = {}) {
    sink_({kind, bytes, std::string(reason)});
  }
  void unreadable(std::string_view bytes, std::string_view reason) {
    emit(Unwrapped::Kind::unreadable, bytes, reason);
  }

  void inflated(std::string_view bytes, int depth) {
    auto plain = gunzip(bytes, inflatable_bytes_);
    if (!plain) return unreadable(bytes, "bad-gzip: " + plain.error());
    inflatable_bytes_ -= plain->size();
    text(*plain, depth + 1);
  }

  // The same as documents(), without looking for the end of the file first and then for the end of
  // its array: two passes less over the bytes of most files.
  void log_file(std::string_view text, int depth) {
    const auto behind = elements(text.substr(log_file_begin.size() - 1), depth);
    if (!behind || *behind == "}") return;
    // Anything may stand there, such as a second `Records`.
    documents(std::string(log_file_begin).append("]").append(*behind), depth);
  }

  // Each line by itself, so that a broken one does not swallow the next.
  void lines(std::string_view text, int depth) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = trim_json(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (!line.empty()) documents(line, depth);
    }
  }

  void documents(std::string_view text, int depth) {
    for (text = trim_json(text); !text.empty(); text = trim_json(text)) {
      const std::size_t length = skim_value(text);
      if (length == skim_failed) return cut_short(text, depth);
      const bool is_wrapping = is_content(text) || is_array(text);
      if (!is_wrapping) return unreadable(text, "not-json: text after the record");
      document(text.substr(0, length), depth);
      text.remove_prefix(length);
    }
  }

  // A cut log file still holds whole records.
  void cut_short(std::string_view text, int depth) {
    JsonSkimmer skimmer(text);
    while (is_object(text) && skimmer.next()) {
    }
    if (skimmer.key() == "Records" && is_array(skimmer.rest())) text = skimmer.rest();
    if (!is_array(text)) return unreadable(text, "not-json: ends too early");
    elements(text, depth);
  }

  void document(std::string_view json, int depth) {
    if (depth > envelope_depth_max) return unreadable(json, "too-deep: wrapped too many times");
    if (is_object(json)) return object(json, depth);
    if (is_string(json)) return string(json, depth);
    if (!is_array(json)) return unreadable(json, no_record);
    elements(json, depth);
  }

  void string(std::string_view literal, int depth) {
    const std::string* decoded = parser_.decode_string(literal);
    if (decoded == nullptr) return unreadable(literal, "not-json: broken string");
    const std::string own = *decoded;  // the parser's is overwritten by what is inside
    text(own, depth + 1);
  }

  // Returns what stands behind the array; nothing when it is broken, which has been told then.
  std::optional<std::string_view> elements(std::string_view array, int depth) {
    JsonSkimmer skimmer(array);
    while (skimmer.next()) document(skimmer.value(), depth + 1);
    if (skimmer.complete()) return skimmer.rest();
    unreadable(skimmer.rest(), broken_array);
    return std::nullopt;
  }

  void object(std::string_view json, int depth) {
    if (try_record_(json)) return;
    const Members members = read_members(json);
    if (is_string(members.event_source) && is_string(members.event_name)) {
      return emit(Unwrapped::Kind::record, json);
    }
    if (!members.fault.empty()) return unreadable(json, members.fault);
    if (is_array(members.records)) {
      elements(members.records, depth);
      return;
    }
    if (is_object(members.insight_details) || members.event_category == "\"Insight\"") {
      return emit(Unwrapped::Kind::irrelevant, json);
    }
    if (!members.message_type.empty()) return log_subscription(json, members, depth);
    if (is_object(members.awslogs)) {
      return wrapped(json, read_members(members.awslogs).data, depth);
    }
    if (!members.detail_type.empty()) return event_bridge(json, members, depth);
    if (const std::string_view reason = known_stranger(members); !reason.empty()) {
      return unreadable(json, reason);
    }
    if (members.type == "\"Notification\"") return notification(json, members, depth);
    content(json, members, depth);
  }

  // What shares a bucket or a topic with CloudTrail, but holds no record of a call.
  static std::string_view known_stranger(const Members& members) {
    if (!members.s3_bucket.empty() && !members.s3_object_key.empty()) {
      return "pointer-not-event: names a log file";
    }
    if (!members.digest_bucket.empty()) return "digest-not-event: a CloudTrail digest file";
    if (!members.class_uid.empty()) return "ocsf-not-supported: an OCSF record";
    return {};
  }

  void log_subscription(std::string_view json, const Members& members, int depth) {
    if (members.message_type == "\"CONTROL_MESSAGE\"") {
      return emit(Unwrapped::Kind::irrelevant, json);
    }
    if (members.message_type != "\"DATA_MESSAGE\"" || !is_array(members.log_events)) {
      return unreadable(json, no_record);
    }
    JsonSkimmer log_events(members.log_events);
    while (log_events.next()) {
      const std::string_view log_event = log_events.value();
      wrapped(log_event, is_object(log_event) ? read_members(log_event).message : "", depth);
    }
    if (!log_events.complete()) {
      unreadable(log_events.rest(), broken_array);
    }
  }

  void event_bridge(std::string_view json, const Members& members, int depth) {
    if (members.detail_type == "\"Object Created\"") {
      return unreadable(json, "pointer-not-event: names an object in S3");
    }
    wrapped(json, members.detail, depth);
  }

  // SNS: CloudTrail's own notices name a log file; a rule may also send whole events.
  void notification(std::string_view json, const Members& members, int depth) {
    const std::string* decoded = parser_.decode_string(members.notice_text);
    if (decoded != nullptr && trim_json(*decoded).starts_with('{')) {
      return wrapped(json, members.notice_text, depth);
    }
    unreadable(json, "pointer-not-event: an SNS notice");
  }

  void content(std::string_view json, const Members& members, int depth) {
    const std::string_view original =
        is_object(members.event) ? read_members(members.event).original : members.original;
    for (const std::string_view held :
         {members.cloudtrail_event, members.payload, original, members.message, members.log,
          members.body, members.data, members.detail, members.event}) {
      if (is_content(held)) return wrapped(json, held, depth);
    }
    unreadable(json, no_record);
  }

  void wrapped(std::string_view json, std::string_view held, int depth) {
    if (!is_content(held) && !is_array(held)) return unreadable(json, no_record);
    document(held, depth + 1);
  }

  CloudTrailParser& parser_;
  const TryRecord& try_record_;
  const UnwrappedSink& sink_;
  std::size_t inflatable_bytes_ = message_inflated_bytes_max;
};

std::string_view first_line(std::string_view text) {
  return trim_json(text.substr(0, std::min(text.find('\n'), text.size())));
}

}  // namespace

void unwrap(std::string_view payload, CloudTrailParser& parser, const TryRecord& try_record,
            const UnwrappedSink& sink) {
  Unwrapper(parser, try_record, sink).text(payload, 0);
}

bool is_line_wise(std::string_view text) {
  const std::string_view first = first_line(text);
  const std::size_t break_at = text.find('\n');
  if (!first.starts_with('{') || break_at == std::string_view::npos) return false;
  if (skim_value(first) == first.size()) return true;
  // A first line that was cut: the next one begins anew, and this one does not ask for more.
  const bool asks_for_more = std::string_view("{[,:").contains(first.back());
  return !asks_for_more && first_line(text.substr(break_at + 1)).starts_with('{');
}

}  // namespace auditor
